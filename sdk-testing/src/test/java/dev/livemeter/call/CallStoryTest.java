package dev.livemeter.call;

import static dev.livemeter.call.CallStage.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.Money;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.spi.PeerAuthority.Departure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls at random, from a seed: sides that report, fall silent, lie that nothing comes, send old reports again, go and come back, tip, top up, extend, hang up, and an application that dies. After each call
 * the charge is compared with what an independent reference says that both had confirmed, and the books are proven.
 */
final class CallStoryTest {

    private static final int CALLS = 25;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void theChargeIsWhatBothHaveConfirmed(long seed) {
        var random = new Random(seed);
        try (var stage = new CallStage(
                rules -> rules,
                credit -> seed % 2 == 0 ? credit : credit.finalUnit(FinalUnitAction.RESTRICT),
                CallStage.TARIFF)) {
            stage.pay("alice", "5.00");
            var spent = usd("0.00");
            var tips = usd("0.00");
            for (var number = 0; number < CALLS; number++) {
                if (stage.balance("alice").isLessThan(usd("2.00"))) {
                    stage.pay("alice", "5.00");
                }
                var story = new Story(stage, random, seed, number);
                story.play();
                spent = spent.plus(story.cost);
                tips = tips.plus(story.tips);
                assertThat(stage.held("alice")).as(story.name()).isEqualTo(usd("0.00"));
                assertThat(stage.books.ledger().verify().findings())
                        .as(story.name())
                        .isEmpty();
            }
            var all = stage.live.calls().history("alice", 500, null);
            assertThat(all).hasSize(CALLS).allMatch(call -> call.state() == CallState.ENDED);
            assertThat(all.stream().map(Call::cost).reduce(usd("0.00"), Money::plus))
                    .isEqualTo(spent);
            assertThat(all.stream()
                            .map(Call::earned)
                            .reduce(usd("0.00"), Money::plus)
                            .plus(Money.ofMicros("USD", tips.micros() * 7 / 10)))
                    .isEqualTo(stage.earned("bob"));
        }
    }

    /**
     * What both confirmed, in milliseconds: worked out from the list of all reports, when all is over, and by another way than the lane's. A spell begins when both have said that media flows, ends when one says
     * that it does not, and counts up to the earlier of the two last words in it; time in which nobody was paid is left out. Three seconds after the earlier of the last words the picture is withheld: what
     * follows is left out as well, and what was shown counts with the next words, unless one of them says that nothing came.
     */
    private static final class Reference {

        private static final long SHOWN_FOR = 3_000;

        private static final class Spell {
            private final long began;
            private long alice;
            private long bob;

            private Spell(long began) {
                this.began = began;
                alice = began;
                bob = began;
            }

            private long confirmed() {
                return Math.min(alice, bob) - began;
            }
        }

        private final List<Spell> spells = new ArrayList<>();
        private boolean aliceFlows;
        private boolean bobFlows;
        private long aliceAt = Long.MIN_VALUE / 2;
        private long bobAt = Long.MIN_VALUE / 2;
        private boolean inSpell;
        private long shownUntil = Long.MIN_VALUE;

        /** The picture is withheld from some moment on. */
        private void lapse(long at) {
            var earlier = Math.min(aliceAt, bobAt);
            if (inSpell && at - earlier >= SHOWN_FOR) {
                inSpell = false;
                shownUntil = earlier + SHOWN_FOR;
            }
        }

        private void report(boolean alice, boolean flowing, long at) {
            lapse(at);
            if (alice) {
                aliceFlows = flowing;
                aliceAt = flowing ? at : aliceAt;
            } else {
                bobFlows = flowing;
                bobAt = flowing ? at : bobAt;
            }
            if (!flowing) {
                inSpell = false;
                shownUntil = Long.MIN_VALUE;
                return;
            }
            if (inSpell) {
                var spell = spells.get(spells.size() - 1);
                if (alice) {
                    spell.alice = at;
                } else {
                    spell.bob = at;
                }
            } else if (aliceFlows && bobFlows && at - (alice ? bobAt : aliceAt) < SHOWN_FOR) {
                inSpell = true;
                var next = new Spell(at - shownAndNotConfirmed());
                next.alice = alice ? at : next.alice;
                next.bob = alice ? next.bob : at;
                spells.add(next);
                shownUntil = Long.MIN_VALUE;
            }
        }

        /** Of the spell whose picture was withheld: what both say was shown counts there, the rest goes to the next one. */
        private long shownAndNotConfirmed() {
            if (shownUntil == Long.MIN_VALUE) {
                return 0;
            }
            var last = spells.get(spells.size() - 1);
            var before = last.began + last.confirmed();
            var both = Math.min(shownUntil, Math.max(before, Math.min(aliceAt, bobAt)));
            last.alice = both;
            last.bob = both;
            return shownUntil - both;
        }

        private long confirmed() {
            return spells.stream().mapToLong(Spell::confirmed).sum();
        }
    }

    private static final class Story {

        private final CallStage stage;
        private final Random random;
        private final long seed;
        private final int number;
        private final Reference reference = new Reference();
        private Money cost = usd("0.00");
        private Money tips = usd("0.00");
        private long reports;

