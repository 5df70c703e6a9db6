package dev.livemeter.platforms.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.platforms.http.Call.Need;
import dev.livemeter.spi.QuotaStore;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.ManualTime;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class QuotaLedgerTest {

    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");
    private static final Executor HERE = Runnable::run;
    private static final URI ANY = URI.create("https://somewhere.example/things");

    private final ManualTime time = ManualTime.startingAt(Instant.parse("2026-11-23T07:00:00Z"));
    private final Counting store = new Counting();

    /** Counts what it is asked; can be away, and can be slow. */
    private static final class Counting implements QuotaStore {

        private final QuotaStore kept = InMemoryStorage.create().quotas().orElseThrow();
        private final AtomicInteger asked = new AtomicInteger();
        private volatile boolean away;
        private volatile CountDownLatch gate = new CountDownLatch(0);

        @Override
        public Used use(String quota, LocalDate day, long spent, long wanted, long limit) {
            asked.incrementAndGet();
            try {
                assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (away) {
                throw new LivemeterException("storage.unavailable", "The database did not answer.", true, null);
            }
            return kept.use(quota, day, spent, wanted, limit);
        }

        long used(LocalDate day) {
            return kept.use("youtube 4711", day, 0, 0, 0).units();
        }
    }

    private QuotaLedger alone(long perDay, long reserve) {
        return new QuotaLedger(time, PACIFIC, perDay, reserve, Map.of("things.insert", 50, "things.list", 1), 7);
    }

    private QuotaLedger node(long perDay, long reserve, Executor executor) {
        var ledger = alone(perDay, reserve);
        ledger.share(store, "youtube 4711", executor);
        return ledger;
    }

    private QuotaLedger node(long perDay) {
        return node(perDay, 0, HERE);
    }

    private static Call insert() {
        return Call.post("things.insert", ANY);
    }

    private static Call list() {
        return Call.get("things.list", ANY);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(time.instant(), PACIFIC);
    }

    @Test
    void nodesShareOneBudget() {
        var one = node(200);
        var other = node(200);

        assertThat(one.charge(insert())).isTrue();
        assertThat(other.charge(insert())).isTrue();
        assertThat(one.charge(insert())).isTrue();
        assertThat(other.charge(insert())).isTrue();
        assertThat(one.charge(insert())).isFalse();
        assertThat(other.charge(insert())).isFalse();
        assertThat(store.used(today())).isEqualTo(200);
        assertThat(one.left()).isZero();
    }

    @Test
    void theReserveIsKeptForWhatMustBeDoneOnAnyNode() {
        var one = node(200, 60, HERE);
        var other = node(200, 60, HERE);

        assertThat(one.charge(insert().with(Need.ROUTINE))).isTrue();
        assertThat(one.charge(insert().with(Need.ROUTINE))).isTrue();
        assertThat(other.charge(insert().with(Need.ROUTINE))).isFalse();
        assertThat(other.charge(insert())).isTrue();
    }

    @Test
    void aRestartBeginsWithWhatIsLeft() {
        var before = node(10_000);
        before.charge(insert());
        before.charge(list());
        before.settle();

        assertThat(node(10_000).left()).isEqualTo(9_949);
    }

    @Test
    void whatCostsLittleIsRecordedSomeOfItAtATime() {
        var ledger = node(10_000);
        var before = store.asked.get();
        for (var i = 0; i < 100; i++) {
            assertThat(ledger.charge(list())).isTrue();
        }

        assertThat(store.asked.get() - before).isEqualTo(5);
        assertThat(store.used(today())).isEqualTo(100);
        assertThat(ledger.left()).isEqualTo(9_900);
    }

    @Test
    void whatOthersUsedIsAskedForNowAndThen() {
        var one = node(10_000);
        var other = node(10_000);
        other.charge(insert());

        assertThat(one.left()).isEqualTo(10_000);
        time.advance(Duration.ofSeconds(30));
        assertThat(one.left()).isEqualTo(9_950);
    }

    @Test
    void aStoreThatIsAwayLeavesThisProcessItsOwnCountAndIsToldLater() {
        var ledger = node(200);
        store.away = true;

        assertThat(ledger.charge(insert())).isTrue();
        var asked = store.asked.get();
        assertThat(ledger.charge(insert())).isTrue();
        assertThat(ledger.charge(insert())).isTrue();
        assertThat(ledger.charge(list())).isTrue();
        assertThat(store.asked.get()).as("it is left alone for a while").isEqualTo(asked);
        assertThat(ledger.charge(insert())).as("its own count is over").isFalse();
        assertThat(ledger.left()).isEqualTo(49);

        store.away = false;
        time.advance(Duration.ofSeconds(30));
        assertThat(ledger.left()).isEqualTo(49);
        assertThat(store.used(today())).isEqualTo(151);
    }

    @Test
    void aStoreThatHangsHoldsNobodyUp() throws Exception {
        var threads = Executors.newCachedThreadPool();
        try {
            var ledger = node(10_000, 0, threads);
            store.gate = new CountDownLatch(1);
            ledger.left();
            time.advance(Duration.ofSeconds(31));
            var began = System.nanoTime();
            for (var i = 0; i < 20; i++) {
                assertThat(ledger.charge(insert())).isTrue();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            assertThat(ledger.left()).isEqualTo(9_000);

            store.gate.countDown();
            var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (store.used(today()) < 1_000 && System.nanoTime() < deadline) {
                time.advance(Duration.ofSeconds(31));
                assertThat(ledger.left()).isEqualTo(9_000);
                Thread.sleep(5);
            }
            assertThat(store.used(today()))
                    .as("nothing is lost, and nothing counted twice")
                    .isEqualTo(1_000);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatWasLetThroughLateAndNotGrantedIsCountedAllTheSame() throws Exception {
        var threads = Executors.newCachedThreadPool();
        try {
            var executor = new AtomicReference<>(HERE);
            var ledger = node(100, 0, task -> executor.get().execute(task));
            executor.set(threads);
            store.kept.use("youtube 4711", today(), 80, 0, 0);
            var before = store.asked.get();
            store.gate = new CountDownLatch(1);
            assertThat(ledger.charge(insert()))
                    .as("this process knows nothing of the others yet")
                    .isTrue();
            assertThat(store.asked.get()).isGreaterThan(before);

            store.gate.countDown();
            var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (ledger.left() > 0 && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            assertThat(ledger.left()).isZero();
            assertThat(ledger.charge(list())).isFalse();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatThePlatformSaysStandsForHalfAnHour() {
        var one = node(10_000);
        var other = node(10_000);

        one.exhaust(time.instant());

        assertThat(one.charge(list())).isFalse();
        assertThat(one.left()).isZero();
        assertThat(one.againAt()).isEqualTo(time.instant().plus(Duration.ofMinutes(30)));
        // Another node hears it from the platform itself: what was never spent is not recorded as spent.
        assertThat(other.charge(list())).isTrue();
        time.advance(Duration.ofMinutes(30));
        assertThat(one.charge(list())).isTrue();
    }

    @Test
    void aPlatformWhoseDayBeginsLaterDoesNotTakeTheWholeNewDay() {
        var ledger = node(100);
        var asked = time.instant();
        time.advance(Duration.between(asked, ledger.resetAt()));
        // It answers what was asked before midnight: that says nothing of the new day.
        ledger.exhaust(asked);
        assertThat(ledger.charge(list())).isTrue();
        // It still is the day before there.
        ledger.exhaust(time.instant());
        assertThat(ledger.charge(list())).isFalse();
        time.advance(Duration.ofMinutes(30));
        assertThat(ledger.charge(list())).isTrue();
    }

    @Test
    void nothingIsWithheldBeyondTheEndOfTheDay() {
        var ledger = node(100);
        time.advance(Duration.between(time.instant(), ledger.resetAt()).minusSeconds(60));
        ledger.exhaust(time.instant());
        assertThat(ledger.againAt()).isEqualTo(time.instant().plusSeconds(60));
        time.advance(Duration.ofSeconds(60));
        assertThat(ledger.charge(list())).isTrue();
    }

    @Test
    void aNewDayBeginsAnewForAll() {
        var one = node(100);
        var other = node(100);
        one.charge(insert());
        one.charge(insert());
        assertThat(other.charge(insert())).isFalse();

        time.advance(Duration.ofHours(1));

        assertThat(other.charge(insert())).isTrue();
        assertThat(one.charge(insert())).isTrue();
        assertThat(one.charge(insert())).isFalse();
        assertThat(store.used(today())).isEqualTo(100);
        assertThat(store.used(today().minusDays(1))).isEqualTo(100);
    }

    @Test
    void aThreadPoolThatIsOverIsAsAStoreThatIsAway() {
        var threads = Executors.newSingleThreadExecutor();
        threads.shutdownNow();
        var ledger = node(100, 0, threads);

        assertThat(ledger.charge(insert())).isTrue();
        assertThat(ledger.charge(insert())).isTrue();
        assertThat(ledger.charge(insert())).isFalse();
    }
}
