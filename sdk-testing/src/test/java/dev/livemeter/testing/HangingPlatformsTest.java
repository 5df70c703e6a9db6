package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.account.StoredAccount;
import dev.livemeter.destination.Destination;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host gives two threads, and more platforms hang than that, in real time: streams are cut all the same when their money is used up. */
@Timeout(120)
class HangingPlatformsTest {

    private static final AccountId ACCOUNT = new AccountId("acc-alice");
    private static final int DESTINATIONS = 4;

    private final InMemoryBooks books = InMemoryBooks.create(TimeSource.system());
    private final InMemoryVideoPlatform youtube = InMemoryVideoPlatform.named("youtube");
    private final InMemoryRelay relay = InMemoryRelay.create();
    private final ExecutorService hosts = Executors.newFixedThreadPool(2);
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(DESTINATIONS);
    private final Livemeter live = start();

    private Livemeter start() {
        var tariff = Tariff.perMinute("USD", "60.00").in(Increment.SECONDS);
        return Livemeter.builder()
                .wallet(books)
                .relay(relay)
                .provider(InMemoryStreamProvider.named("twitch"))
                .provider(youtube)
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "1.00"))
                        .quota(Duration.ofSeconds(1))
                        .renewBefore(Duration.ofMillis(500))
                        .build())
                .executor(hosts)
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        hanging.countDown();
        live.close();
        hosts.shutdown();
        assertThat(hosts.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    private void hang() {
        asked.countDown();
        try {
            assertThat(hanging.await(100, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(SessionId session) throws InterruptedException {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (relay.isPublishing(session) && System.nanoTime() < end) {
            relay.heartbeat();
            Thread.sleep(50);
        }
    }

    @Test
    void aStreamIsCutInTime() throws InterruptedException {
        live.wallets().credit("alice", Money.of("USD", "3.00"), "order-1");
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
                                Instant.EPOCH),
                        "sealed",
                        Instant.now(),
                        null,
                        1));
        youtube.whileOpening(this::hang);
        for (var i = 0; i < DESTINATIONS; i++) {
            live.destinations().add("alice", Destination.account("youtube", "Tube " + i, ACCOUNT));
        }
        live.destinations().add("alice", Destination.twitch("live_1").named("Twitch"));
        var session = ((Admission.Admitted)
                        relay.publish(live.streamKeys().create("alice").reveal()))
                .session();
        relay.heartbeat();
        relay.connectDestinations(session);
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

        await(session);

        assertThat(relay.isPublishing(session)).isFalse();
        assertThat(hanging.getCount()).isEqualTo(1);
    }
}
