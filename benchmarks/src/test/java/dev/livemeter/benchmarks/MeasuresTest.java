package dev.livemeter.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MeasuresTest {

    @Test
    void percentilesAreValuesThatWereMeasured() {
        var samples = Samples.of(IntStream.rangeClosed(1, 100).asDoubleStream());
        assertThat(samples.percentile(95)).isEqualTo(95);
        assertThat(samples.percentile(99)).isEqualTo(99);
        assertThat(samples.percentile(100)).isEqualTo(100);
        assertThat(samples.median()).isEqualTo(50.5);
        assertThat(Samples.of(7).percentile(99)).isEqualTo(7);
    }

    @Test
    void noValueIsNoSample() {
        assertThatThrownBy(() -> Samples.of())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("No value was measured; expected one or more.");
    }

    @Test
    void ratiosAreTakenWithinARound() throws Exception {
        var slow = new double[] {99, 1, 2};
        var fast = new double[] {99, 10, 40};
        var turns = new int[2];
        var contest = new Contest(() -> Duration.ZERO);
        contest.enter("slow", () -> slow[turns[0]++]);
        contest.enter("fast", () -> fast[turns[1]++]);
        contest.run(2, 1, new Report("any", System.out));
        assertThat(contest.ratio("fast", "slow").min()).isEqualTo(10);
        assertThat(contest.ratio("fast", "slow").max()).isEqualTo(20);
        assertThat(contest.of("slow").max()).as("the first round only warms up").isEqualTo(2);
    }

    @Test
    void everyNumberIsWorkedOnOnce() throws Exception {
        var seen = new ConcurrentLinkedQueue<Integer>();
        Load.each(3, 10, seen::add);
        assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void aFailureInAThreadIsTheFailureOfTheLoad() {
        assertThatThrownBy(() -> Load.perSecond(2, Duration.ofMillis(1), number -> {
                    throw new IllegalStateException("thread " + number + " cannot start");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thread 0 cannot start");
    }

    @Test
    void timeInTheSettlerIsCountedByTheSecondInWhichItPassed() {
        var settler = new SettlerClock(batch -> {
            MeterRun.sleep(Duration.ofMillis(50));
            return List.of();
        });
        var from = System.nanoTime();
        settler.settle(List.of());
        var seen = settler.since(from, 3600).busyPercent();
        assertThat(seen.max()).isBetween(5.0, 100.0);
        assertThat(seen.min()).isZero();
    }

    @Test
    void timeInWhichTwoSettleCountsOnceForTheClockOnTheWall() {
        // one call within another, and one later: as they begin and end
        var moments = LongStream.of(100, 200, 300, 400, 700, 800)
                .map(millis -> millis * 1_000_000)
                .iterator();
        var clock = new SettlerClock[1];
        var isOuter = new AtomicBoolean(true);
        clock[0] = new SettlerClock(
                batch -> isOuter.getAndSet(false) ? clock[0].settle(batch) : List.of(), moments::nextLong);
        clock[0].settle(List.of());
        clock[0].settle(List.of());
        var seen = clock[0].since(0, 1);
        assertThat(seen.busyPercent().median()).isCloseTo(50, within(0.001));
        assertThat(seen.elapsedPercent().median()).isCloseTo(40, within(0.001));
    }

    @Test
    void nothingIsSettledUntilItIsLetThrough() throws Exception {
        var isOpen = new AtomicBoolean();
        var tooEarly = new AtomicBoolean();
        var gate = new SettlerGate(batch -> {
            tooEarly.compareAndSet(false, !isOpen.get());
            return settled(batch);
        });
        gate.shut();
        var threads = List.of(settling(gate, "session-1"), settling(gate, "session-2"));
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
            assertThat(System.nanoTime()).as("they wait within 30 s").isLessThan(until);
            Thread.onSpinWait();
        }

        isOpen.set(true);
        var served = gate.openAndAwait(
                List.of(new SessionId("session-1"), new SessionId("session-2")), any -> true, Duration.ofSeconds(30));

        assertThat(tooEarly).isFalse();
        assertThat(served.took()).isPositive();
        assertThat(served.renewed()).isZero();
    }

    @Test
    void aSessionThatIsNotSettledAsWantedIsNoFigure() throws Exception {
        var gate = new SettlerGate(MeasuresTest::settled);
        assertThatThrownBy(() -> gate.openAndAwait(List.of(new SessionId("session-1")), any -> true, Duration.ZERO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("1 of 1 sessions were not settled within PT0S after all of them were let through; all were"
                        + " due.");
    }

    private static Thread settling(SettlerGate gate, String id) {
        var session = session(id);
        var request = new SettleRequest(session, session, List.of(), null, List.of());
        var thread = new Thread(() -> gate.settle(List.of(request)), id);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static List<SettleResult> settled(List<SettleRequest> batch) {
        return batch.stream()
                .<SettleResult>map(request -> new SettleResult.Settled(request.next(), List.of(), null, null))
                .toList();
    }

    private static Session session(String id) {
        var now = Instant.parse("2026-03-01T12:00:00Z");
        return new Session(
                new SessionId(id),
                new SessionTerms(Lane.RELAY, UserId.of("alice"), null, "", null, List.of()),
                SessionState.LIVE,
                now,
                now,
                now,
                null,
                Metering.start(
                        Tariff.perMinute("USD", "0.10"), RatingBasis.startingAt(now, ZoneOffset.UTC, 1, Duration.ZERO)),
                Money.of("USD", "1.00"),
                null,
                null,
                new NodeId("node"),
                0);
    }
}