        private Story(CallStage stage, Random random, long seed, int number) {
            this.stage = stage;
            this.random = random;
            this.seed = seed;
            this.number = number;
        }

        private String name() {
            return "seed " + seed + ", call " + number;
        }

        private void play() {
            var id = stage.accepted();
            var steps = 10 + random.nextInt(150);
            var began = stage.time.nanoTime();
            var crashed = false;
            var paused = false;
            var aliceSilent = false;
            var bobSilent = false;
            for (var step = 0; step < steps && !crashed && !isOver(id); step++) {
                stage.time.advance(Duration.ofMillis(100 + random.nextInt(900)));
                var at = (stage.time.nanoTime() - began) / 1_000_000;
                aliceSilent = random.nextInt(25) == 0 ? !aliceSilent : aliceSilent;
                bobSilent = random.nextInt(25) == 0 ? !bobSilent : bobSilent;
                // In a preview media flows and nobody pays; the reference knows no such thing and stops there.
                paused = paused || isPreview();
                if (!aliceSilent) {
                    report(id, true, random.nextInt(12) != 0, at);
                }
                if (!bobSilent) {
                    report(id, false, random.nextInt(20) != 0, at);
                }
                paused = paused || isPreview();
                switch (random.nextInt(60)) {
                    case 0 -> late(id);
                    case 1 -> leaveAndComeBack();
                    case 2 -> tip(id, step);
                    case 3 -> stage.live.calls().extend("alice", id, Duration.ofHours(4));
                    case 4 -> stage.live.calls().hangUp(random.nextBoolean() ? "alice" : "bob", id);
                    case 5 -> crashed = random.nextInt(3) == 0;
                    default -> {}
                }
                if (paused) {
                    stage.live.calls().hangUp("bob", id);
                }
            }
            if (crashed) {
                stage.crash();
                stage.time.advance(Duration.ofMinutes(2));
            } else {
                stage.live.calls().hangUp("alice", id);
            }
            stage.time.runDue();
            stage.time.advance(Duration.ofSeconds(1));
            check(id, crashed, paused);
        }

        private void check(CallId id, boolean crashed, boolean paused) {
            var call = stage.stored(id);
            var confirmed = Duration.ofMillis(reference.confirmed());
            cost = call.cost();
            assertThat(call.state()).as(name()).isEqualTo(CallState.ENDED);
            assertThat(call.cost())
                    .as(name())
                    .isEqualTo(CallStage.TARIFF.rate(basis()).cost(call.talked()));
            if (crashed) {
                // At most what was confirmed, and at most one settlement and one look less.
                assertThat(call.talked()).as(name()).isLessThanOrEqualTo(confirmed);
                assertThat(call.talked().plusMillis(2_600)).as(name()).isGreaterThanOrEqualTo(confirmed);
            } else if (paused || fundsEnded(call)) {
                assertThat(call.talked()).as(name()).isLessThanOrEqualTo(confirmed);
            } else {
                assertThat(call.talked()).as(name() + " " + call.end()).isEqualTo(confirmed);
            }
        }

        private static boolean fundsEnded(Call call) {
            var end = call.end();
            return end != null && end.cause() == CallEnd.Cause.FUNDS_EXHAUSTED;
        }

        private dev.livemeter.money.RatingBasis basis() {
            return dev.livemeter.money.RatingBasis.startingAt(
                    stage.time.instant(), java.time.ZoneOffset.UTC, 1, Duration.ZERO);
        }

        private boolean isOver(CallId id) {
            return stage.live
                    .calls()
                    .status("alice", id)
                    .map(status -> status.call().state().isOver())
                    .orElse(true);
        }

        private boolean isPreview() {
            return stage.live.sessions().running().stream().anyMatch(status -> status.restricted());
        }

        private void report(CallId id, boolean alice, boolean flowing, long at) {
            if (isOver(id)) {
                return;
            }
            var status = stage.live.calls().report(alice ? "alice" : "bob", id, flowing, ++reports);
            // A report that tears the call apart ends it before it confirms anything.
            if (!status.call().state().isOver()) {
                reference.report(alice, flowing, at);
            }
        }

        /** An old report comes again. */
        private void late(CallId id) {
            if (!isOver(id)) {
                stage.live.calls().report("alice", id, true, -1);
                stage.live.calls().report("bob", id, true, -1);
            }
        }

        private void leaveAndComeBack() {
            var user = random.nextBoolean() ? "alice" : "bob";
            stage.goes(user, random.nextBoolean() ? Departure.LOST : Departure.LEFT);
            stage.comeIn(user);
        }

        private void tip(CallId id, int step) {
            var amount = Money.ofMicros("USD", 10L * (1 + random.nextInt(5_000)));
            for (var i = 0; i < 2 && !isOver(id); i++) {
                var result = stage.live.calls().tip("alice", id, amount, "t" + step, "");
                if (i == 0 && result instanceof dev.livemeter.wallet.DebitResult.Debited) {
                    tips = tips.plus(amount);
                }
            }
        }
    }
}
