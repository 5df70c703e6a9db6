package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.account.StoredAccount;
import dev.livemeter.broadcast.BroadcastState;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.testing.InMemoryVideoPlatform.Question;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Four threads change where one stream goes, on real time, while its platform is slow and refuses now and then. In the end all is as they left it, and then all is over. */
@Timeout(120)
class BroadcastStormTest {

    private static final AccountId ACCOUNT = new AccountId("acc-alice");
    private static final int THREADS = 4;
    private static final int STEPS = 150;

    private final InMemoryBooks books = InMemoryBooks.create(TimeSource.system());
    private final InMemoryVideoPlatform youtube = InMemoryVideoPlatform.named("youtube");
    private final InMemoryRelay relay = InMemoryRelay.create();
    private final Livemeter live = Livemeter.builder()
            .wallet(books)
            .relay(relay)
            .provider(youtube)
            .tariff(Tariff.perMinute("USD", "0.10"))
            .build();

    @Test
    void whatIsShownIsWhatIsPushedTo() throws Exception {
        live.wallets().credit("alice", Money.of("USD", "100.00"), "order-1");
        books.accounts()
                .orElseThrow()
                .insert(new StoredAccount(
                        new PlatformAccount(
                                ACCOUNT,
                                UserId.of("alice"),
                                "youtube",
                                new PlatformIdentity("UC1", "Alice"),
                                Set.of(),
                                PlatformAccount.State.CONNECTED,
                                "",
                                Instant.now()),
                        "sealed",
                        Instant.now(),
                        null,
                        1));
        var destinations = new ArrayList<DestinationId>();
        for (var i = 0; i < THREADS; i++) {
            destinations.add(live.destinations()
                    .add("alice", Destination.account("youtube", "Tube " + i, ACCOUNT))
                    .id());
        }
        var key = live.streamKeys().create("alice").reveal();
        var session = ((Admission.Admitted) relay.publish(key)).session();
        relay.heartbeat();
        youtube.whileOpening(() -> LockSupport.parkNanos(1_000_000));

        storm(session, destinations);
        youtube.recover();
        for (var destination : destinations) {
            live.streams().start(session, destination);
            live.streams().retryNow(session, destination);
        }
        // One that failed for a while is tried again after some seconds.
        await(() -> relay.pushes(session).size() == THREADS && youtube.running() == THREADS);
        assertThat(live.sessions().running("alice").get(0).destinations())
                .extracting(DestinationStatus::state)
                .doesNotContain(State.STOPPED, State.FAILED, State.PREPARING);

        relay.hangUp(session);
        await(() -> youtube.running() == 0);
        await(() -> live.broadcasts().of(session).stream()
                .allMatch(row -> row.state() == BroadcastState.ENDED || row.state() == BroadcastState.FAILED));
        live.close();
    }

    private void storm(SessionId session, List<DestinationId> destinations) throws Exception {
        var threads = Executors.newFixedThreadPool(THREADS);
        try {
            var tasks = new ArrayList<Callable<Boolean>>();
            for (var thread = 0; thread < THREADS; thread++) {
                var random = new Random(thread);
                tasks.add(() -> {
                    for (var step = 0; step < STEPS; step++) {
                        change(session, destinations.get(random.nextInt(THREADS)), random);
                    }
                    return true;
                });
            }
            for (var done : threads.invokeAll(tasks)) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void change(SessionId session, DestinationId destination, Random random) {
        switch (random.nextInt(6)) {
            case 0 -> live.streams().stop(session, destination);
            case 1, 2 -> live.streams().start(session, destination);
            case 3 -> live.streams().retryNow(session, destination);
            case 4 ->
                youtube.refuse(
                        random.nextBoolean() ? Question.OPEN : Question.END,
                        new PlatformTrouble(random.nextBoolean(), null, "code", "The platform is busy."));
            default -> youtube.recover();
        }
        LockSupport.parkNanos(random.nextInt(500_000));
    }

    private static void await(BooleanSupplier condition) {
        var end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
