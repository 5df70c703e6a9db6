package dev.livemeter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.Settler;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SettlementsTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final List<Integer> batches = new ArrayList<>();
    private final List<Runnable> elsewhere = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private final StandingTime time = new StandingTime();

    /** Tasks that are run when the test says so, whatever their delay; the delays are kept. */
    private final List<Duration> delays = new ArrayList<>();

    private final Scheduler byHand = (delay, task) -> {
        delays.add(delay);
        elsewhere.add(task);
        return () -> elsewhere.remove(task);
    };
    private final Scheduler closed = (delay, task) -> {
        throw new IllegalStateException("closed");
    };

    @Test
    void whatComesDuringABatchIsTheNextOne() {
        var settlements = new Settlement[1];
        Settler settler = batch -> {
            batches.add(batch.size());
            if (batches.size() == 1) {
                settlements[0].submit(3);
            }
            return answers(batch);
        };
        settlements[0] = new Settlement(settler);

        settlements[0].submit(1);
        settlements[0].all.drive();

        assertThat(batches).containsExactly(1, 3);
        assertThat(answers).hasSize(4);
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void aSecondThreadJoinsInWhereAWholeBatchWaitsAndNoThirdOne() {
        var depth = new AtomicInteger();
        var most = new AtomicInteger();
        Settler settler = batch -> {
            batches.add(batch.size());
            most.accumulateAndGet(depth.incrementAndGet(), Math::max);
            // The other threads come while this one is at its batch.
            List.copyOf(elsewhere).forEach(task -> {
                elsewhere.remove(task);
                inAnotherThread(task);
            });
            depth.decrementAndGet();
            return answers(batch);
        };
        var settlements = new Settlement(settler);

        settlements.submit(4_500);
        settlements.all.drive();

        assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(4_500);
        assertThat(batches).allMatch(size -> size <= 1_000);
        assertThat(most).hasValue(2);
        assertThat(answers).hasSize(4_500);
    }

    @Test
    void oneThreadDoesItAllWhereNoOtherCanBeHad() {
        var all = new Settlements(this::counting, closed, time, LookGrid.STEP);
        for (var i = 0; i < 2_500; i++) {
            all.submit(request(), result -> answers.add("settled"), failure -> answers.add("failed"));
        }
        all.drive();

        assertThat(batches).containsExactly(1_000, 1_000, 500);
        assertThat(answers).hasSize(2_500).containsOnly("settled");
    }

    @Test
    void whoWaitsForAnAnswerGetsItAndWhatWentWrong() {
        var settlements = new Settlements(this::counting, byHand, time, LookGrid.STEP);
        assertThat(settlements.settle(request())).isInstanceOf(SettleResult.Fenced.class);

        var away = new Settlements(
                batch -> {
                    throw new LivemeterException("storage.unavailable", "The database does not answer.", true, null);
                },
                byHand,
                time,
                LookGrid.STEP);
        assertThatThrownBy(() -> away.settle(request()))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("The database does not answer.");
    }

    @Test
    void whoIsToldAnAnswerMayWaitForAnother() {
        var settlements = new Settlements(this::counting, byHand, time, LookGrid.STEP);
        settlements.submit(
                request(),
                result -> answers.add(settlements.settle(request()).getClass().getSimpleName()),
                failure -> answers.add("failed"));
        settlements.drive();

        assertThat(answers).containsExactly("Fenced");
        assertThat(batches).containsExactly(1, 1);
    }

    @Test
    void whoHasItsAnswerLeavesWhatCameLaterToAnotherThread() {
        var settlements = new Settlement[1];
        settlements[0] = new Settlement(batch -> {
            if (batches.isEmpty()) {
                settlements[0].submit(2);
            }
            return counting(batch);
        });

        settlements[0].all.settle(request());
        assertThat(batches).containsExactly(1);
        assertThat(answers).isEmpty();

        assertThat(elsewhere).hasSize(1);
        elsewhere.get(0).run();
        assertThat(batches).containsExactly(1, 2);
        assertThat(answers).hasSize(2);
    }

    @Test
    void whoWaitsTakesOverFromWhoLeavesAndNeedsNobodyElse() {
        var all = new Settlements[1];
        var second = new Thread(() -> {
            all[0].settle(request());
            answers.add("second");
        });
        second.setDaemon(true);
        all[0] = new Settlements(
                batch -> {
                    if (batches.isEmpty()) {
                        second.start();
                        while (second.getState() != Thread.State.WAITING) {
                            Thread.onSpinWait();
                        }
                    }
                    return counting(batch);
                },
                (delay, task) -> () -> {},
                time,
                LookGrid.STEP);

        all[0].settle(request());

        join(second);
        assertThat(answers).containsExactly("second");
        assertThat(batches).containsExactly(1, 1);
    }

    @Test
    void whoHasItsAnswerSettlesTheRestWhereNoOtherThreadCanBeHad() {
        var all = new Settlements[1];
        all[0] = new Settlements(
                batch -> {
                    if (batches.isEmpty()) {
                        all[0].submit(request(), result -> answers.add("settled"), failure -> answers.add("failed"));
                    }
                    return counting(batch);
                },
                closed,
                time,
                LookGrid.STEP);

        all[0].settle(request());

        assertThat(batches).containsExactly(1, 1);
        assertThat(answers).containsExactly("settled");
    }

    @Test
    void whatComesBetweenTwoGreatBatchesRidesAlongWithTheSecond() {
        var settlements = new Settlement(this::counting);
        settlements.submit(500);
        settlements.all.drive();

        time.pass(Duration.ofMillis(30));
        settlements.submit(1);
        settlements.all.driveTogether();
        settlements.submit(1);
        settlements.all.driveTogether();

        assertThat(batches).containsExactly(500);
        assertThat(delays).containsExactly(Duration.ofMillis(70));

        settlements.submit(500);
        settlements.all.drive();
        assertThat(batches).containsExactly(500, 502);
    }

    @Test
    void whatWaitsForAGreatBatchIsSettledEvenIfNoneComes() {
        var settlements = new Settlement(this::counting);
        settlements.submit(500);
        settlements.all.drive();
        settlements.submit(1);
        settlements.all.driveTogether();

        time.pass(Duration.ofMillis(100));
        elsewhere.remove(0).run();
        assertThat(batches).containsExactly(500, 1);

        settlements.submit(1);
        settlements.all.driveTogether();
        assertThat(batches).containsExactly(500, 1, 1);
        assertThat(delays).hasSize(1);
    }

    @Test
    void whatTheAnswersOfAGreatBatchAskForWaitsForTheNextOne() {
        var settlements = new Settlement[1];
        settlements[0] = new Settlement(batch -> {
            if (batches.isEmpty()) {
                settlements[0].submit(3);
            }
            return counting(batch);
        });

        settlements[0].submit(500);
        settlements[0].all.drive();

        assertThat(batches).containsExactly(500);
        elsewhere.remove(0).run();
        assertThat(batches).containsExactly(500, 3);
    }

    @Test
    void whoWaitsForAnAnswerIsNotLeftToAGreatBatch() {
        var settlements = new Settlement(this::counting);
        settlements.submit(500);
        settlements.all.drive();
        settlements.submit(1);
        settlements.all.driveTogether();

        assertThat(settlements.all.settle(request())).isInstanceOf(SettleResult.Fenced.class);

        assertThat(batches).containsExactly(500, 2);
    }

    @Test
    void whereNobodyCanComeLaterItIsSettledNow() {
        var all = new Settlements(this::counting, closed, time, LookGrid.STEP);
        for (var i = 0; i < 500; i++) {
            all.submit(request(), result -> {}, failure -> {});
        }
        all.drive();
        all.submit(request(), result -> answers.add("settled"), failure -> {});
        all.driveTogether();

        assertThat(batches).containsExactly(500, 1);
        assertThat(answers).containsExactly("settled");
    }

    private List<SettleResult> counting(List<SettleRequest> batch) {
        batches.add(batch.size());
        return answers(batch);
    }

    private static List<SettleResult> answers(List<SettleRequest> batch) {
        return batch.stream()
                .<SettleResult>map(request -> new SettleResult.Fenced())
                .toList();
    }

    private static void inAnotherThread(Runnable task) {
        var thread = new Thread(task);
        thread.start();
        join(thread);
    }

    private static void join(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stands still between two words of the test. */
    private static final class StandingTime implements TimeSource {

        private long nanos;

        void pass(Duration span) {
            nanos += span.toNanos();
        }

        @Override
        public Instant instant() {
            return NOON.plusNanos(nanos);
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }

    /** Settlements, and requests for them. */
    private final class Settlement {

        private final Settlements all;

        Settlement(Settler settler) {
            this.all = new Settlements(settler, byHand, time, LookGrid.STEP);
        }

        void submit(int requests) {
            for (var i = 0; i < requests; i++) {
                all.submit(request(), result -> answers.add("settled"), failure -> answers.add("failed"));
            }
        }
    }

    private SettleRequest request() {
        var usd = Tariff.perMinute("USD", "0.10");
        var basis = RatingBasis.startingAt(NOON, ZoneOffset.UTC, 1, Duration.ZERO);
        var terms = new SessionTerms(Lane.CALL, UserId.of("alice"), null, "", null, List.of());
        var session = Session.authorizing(
                new SessionId(String.format("session-%06d", count.incrementAndGet())),
                terms,
                new NodeId("node"),
                NOON,
                Metering.start(usd, basis),
                Money.of("USD", "1.00"));
        return new SettleRequest(session, session, List.of(), null, List.of());
    }
}
