package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Settler} keeps: the rules of {@code docs/contracts/settler.md}. Extend it, supply a settler with its wallet and its sessions,
 * inherit the tests.
 */
@Timeout(180)
public abstract class SettlerContract {

    /**
     * What is tested.
     *
     * @param wallet an empty one
     * @param sessions an empty store
     * @param settler settles the sessions of that store from that wallet
     */
    public record Parts(Wallet wallet, SessionStore sessions, Settler settler) {}

    private static final UserId ALICE = UserId.of("alice");
    private static final UserId PAYEE = UserId.of("payee");
    private static final NodeId NODE = new NodeId("node-1");
    private static final NodeId OTHER_NODE = new NodeId("node-2");
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualTime time = ManualTime.startingAt(Instant.parse("2026-03-01T12:00:00Z"));
    private Wallet wallet;
    private SessionStore sessions;
    private Settler settler;
    private int credits;

    /** For subclasses. */
    protected SettlerContract() {}

    /** An empty wallet that dates and expires by that time, an empty store, and the settler of both. Called before each test. */
    protected abstract Parts create(InstantSource time);

    @BeforeEach
    void start() {
        var parts = create(time);
        wallet = parts.wallet();
        sessions = parts.sessions();
        settler = parts.settler();
    }

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
                    List.of(captureOf(before, "c1", "h1", "1.50", null), captureOf(before, "c2", "h2", "0.25", null)),
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
                    before,
                    over,
                    List.of(captureOf(before, "c1", "h1", "0.75", null)),
                    null,
                    List.of(holdId("s1", "h1"))));

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
    class Renewing {

        @Test
        @Rule("STL-24")
        void reservesTheNextQuotaWhetherOrNotItIsAddedToAnOpenHold() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");

            var settled = settle(renewing(before, "h2", "3.00", "4.00"));

            var placed = placed(settled);
            assertThat(placed.added()).isEqualTo(usd("4.00"));
            assertThat(placed.hold().remaining()).isGreaterThanOrEqualTo(usd("4.00"));
            assertThat(hold(placed)).isEqualTo(placed.hold());
            assertThat(settled.session().metering().granted()).isEqualTo(usd("6.00"));
            assertThat(settled.available()).isEqualTo(usd("4.00"));
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("9.50"), usd("5.50")));
            assertThat(sessions.find(before.id())).contains(settled.session());
            // All of it can be taken, and what is left be given back.
            var all = settled.session();
            settle(new SettleRequest(
                    all,
                    over(all),
                    List.of(captureOf(all, "c2", placed.hold().id(), "4.00")),
                    null,
                    List.of(holdId("s1", "h1"), placed.hold().id())));
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("5.50"), usd("0")));
        }

        @Test
        @Rule("STL-25")
        void answersTheSameRenewalAgain() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");
            var request = renewing(before, "h2", "3.00", "4.00");
            var first = settle(request);

            var again = settle(request);

            assertThat(again.hold()).isEqualTo(first.hold());
            assertThat(again.captures()).isEqualTo(first.captures());
            assertThat(again.session().metering()).isEqualTo(first.session().metering());
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("9.50"), usd("5.50")));
        }

        @Test
        @Rule("STL-26")
        void addsWhatThereIsAndNothingWhereThatIsTooLittle() {
            credit(ALICE, "5.00");
            var before = live("s1", ALICE, "2.00");

            var some = settle(renewing(before, "h2", "2.00", "4.00"));
            var none = settle(new SettleRequest(
                            some.session(),
                            seen(some.session()),
                            List.of(),
                            holdOf(before, "h3", "0.01", "1.00"),
                            List.of())
                    .raising(placed(some).hold().id()));

            assertThat(placed(some).added()).isEqualTo(usd("3.00"));
            assertThat(none.hold())
                    .isInstanceOfSatisfying(
                            HoldResult.Declined.class,
                            no -> assertThat(no.reason()).isEqualTo(HoldResult.Reason.INSUFFICIENT_FUNDS));
            assertThat(none.session().metering().granted()).isEqualTo(usd("5.00"));
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("4.50"), usd("4.50")));
        }

        @Test
        @Rule("STL-27")
        void placesAHoldOfItsOwnWhereTheOtherIsNotOpen() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");
            wallet.voidHold(holdId("s1", "h1"));

            var settled = settle(
                    new SettleRequest(before, seen(before), List.of(), holdOf(before, "h2", "1.00", "3.00"), List.of())
                            .raising(holdId("s1", "h1")));

            assertThat(placed(settled).hold().id()).isEqualTo(holdId("s1", "h2"));
            assertThat(placed(settled).added()).isEqualTo(usd("3.00"));
            assertThat(hold("s1", "h1").state()).isEqualTo(Hold.State.VOIDED);
            assertThat(settled.session().metering().holds()).isEqualTo(2);
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("10.00"), usd("3.00")));
        }

        @Test
        @Rule("STL-28")
        void holdsWhatWasAddedForHalfOfTheTimeThatIsAskedForAtLeast() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");
            var first = settle(renewing(before, "h2", "3.00", "4.00"));
            assertThat(placed(first).hold().expiresAt())
                    .isAfterOrEqualTo(time.instant().plus(HOUR.dividedBy(2)));
            time.advance(HOUR.dividedBy(2).plusSeconds(1));
            var row = first.session();
            var second =
                    settle(new SettleRequest(row, seen(row), List.of(), holdOf(row, "h3", "1.00", "1.00"), List.of())
                            .raising(placed(first).hold().id()));
            assertThat(placed(second).hold().expiresAt())
                    .isAfterOrEqualTo(time.instant().plus(HOUR.dividedBy(2)));
        }

        /** Takes half a dollar of the first hold, and asks for more. */
        private SettleRequest renewing(Session before, String id, String least, String most) {
            return new SettleRequest(
                            before,
                            seen(before),
                            List.of(captureOf(before, "c1", "h1", "0.50", null)),
                            holdOf(before, id, least, most),
                            List.of())
                    .raising(holdId("s1", "h1"));
        }

        private CaptureRequest captureOf(Session session, String id, HoldId hold, String amount) {
            return new CaptureRequest(new TransferId(session.id() + "/" + id), hold, usd(amount), Remainder.KEEP);
        }

        private CaptureRequest captureOf(
                Session session, String id, String hold, String amount, @Nullable Allotment part) {
            return SettlerContract.captureOf(session, id, hold, amount, part);
        }

        private Hold hold(HoldResult.Placed placed) {
            return wallet.find(placed.hold().id()).orElseThrow();
        }

        private Hold hold(String session, String hold) {
            return SettlerContract.this.hold(session, hold);
        }

        private HoldResult.Placed placed(SettleResult.Settled settled) {
            assertThat(settled.hold()).isInstanceOf(HoldResult.Placed.class);
            return (HoldResult.Placed) Objects.requireNonNull(settled.hold());
        }
    }

    @Nested
    class Opening {

        @Test
        @Rule("STL-18")
        void storesASessionTogetherWithItsFirstHold() {
            credit(ALICE, "10.00");
            var payee = terms(ALICE, new SessionDestination(new DestinationId("d1"), "youtube", "Choir"));
            var opening = opening("s1", payee);

            var settled = settle(opens(opening, "2.00"));

            assertThat(held(settled).amount()).isEqualTo(usd("2.00"));
            assertThat(settled.session().state()).isEqualTo(SessionState.AUTHORIZED);
            assertThat(settled.session().terms()).isEqualTo(payee);
            assertThat(sessions.find(opening.id())).contains(settled.session());
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("10.00"), usd("2.00")));
            settle(capturing(settled.session(), "c1", usd("0.50")));
        }

        @Test
        @Rule("STL-19")
        void storesNothingOfASessionWhoseFirstHoldIsDeclined() {
            credit(ALICE, "1.00");
            var opening = opening("s1", terms(ALICE));

            var settled = settle(opens(opening, "1.01"));

            assertThat(settled.hold()).isInstanceOf(HoldResult.Declined.class);
            assertThat(settled.session().state()).isEqualTo(SessionState.AUTHORIZING);
            assertThat(sessions.find(opening.id())).isEmpty();
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("1.00"), usd("0")));
        }

        @Test
        @Rule("STL-20")
        void answersTheSameOpeningAgain() {
            credit(ALICE, "10.00");
            var request = opens(opening("s1", terms(ALICE)), "2.00");
            var first = settle(request);

            var again = settle(request);

            assertThat(again.hold()).isEqualTo(first.hold());
            assertThat(again.session().withVersion(0)).isEqualTo(first.session().withVersion(0));
            assertThat(sessions.find(request.before().id())).contains(again.session());
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("10.00"), usd("2.00")));
        }

        @Test
        @Rule("STL-21")
        void opensAmongOthersAndNotWhatAnotherNodeHas() {
            credit(ALICE, "10.00");
            var running = live("s1", ALICE, "1.00");
            var taken = opening("s2", terms(ALICE));
            settle(opens(taken, "1.00"));
            sessions.update(sessions.find(taken.id()).orElseThrow().takenOverBy(OTHER_NODE));

            var results = settler.settle(List.of(
                    opens(taken, "1.00"),
                    opens(opening("s3", terms(ALICE)), "2.00"),
                    capturing(running, "c1", usd("0.20"))));

            assertThat(results.get(0)).isInstanceOf(SettleResult.Fenced.class);
            assertThat(results.get(1)).isInstanceOf(SettleResult.Settled.class);
            assertThat(results.get(2)).isInstanceOf(SettleResult.Settled.class);
            assertThat(sessions.find(taken.id()).orElseThrow().node()).isEqualTo(OTHER_NODE);
        }

        private SettleRequest opens(Session opening, String amount) {
            return new SettleRequest(
                    opening,
                    moved(opening, SessionState.AUTHORIZED),
                    List.of(),
                    holdOf(opening, "h1", amount, amount),
                    List.of());
        }

        private Session opening(String id, SessionTerms terms) {
            return session(id, terms, SessionState.AUTHORIZING, nothingUsed()).withVersion(Session.NOT_STORED);
        }
    }

    @Nested
    class Declining {

        @Test
        @Rule("STL-07")
        void keepsTheStateOfASessionWhoseCaptureIsDeclined() {
            credit(ALICE, "10.00");
            var before = live("s1", ALICE, "2.00");

            var settled = settle(new SettleRequest(
                    before,
                    over(before),
                    List.of(captureOf(before, "c1", "h1", "0.50", null), captureOf(before, "c2", "h1", "1.51", null)),
                    null,
                    List.of(holdId("s1", "h1"))));

            assertThat(settled.captures().get(0)).isInstanceOf(CaptureResult.Captured.class);
            assertThat(settled.captures().get(1))
                    .isInstanceOfSatisfying(
                            CaptureResult.Declined.class,
                            no -> assertThat(no.reason()).isEqualTo(CaptureResult.Reason.EXCEEDS_HOLD));
            assertThat(settled.session().state()).isEqualTo(SessionState.LIVE);
            assertThat(settled.session().metering().charged()).isEqualTo(usd("0.50"));
            assertThat(settled.session().metering().captures()).isEqualTo(1);
            assertThat(hold("s1", "h1").remaining()).isEqualTo(usd("1.50"));
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("9.50"), usd("1.50")));
            assertThat(sessions.find(before.id())).contains(settled.session());
        }

        @Test
        @Rule("STL-08")
        void keepsASessionAuthorizingWhoseFirstHoldIsDeclined() {
            credit(ALICE, "1.00");
            var before = inserted(session("s1", ALICE, SessionState.AUTHORIZING, nothingUsed()));

            var settled = settle(new SettleRequest(
                    before,
                    moved(before, SessionState.AUTHORIZED),
                    List.of(),
                    holdOf(before, "h1", "1.01", "5.00"),
                    List.of()));

            assertThat(settled.hold()).isInstanceOf(HoldResult.Declined.class);
            assertThat(settled.session().state()).isEqualTo(SessionState.AUTHORIZING);
            assertThat(settled.session().metering().holds()).isZero();
            assertThat(sessions.find(before.id())).contains(settled.session());
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("1.00"), usd("0")));
        }

        @Test
        @Rule("STL-09")
        void movesASessionOnWhoseNextHoldIsDeclined() {
            credit(ALICE, "2.00");
            var before = live("s1", ALICE, "2.00");

            var settled = settle(new SettleRequest(
                    before,
                    moved(before, SessionState.ENDING),
                    List.of(captureOf(before, "c1", "h1", "1.00", null)),
                    holdOf(before, "h2", "0.01", "5.00"),
                    List.of()));

            assertThat(settled.hold()).isInstanceOf(HoldResult.Declined.class);
            assertThat(settled.session().state()).isEqualTo(SessionState.ENDING);
            assertThat(settled.session().metering().charged()).isEqualTo(usd("1.00"));
            assertThat(settled.session().metering().holds()).isEqualTo(1);
        }

        @Test
        @Rule("STL-10")
        void neverReservesMoreThanThereIsForSessionsOfOneWallet() {
            credit(ALICE, "10.00");
            var requests = IntStream.range(0, 8)
                    .mapToObj(i -> {
                        var before = live("s" + i, ALICE, "1.00");
                        return new SettleRequest(
                                before, seen(before), List.of(), holdOf(before, "h2", "0.50", "0.60"), List.of());
                    })
                    .toList();

            var placed = settler.settle(requests).stream()
                    .map(SettleResult.Settled.class::cast)
                    .map(SettleResult.Settled::hold)
                    .filter(HoldResult.Placed.class::isInstance)
                    .map(hold -> ((HoldResult.Placed) hold).hold().amount())
                    .toList();

            // Two are left: 0.60 three times, and 0.20 is less than the least.
            assertThat(placed).containsExactly(usd("0.60"), usd("0.60"), usd("0.60"));
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("10.00"), usd("9.80")));
        }

        @Test
        @Rule("STL-29")
        void takesEachCaptureOfACrowdedWalletFromItsHoldAndCountsNoneThatExpired() {
            credit(ALICE, "10.00");
            credit(UserId.of("bob"), "1.00");
            for (var i = 0; i < 20; i++) {
                wallet.hold(HoldRequest.exactly(new HoldId("old-" + i), ALICE, usd("0.20"), Duration.ofMinutes(1)))
                        .orElseThrow();
            }
            var requests = new ArrayList<SettleRequest>();
            for (var i = 0; i < 20; i++) {
                requests.add(capturing(live("s" + i, ALICE, "0.20"), "c1", usd("0.10")));
            }
            requests.add(capturing(live("alone", UserId.of("bob"), "0.20"), "c1", usd("0.10")));
            time.advance(Duration.ofMinutes(2));
            var last = live("last", ALICE, "0.10");
            requests.add(new SettleRequest(last, seen(last), List.of(), holdOf(last, "h2", "5.90", "5.90"), List.of()));

            var results = settler.settle(requests);

            assertThat(results).hasSize(22).allSatisfy(result -> {
                var settled = (SettleResult.Settled) result;
                assertThat(settled.captures()).allMatch(CaptureResult.Captured.class::isInstance);
            });
            held((SettleResult.Settled) results.get(21));
            // 2.00 was captured and as much is left of the holds that it was taken from; 0.10 and 5.90 are held besides
            assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("8.00"), usd("8.00")));
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
                    List.of(captureOf(before, "c1", "h1", "1.50", null)),
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
                    List.of(captureOf(before, "c1", "h1", "1.50", null)),
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

            Race.of(
                    8,
                    number -> requests.stream()
                            .map(request -> request.captures().get(0))
                            .map(wallet::capture)
                            .toList());
            settler.settle(requests);

            assertThat(wallet.balance(ALICE).orElseThrow().posted()).isEqualTo(usd("9.20"));
            for (var request : requests) {
                assertThat(sessions.find(request.before().id())
                                .orElseThrow()
                                .metering()
                                .charged())
                        .isEqualTo(usd("0.10"));
            }
        }

        @Test
        @Rule("STL-31")
        void answersWhatTheWalletWasAskedForMeanwhile() {
            credit(ALICE, "10.00");
            var whole = live("s1", ALICE, "1.00");
            var part = live("s2", ALICE, "1.00");
            var other = live("s3", ALICE, "1.00");
            var all = captureOf(whole, "c1", "h1", "1.00", null);
            var some = captureOf(part, "c1", "h1", "0.30", null);
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

    private void credit(UserId user, String amount) {
        wallet.credit(new CreditRequest(new TransferId("order-" + credits++), user, usd(amount), ""))
                .orElseThrow();
    }

    private SettleResult.Settled settle(SettleRequest request) {
        var results = settler.settle(List.of(request));
        assertThat(results).hasSize(1);
        return (SettleResult.Settled) results.get(0);
    }

    /** A live session whose first hold is that much. */
    private Session live(String id, UserId payer, String granted) {
        return withHold(inserted(session(id, payer, SessionState.LIVE, nothingUsed())), "h1", granted);
    }

    private Session withHold(Session session, String hold, String amount) {
        return settle(new SettleRequest(session, session, List.of(), holdOf(session, hold, amount, amount), List.of()))
                .session();
    }

    private Session inserted(Session session) {
        sessions.insert(session);
        return sessions.find(session.id()).orElseThrow();
    }

    private SettleRequest capturing(Session before, String capture, Money amount) {
        return new SettleRequest(
                before,
                seen(before),
                List.of(new CaptureRequest(
                        new TransferId(before.id() + "/" + capture),
                        new HoldId(before.id() + "/h1"),
                        amount,
                        Remainder.KEEP)),
                null,
                List.of());
    }

    private static SessionTerms terms(UserId payer, SessionDestination... destinations) {
        return new SessionTerms(Lane.RELAY, payer, null, "", null, List.of(destinations));
    }

    private Session session(String id, UserId payer, SessionState state, Metering metering) {
        return session(id, terms(payer), state, metering);
    }

    private Session session(String id, SessionTerms terms, SessionState state, Metering metering) {
        var now = time.instant();
        return new Session(
                new SessionId("session-" + id),
                terms,
                state,
                now,
                state == SessionState.LIVE ? now : null,
                now,
                null,
                metering,
                usd("10.00"),
                null,
                null,
                NODE,
                0);
    }

    private static CaptureRequest captureOf(
            Session session, String id, String hold, String amount, @Nullable Allotment part) {
        return new CaptureRequest(
                new TransferId(session.id() + "/" + id),
                new HoldId(session.id() + "/" + hold),
                usd(amount),
                Remainder.KEEP,
                new Subject("session/" + session.id()),
                part);
    }

    private static HoldRequest holdOf(Session session, String id, String least, String most) {
        return new HoldRequest(new HoldId(session.id() + "/" + id), session.payer(), usd(least), usd(most), HOUR);
    }

    private static HoldId holdId(String session, String hold) {
        return new HoldId("session-" + session + "/" + hold);
    }

    private Hold hold(String session, String hold) {
        return wallet.find(holdId(session, hold)).orElseThrow();
    }

    private static Hold held(SettleResult.Settled settled) {
        assertThat(settled.hold()).isInstanceOf(HoldResult.Placed.class);
        return ((HoldResult.Placed) Objects.requireNonNull(settled.hold())).hold();
    }

    private Session seen(Session before) {
        return changed(before, before.state(), null, null);
    }

    private Session used(Session before, Duration used) {
        return counted(before, before.metering().basis(), used);
    }

    private Session passedOnTo(Session before, int destinations) {
        var metering = before.metering();
        var step = new RatingBasis.Step(Duration.ofSeconds(1), destinations, Duration.ZERO);
        return counted(before, metering.basis().with(step), metering.used());
    }

    private Session counted(Session before, RatingBasis basis, Duration used) {
        return changed(before, before.state(), SessionRows.used(before.metering(), basis, used), null, null);
    }

    private Session moved(Session before, SessionState state) {
        return changed(before, state, null, state == SessionState.ENDING ? new SessionEnd.FundsExhausted() : null);
    }

    private Session over(Session before) {
        return changed(before, SessionState.ENDED, time.instant(), new SessionEnd.HungUp());
    }

    private Session changed(Session before, SessionState state, @Nullable Instant endedAt, @Nullable SessionEnd end) {
        return changed(before, state, before.metering(), endedAt, end);
    }

    private Session changed(
            Session before,
            SessionState state,
            Metering metering,
            @Nullable Instant endedAt,
            @Nullable SessionEnd end) {
        return SessionRows.changed(before, state, metering, before.liveAt(), time.instant(), endedAt, end);
    }

    private static Metering granted(long micros) {
        var fresh = nothingUsed();
        return new Metering(
                fresh.tariff(),
                fresh.basis(),
                fresh.used(),
                Money.ofMicros("USD", micros),
                fresh.charged(),
                fresh.holds(),
                fresh.captures());
    }

    private static Metering nothingUsed() {
        var basis = new RatingBasis(
                Instant.parse("2026-03-01T12:00:00Z"),
                ZoneOffset.UTC,
                List.of(new RatingBasis.Step(Duration.ZERO, 1, Duration.ZERO)));
        return Metering.start(Tariff.perMinute("USD", "0.10").in(Increment.SECONDS), basis);
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
