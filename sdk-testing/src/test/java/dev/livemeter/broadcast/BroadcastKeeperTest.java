package dev.livemeter.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.account.AccountId;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.SavedDestination;
import dev.livemeter.event.Events;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Tariff;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.ManualTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams that were taken up after a restart, and go on here or do not. */
class BroadcastKeeperTest {

    private static final SessionId SESSION = new SessionId("session-00000001");
    private static final UserId ALICE = UserId.of("alice");

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.create(time);
    private final Livemeter live = Livemeter.builder()
            .wallet(books)
            .tariff(Tariff.perMinute("USD", "6.00"))
            .time(time)
            .scheduler(time)
            .executor(Runnable::run)
            .build();
    private final BroadcastKeeper keeper = new BroadcastKeeper(new BroadcastParts(
            BroadcastPolicy.defaults(),
            books.broadcasts().orElseThrow(),
            Map.of(),
            account -> {
                throw new AssertionError("Nobody acts for an account here.");
            },
            books.sessions(),
            live.meter(),
            books.cipher().orElseThrow(),
            true,
            time,
            time,
            new Random(7),
            () -> "id-1",
            new Events(Runnable::run)));

    @AfterEach
    void close() {
        keeper.close();
        live.close();
    }

    @Test
    void oneThatDoesNotGoOnHereIsForgotten() {
        keeper.takeUp(SESSION, ALICE, List.of());
        assertThat(keeper.runs(SESSION)).isTrue();

        keeper.forget(SESSION);

        assertThat(keeper.runs(SESSION)).isFalse();
    }

    @Test
    void oneThatGoesOnHereIsNotForgottenForAQuestionThatCameTwice() {
        keeper.takeUp(SESSION, ALICE, List.of());
        keeper.began(SESSION, ALICE);

        keeper.forget(SESSION);

        assertThat(keeper.runs(SESSION)).isTrue();
    }

    @Test
    void whatCannotBeReadOfOneDestinationKeepsNoOtherFromGoingOn() {
        var readable = ready(
                "first",
                books.cipher()
                        .orElseThrow()
                        .seal(Secret.of("rtmp://here.example/app\nkey-1"), "target of broadcast broadcast-first"));
        var unreadable = ready("second", "sealed with a key that is gone");

        var goOn = keeper.takeUp(SESSION, ALICE, List.of(readable, unreadable));

        assertThat(goOn).containsOnlyKeys(readable.id());
        assertThat(keeper.runs(SESSION)).isTrue();
    }

    private SavedDestination ready(String id, String sealedTarget) {
        var account = new AccountId("account-" + id);
        var destination = new DestinationId("destination-" + id);
        var terms = new BroadcastTerms(SESSION, destination, ALICE, "stage", id, account, time.instant());
        var opening = BroadcastRecord.opening(new BroadcastId("broadcast-" + id), terms, time.instant());
        var store = books.broadcasts().orElseThrow();
        store.insert(opening);
        assertThat(store.update(opening.ready(new BroadcastRef(id, "", null), sealedTarget, time.instant())))
                .isTrue();
        return new SavedDestination(destination, ALICE, Destination.account("stage", id, account), true, 0);
    }
}
