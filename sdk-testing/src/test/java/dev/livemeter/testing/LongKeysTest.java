package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.destination.Destination;
import dev.livemeter.money.Tariff;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A key that the relay cannot pass on is refused when it is entered, and not when a show begins. */
class LongKeysTest {

    private static final String SENTENCE = "Server and stream key are too long for this relay.";

    private final InMemoryRelay relay = InMemoryRelay.create();
    private Livemeter live;

    @BeforeEach
    void begin() {
        var time = ManualTime.create();
        live = Livemeter.builder()
                .wallet(InMemoryBooks.create(time))
                .relay(relay)
                .provider(InMemoryStreamProvider.named("twitch"))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build();
        relay.objecting(target -> target.key().reveal().length() > 200 ? Optional.of(SENTENCE) : Optional.empty());
    }

    @AfterEach
    void close() {
        live.close();
    }

    private static Destination withKeyOf(int length) {
        return Destination.twitch("k".repeat(length));
    }

    @Test
    void isRefusedWhenItIsSaved() {
        assertThatThrownBy(() -> live.destinations().add("alice", withKeyOf(201)))
                .isInstanceOf(LivemeterException.class)
                .hasMessage(SENTENCE)
                .extracting("code")
                .isEqualTo("destination.malformed");
        assertThat(live.destinations().of("alice")).isEmpty();

        var saved = live.destinations().add("alice", withKeyOf(200));
        assertThatThrownBy(() -> live.destinations().change("alice", saved.id(), withKeyOf(349)))
                .hasMessage(SENTENCE);
        assertThat(live.destinations().of("alice")).containsExactly(saved);
    }

    @Test
    void anOrdinaryKeyIsNotAskedAbout() {
        relay.objecting(target -> Optional.of("No."));
        assertThat(live.destinations().add("alice", withKeyOf(128)).enabled()).isTrue();
    }
}
