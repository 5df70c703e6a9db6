package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rules of {@link SettlerContract} for holds: the first, the next, and those that are declined. */
abstract class SettlerHoldRules extends SettlerFixture {

    SettlerHoldRules() {}

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
                            List.of(captureOf(before, "c1", "h1", "0.50")),
                            holdOf(before, id, least, most),
                            List.of())
                    .raising(holdId("s1", "h1"));
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
                    List.of(captureOf(before, "c1", "h1", "0.50"), captureOf(before, "c2", "h1", "1.51")),
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
                    List.of(captureOf(before, "c1", "h1", "1.00")),
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
}
