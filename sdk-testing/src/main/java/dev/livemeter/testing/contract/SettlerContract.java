package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Settler} keeps: the rules of {@code docs/contracts/settler.md}. Extend it, supply a settler with its wallet and its sessions,
 * inherit the tests.
 */
@Timeout(180)
public abstract class SettlerContract extends SettlerHoldRules {

    /**
     * What is tested.
     *
     * @param wallet an empty one
     * @param sessions an empty store
     * @param settler settles the sessions of that store from that wallet
     */
    public record Parts(Wallet wallet, SessionStore sessions, Settler settler) {}

    /** For subclasses. */
    protected SettlerContract() {}

    /** Fails where the books of what was created last do not prove themselves; does nothing unless a subclass has books that can. */
    protected void prove() {}

    @Nested
    class Settling {

        @Test
        @Rule("STL-01")
        void carriesOutEverythingThatASessionAsksFor() {
            credit(ALICE, "10.00");
            var live = live("s1", ALICE, "2.00");
            var before = withHold(live, "h2", "1.00");

            var settled = settle(new SettleRequest(
                    before,
                    seen(before),
                    List.of(captureOf(before, "c1", "h1", "1.50"), captureOf(before, "c2", "h2", "0.25")),
                    holdOf(before, "h3", "4.00", "5.00"),
                    List.of(holdId("s1", "h1"))));

            assertThat(settled.captures()).hasSize(2).allMatch(CaptureResult.Captured.class::isInstance);
            assertThat(held(settled).amount()).isEqualTo(usd("5.00"));
            assertThat(settled.available()).isEqualTo(usd("2.50"));
            assertThat(hold("s1", "h1").state()).isEqualTo(Hold.State.CAPTURED);
            assertThat(hold("s1", "h2").remaining()).isEqualTo(usd("0.75"));
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("8.25"), usd("5.75")));
            var metering = settled.session().metering();
            assertThat(metering.charged()).isEqualTo(usd("1.75"));
            assertThat(metering.granted()).isEqualTo(usd("8.00"));
            assertThat(metering.captures()).isEqualTo(2);
            assertThat(metering.holds()).isEqualTo(3);
            assertThat(settled.session().seenAt()).isEqualTo(time.instant());
            assertThat(sessions.find(before.id())).contains(settled.session());
        }

        @Test
        @Rule("STL-02")
        void settlesEachSessionOfABatch() {
            var requests = new ArrayList<SettleRequest>();
            for (var i = 0; i < 50; i++) {
                var payer = UserId.of("user-" + i % 20);
                credit(payer, "5.00");
                var session = live("s" + i, payer, "1.00");
                requests.add(capturing(session, "c1", Money.ofMicros("USD", 1_000 + i)));
            }

            var results = settler.settle(requests);

            assertThat(results).hasSize(50);
            for (var i = 0; i < 50; i++) {
                var settled = (SettleResult.Settled) results.get(i);
                assertThat(settled.session().id())
                        .isEqualTo(requests.get(i).before().id());
                assertThat(settled.session().metering().charged()).isEqualTo(Money.ofMicros("USD", 1_000 + i));
                assertThat(sessions.find(settled.session().id())).contains(settled.session());
            }
            // user-0 pays for the sessions 0, 20 and 40.
            var posted = wallet.balance(UserId.of("user-0")).orElseThrow().posted();
            assertThat(posted).isEqualTo(usd("15.00").minus(Money.ofMicros("USD", 3_060)));
        }

        @Test
        @Rule("STL-03")
        void doesNothingForAnEmptyBatch() {
            assertThat(settler.settle(List.of())).isEmpty();
        }

        @Test
        @Rule("STL-22")
        void storesInABatchWithoutMoneyAllThatChangedOfEachSession() {
            credit(ALICE, "10.00");
            var going = live("s1", ALICE, "1.00");
            var stepping = live("s2", ALICE, "1.00");
            var ending = live("s3", ALICE, "1.00");
            var taken = live("s4", ALICE, "1.00");
            sessions.update(taken.takenOverBy(OTHER_NODE));
            time.advance(Duration.ofSeconds(3));

            var results = settler.settle(List.of(
                    new SettleRequest(going, used(going, Duration.ofSeconds(3)), List.of(), null, List.of()),
                    new SettleRequest(stepping, passedOnTo(stepping, 3), List.of(), null, List.of()),
                    new SettleRequest(ending, moved(ending, SessionState.ENDING), List.of(), null, List.of()),
                    new SettleRequest(taken, used(taken, Duration.ofSeconds(3)), List.of(), null, List.of())));

            assertThat(results.get(3)).isEqualTo(new SettleResult.Fenced());
            var stored = results.subList(0, 3).stream()
                    .map(result -> ((SettleResult.Settled) result).session())
                    .toList();
            assertThat(stored)
                    .allSatisfy(
                            session -> assertThat(sessions.find(session.id())).contains(session));
            assertThat(stored.get(0).metering().used()).isEqualTo(Duration.ofSeconds(3));
            assertThat(stored.get(1).metering().basis().steps()).hasSize(2);
            assertThat(stored.get(2).state()).isEqualTo(SessionState.ENDING);
            assertThat(sessions.find(taken.id()).orElseThrow().metering().used())
                    .isEqualTo(Duration.ZERO);
        }

        @Test
        @Rule("STL-04")
        void storesAStateWithoutMoney() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");
            time.advance(Duration.ofSeconds(3));

            var settled = settle(new SettleRequest(before, seen(before), List.of(), null, List.of()));

            assertThat(settled.session().seenAt()).isEqualTo(time.instant());
            assertThat(settled.hold()).isNull();
            assertThat(settled.available()).isEqualTo(usd("8.00"));
            assertThat(sessions.find(before.id())).contains(settled.session());
        }

        @Test
        @Rule("STL-23")
        void readsNoBalanceForNobody() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");
            time.advance(Duration.ofSeconds(3));
            var proof = new SettleRequest(before, seen(before), List.of(), null, List.of()).withoutBalance();

            var settled = settle(proof);

            assertThat(settled.available()).isNull();
            assertThat(sessions.find(before.id())).contains(settled.session());
        }

        @Test
        @Rule("STL-05")
        void tellsWhatIsLeftWhenASessionIsOver() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");
            var over = over(before);

            var settled = settle(new SettleRequest(
                    before, over, List.of(captureOf(before, "c1", "h1", "0.75")), null, List.of(holdId("s1", "h1"))));

            assertThat(settled.session().state()).isEqualTo(SessionState.ENDED);
            assertThat(settled.session().balanceAfter()).isEqualTo(usd("9.25"));
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("9.25"), usd("0")));
            assertThat(sessions.find(before.id())).contains(settled.session());
        }

        @Test
        @Rule("STL-06")
        void takesWholeAmountsWhateverAPayeeEarns() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");
            var part = new Allotment(PAYEE, usd("0.70"));

            settle(new SettleRequest(
                    before, seen(before), List.of(captureOf(before, "c1", "h1", "1.00", part)), null, List.of()));

            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("9.00"), usd("1.00")));
        }
    }

    @Nested
    class Repeating {

        @Test
        @Rule("STL-11")
        void answersTheSameRequestAgainAndBooksItOnce() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");
            var request = new SettleRequest(
                    before,
                    seen(before),
                    List.of(captureOf(before, "c1", "h1", "1.50")),
                    holdOf(before, "h2", "4.00", "5.00"),
                    List.of(holdId("s1", "h1")));
            var first = settle(request);
            var balance = wallet.balance(ALICE);

            for (var i = 0; i < 3; i++) {
                var again = settle(request);
                assertThat(again.captures()).isEqualTo(first.captures());
                assertThat(again.hold()).isEqualTo(first.hold());
                assertThat(again.session().withVersion(0))
                        .isEqualTo(first.session().withVersion(0));
                assertThat(sessions.find(before.id())).contains(again.session());
            }
            assertThat(wallet.balance(ALICE)).isEqualTo(balance);
        }

        @Test
        @Rule("STL-12")
        void answersTheEndOfASessionAgain() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");
            var request = new SettleRequest(
                    before,
                    over(before),
                    List.of(captureOf(before, "c1", "h1", "1.50")),
                    null,
                    List.of(holdId("s1", "h1")));
            var first = settle(request);
            credit(ALICE, "7.00");

            var again = settle(request);

            assertThat(again.session()).isEqualTo(first.session());
            assertThat(again.captures()).isEqualTo(first.captures());
            assertThat(sessions.find(before.id())).contains(first.session());
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("15.50"), usd("0")));
        }

        @Test
        @Rule("STL-13")
        void carriesOutTheOthersOfABatchThatIsRepeatedInPart() {
            credit(ALICE, "10.00");
            var done = capturing(live("s1", ALICE, "1.00"), "c1", usd("0.10"));
            var fresh = capturing(live("s2", ALICE, "1.00"), "c1", usd("0.20"));
            settle(done);

            var results = settler.settle(List.of(done, fresh));

            assertThat(results).allMatch(SettleResult.Settled.class::isInstance);
            assertThat(wallet.balance(ALICE).orElseThrow().posted()).isEqualTo(usd("9.70"));
            for (var result : results) {
                var settled = (SettleResult.Settled) result;
                assertThat(sessions.find(settled.session().id())).contains(settled.session());
            }
        }

        @Test
        @Rule("STL-14")
        void settlesOnceWhenTheSameRequestsRace() {
            credit(ALICE, "10.00");
            var requests = IntStream.range(0, 8)
                    .mapToObj(i -> capturing(live("s" + i, ALICE, "1.00"), "c1", usd("0.10")))
                    .toList();

            var answers = Race.of(8, number -> number % 2 == 0 ? settler.settle(requests) : captured(requests));

            assertThat(answers)
                    .allSatisfy(results -> assertThat(results)
                            .hasSize(8)
                            .allMatch(result -> result instanceof SettleResult.Settled
                                    || result instanceof CaptureResult.Captured));
            assertThat(wallet.balance(ALICE).orElseThrow().posted()).isEqualTo(usd("9.20"));
            for (var request : requests) {
                assertThat(sessions.find(request.before().id())
                                .orElseThrow()
                                .metering()
                                .charged())
                        .isEqualTo(usd("0.10"));
            }
        }

        private List<?> captured(List<SettleRequest> requests) {
            return requests.stream()
                    .map(request -> wallet.capture(request.captures().get(0)))
                    .toList();
        }

        @Test
        @Rule("STL-31")
        void answersWhatTheWalletWasAskedForMeanwhile() {
            credit(ALICE, "10.00");
            var whole = live("s1", ALICE, "1.00");
            var part = live("s2", ALICE, "1.00");
            var other = live("s3", ALICE, "1.00");
            var all = captureOf(whole, "c1", "h1", "1.00");
            var some = captureOf(part, "c1", "h1", "0.30");
            wallet.capture(all).orElseThrow();
            wallet.capture(some).orElseThrow();
            wallet.hold(holdOf(whole, "h2", "6.00", "6.00")).orElseThrow();

            var results = settler.settle(List.of(
                    new SettleRequest(whole, seen(whole), List.of(all), holdOf(whole, "h2", "6.00", "6.00"), List.of()),
                    new SettleRequest(part, seen(part), List.of(some), null, List.of()),
                    capturing(other, "c1", usd("0.20"))));

            assertThat(results)
                    .allSatisfy(result -> assertThat(((SettleResult.Settled) result).captures())
                            .hasSize(1)
                            .allMatch(CaptureResult.Captured.class::isInstance));
            assertThat(held((SettleResult.Settled) results.get(0)).amount()).isEqualTo(usd("6.00"));
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("8.50"), usd("7.50")));
        }

        /** Nothing else of the batch tells that the request comes again: neither is its hold open, nor is there money for the next one. */
        @Test
        @Rule("STL-31")
        void answersAloneWhatTheWalletWasAskedForMeanwhile() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "1.00");
            var all = captureOf(before, "c1", "h1", "1.00", null);
            var next = holdOf(before, "h2", "9.00", "9.00");
            wallet.capture(all).orElseThrow();
            wallet.hold(next).orElseThrow();

            var settled = settle(new SettleRequest(before, seen(before), List.of(all), next, List.of()));

            assertThat(settled.captures()).hasSize(1).allMatch(CaptureResult.Captured.class::isInstance);
            assertThat(held(settled).amount()).isEqualTo(usd("9.00"));
            assertThat(settled.session().metering().charged()).isEqualTo(usd("1.00"));
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("9.00"), usd("9.00")));
        }
    }

    @Nested
    class Racing {

        private static final int THREADS = 4;
        private static final int ROUNDS = 9;
        private static final int SESSIONS_OF_EACH = 2;

        private final List<UserId> rich = users("rich", 4);
        private final List<UserId> poor = users("poor", 2);

        /** Payers come in another order in each batch, so that whoever locks them as they come is stuck here. */
        @Test
        @Rule("STL-30")
        void chargesEachSessionOnceWhereBatchesThatShareWalletsRace() {
            rich.forEach(payer -> credit(payer, "50.00"));
            poor.forEach(payer -> credit(payer, "3.00"));
            var threads = IntStream.range(0, THREADS)
                    .mapToObj(thread -> new RacingSessions(settler, opened(thread), new Random(thread)))
                    .toList();

            Race.of(THREADS, thread -> threads.get(thread).settle(ROUNDS));

            var racers =
                    threads.stream().flatMap(thread -> thread.racers().stream()).toList();
            requireAsTold(racers);
            // charged in six of the nine rounds
            assertThat(racers).filteredOn(racer -> rich.contains(racer.payer())).allSatisfy(racer -> {
                assertThat(racer.charged()).isEqualTo(usd("0.30"));
                assertThat(racer.granted()).isEqualTo(usd("1.10"));
            });
            // They ask for more than twice of what there is, and so all of it is reserved, and no more.
            assertThat(poor)
                    .allSatisfy(payer -> assertThat(sum(racers, payer, racer -> racer.granted()))
                            .isEqualTo(usd("3.00")));
            assertThat(rich).allSatisfy(payer -> requireWallet(racers, payer, usd("50.00")));
            assertThat(poor).allSatisfy(payer -> requireWallet(racers, payer, usd("3.00")));

            Race.of(THREADS, thread -> threads.get(thread).end());

            requireAsTold(racers);
            assertThat(Stream.concat(rich.stream(), poor.stream()))
                    .allSatisfy(payer -> assertThat(
                                    wallet.balance(payer).orElseThrow().held())
                            .isEqualTo(usd("0")));
            prove();
        }

        private List<Session> opened(int thread) {
            return Stream.concat(rich.stream(), poor.stream())
                    .flatMap(payer -> IntStream.range(0, SESSIONS_OF_EACH)
                            .mapToObj(number -> live(
                                    thread + "-" + payer + "-" + number,
                                    payer,
                                    rich.contains(payer) ? "0.50" : "0.20")))
                    .toList();
        }

        /** What is stored of each session is what its thread was told. */
        private void requireAsTold(List<RacingSessions.Racer> racers) {
            assertThat(racers).allSatisfy(racer -> {
                assertThat(sessions.find(racer.session().id())).contains(racer.session());
                assertThat(racer.session().metering().charged()).isEqualTo(racer.charged());
                assertThat(racer.session().metering().granted()).isEqualTo(racer.granted());
            });
        }

        /** What was paid in is there, but for what its sessions were charged; held is what they were granted and not charged. */
        private void requireWallet(List<RacingSessions.Racer> racers, UserId payer, Money paidIn) {
            var charged = sum(racers, payer, racer -> racer.charged());
            var held = sum(racers, payer, racer -> racer.granted()).minus(charged);
            assertThat(wallet.balance(payer)).contains(new WalletBalance(payer, paidIn.minus(charged), held));
        }

        private Money sum(
                List<RacingSessions.Racer> racers, UserId payer, Function<RacingSessions.Racer, Money> figure) {
            return racers.stream()
                    .filter(racer -> racer.payer().equals(payer))
                    .map(figure)
                    .reduce(usd("0"), Money::plus);
        }

        private List<UserId> users(String name, int count) {
            return IntStream.range(0, count)
                    .mapToObj(number -> UserId.of(name + "-" + number))
                    .toList();
        }
    }

    @Nested
    class Fencing {

        @Test
        @Rule("STL-15")
        void refusesASessionThatAnotherNodeHasTakenOver() {
            credit(ALICE, "10.00");
            var stale = live("s1", ALICE, "1.00");
            var mine = live("s2", ALICE, "1.00");
            var taken = sessions.update(stale.takenOverBy(OTHER_NODE));

            var results =
                    settler.settle(List.of(capturing(stale, "c1", usd("0.10")), capturing(mine, "c1", usd("0.20"))));

            assertThat(results.get(0)).isInstanceOf(SettleResult.Fenced.class);
            assertThat(results.get(1)).isInstanceOf(SettleResult.Settled.class);
            assertThat(sessions.find(stale.id())).contains(taken);
            assertThat(hold("s1", "h1").captured()).isEqualTo(usd("0"));
            assertThat(wallet.balance(ALICE).orElseThrow().posted()).isEqualTo(usd("9.80"));
        }

        @Test
        @Rule("STL-16")
        void refusesASessionThatIsNotThere() {
            credit(ALICE, "10.00");
            var unknown = session("s1", ALICE, SessionState.LIVE, nothingUsed());
            var mine = live("s2", ALICE, "1.00");

            var results = settler.settle(List.of(
                    new SettleRequest(unknown, seen(unknown), List.of(), null, List.of()),
                    capturing(mine, "c1", usd("0.20"))));

            assertThat(results.get(0)).isInstanceOf(SettleResult.Fenced.class);
            assertThat(results.get(1)).isInstanceOf(SettleResult.Settled.class);
            assertThat(sessions.find(unknown.id())).isEmpty();
        }
    }

    @Nested
    class Failing {

        @Test
        @Rule("STL-17")
        void tellsThatTheOutcomeIsNotKnownAndSettlesWhenRepeated() {
            credit(ALICE, "10.00");
            var good = capturing(live("s1", ALICE, "1.00"), "c1", usd("0.10"));
            var before = live("s2", ALICE, "1.00");
            // An amount that cannot be added up: nobody can have earned that much.
            wallet.credit(new CreditRequest(
                            new TransferId("big"), UserId.of("rich"), Money.ofMicros("USD", Long.MAX_VALUE), ""))
                    .orElseThrow();
            var rich = inserted(session("s3", UserId.of("rich"), SessionState.LIVE, granted(Long.MAX_VALUE)));
            var bad = new SettleRequest(rich, seen(rich), List.of(), holdOf(rich, "h1", "1.00", "1.00"), List.of());

            assertThatThrownBy(() -> settler.settle(List.of(good, capturing(before, "c1", usd("0.10")), bad)))
                    .isInstanceOf(RuntimeException.class);
            assertThat(sessions.find(rich.id())).contains(rich);

            var results = settler.settle(List.of(good, capturing(before, "c1", usd("0.10"))));
            assertThat(results).allMatch(SettleResult.Settled.class::isInstance);
            assertThat(wallet.balance(ALICE).orElseThrow().posted()).isEqualTo(usd("9.80"));
        }
    }
}
