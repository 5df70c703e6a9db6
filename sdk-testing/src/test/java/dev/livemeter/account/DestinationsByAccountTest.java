package dev.livemeter.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.Destinations;
import dev.livemeter.identity.UserId;
import dev.livemeter.testing.InMemoryStreamProvider;
import dev.livemeter.testing.InMemoryVideoPlatform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Alice's destinations by her account. Youtube and Twitch show broadcasts; the custom server knows keys alone. */
class DestinationsByAccountTest {

    private final AccountStage stage = new AccountStage();
    private final AccountId channel = stage.connect().id();
    private final List<UserId> told = new ArrayList<>();
    private final Destinations destinations = new Destinations(
            stage.storage.destinations(),
            stage.cipher,
            () -> "id" + stage.ids.incrementAndGet(),
            Map.of(
                    "youtube", InMemoryVideoPlatform.named("youtube"),
                    "twitch", InMemoryVideoPlatform.named("twitch"),
                    "custom", InMemoryStreamProvider.named("custom")),
            stage.accounts::find,
            10,
            told::add);

    private static void refused(Runnable call, String code, String sentence) {
        assertThatThrownBy(call::run).hasMessage(sentence).extracting("code").isEqualTo(code);
    }

    @Test
    void oneIsAddedAndHasNoKey() {
        var added = destinations.add("alice", Destination.account("youtube", "Mine", channel));

        assertThat(destinations.of("alice")).containsExactly(added);
        assertThat(added.destination().account()).isEqualTo(channel);
        assertThat(added.destination().key()).isNull();
        assertThat(destinations.enable("alice", added.id(), false).destination())
                .isEqualTo(added.destination());
        assertThat(told).hasSize(2);
    }

    @Test
    void itsAccountIsOneOfTheUserAndThePlatform() {
        refused(
                () -> destinations.add("bob", Destination.account("youtube", "Mine", channel)),
                "account.unknown",
                "There is no account " + channel + " of that user; connect it first.");
        refused(
                () -> destinations.add("alice", Destination.account("youtube", "Mine", new AccountId("acc-none"))),
                "account.unknown",
                "There is no account acc-none of that user; connect it first.");
        refused(
                () -> destinations.add("alice", Destination.account("twitch", "Mine", channel)),
                "destination.malformed",
                "The account " + channel
                        + " is one of the platform youtube, and the destination 'Mine' is on twitch; give an account of that platform.");
        refused(
                () -> destinations.add("alice", Destination.account("custom", "Mine", channel)),
                "destination.malformed",
                "The destination 'Mine' goes by an account, and Custom takes streams by a stream key alone; give the key.");
        assertThat(destinations.of("alice")).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void aKeyTakesThePlaceOfAnAccountAndTheOtherWayRound() {
        var id = destinations.add("alice", Destination.youtube("abcd-efgh")).id();

        destinations.change("alice", id, Destination.account("youtube", "Mine", channel));
        assertThat(only().account()).isEqualTo(channel);

        destinations.change("alice", id, Destination.youtube("abcd-efgh"));
        assertThat(only().requireKey().reveal()).isEqualTo("abcd-efgh");
        assertThat(only().account()).isNull();

        refused(
                () -> destinations.change("alice", id, Destination.account("twitch", "Mine", channel)),
                "destination.malformed",
                "The account " + channel
                        + " is one of the platform youtube, and the destination 'Mine' is on twitch; give an account of that platform.");
    }

    @Test
    void oneWhoseAccountIsGoneStaysAndCanBeSwitchedOffAndRemoved() {
        DestinationId id = destinations
                .add("alice", Destination.account("youtube", "Mine", channel))
                .id();
        stage.accounts.disconnect("alice", channel);

        assertThat(only().account()).isEqualTo(channel);
        assertThat(destinations.enable("alice", id, false).enabled()).isFalse();
        assertThat(destinations.remove("alice", id)).isTrue();
    }

    private Destination only() {
        return destinations.of("alice").get(0).destination();
    }
}
