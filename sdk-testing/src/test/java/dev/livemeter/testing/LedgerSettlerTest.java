package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.LedgerSettler;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
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
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What only a settler on books and sessions that lie together can promise. */
class LedgerSettlerTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final UserId PAYEE = UserId.of("payee");

    private final ManualTime time = ManualTime.create();
    private final InMemoryLedgerStore books = new InMemoryLedgerStore();
    private final InMemoryStorage storage = InMemoryStorage.create();
    private final Billing billing = Billing.on(books, time);
    private final LedgerSettler settler = new LedgerSettler(storage.settlements(books), time);

    @Test
    void leavesNothingOfABatchThatCannotBeStored() {
        var first = capturing("session-1", "alice", 5);
        // More than can be counted, once the first one is in the payee's earnings.
        var second = capturing("session-2", "rich", Long.MAX_VALUE);

        assertThatThrownBy(() -> settler.settle(List.of(first, second)))
                .hasMessageStartingWith("The amount ")
                .hasMessageContaining("is beyond what can be counted exactly");

        assertThat(storage.sessions().find(first.before().id())).contains(first.before());
        assertThat(storage.sessions().find(second.before().id())).contains(second.before());
        assertThat(billing.earnings().of(PAYEE, USD, time.instant()).posted().isZero())
                .isTrue();
        assertThat(billing.ledger().entries(AccountId.revenue(USD), 10, null)).isEmpty();
        assertThat(billing.ledger().verify().findings()).isEmpty();
        settler.settle(List.of(first));
        assertThat(billing.earnings().of(PAYEE, USD, time.instant()).posted()).isEqualTo(usd(5));
    }

    /** So a session has one hold, whose row changes in place together with its captures (decision record 0032). */
    @Test
    void addsAQuotaToTheHoldThatIsOpen() {
        var session = capturing("session-1", "alice", 5).before();
        var alice = session.payer();
        billing.wallet()
                .credit(new CreditRequest(new TransferId("more"), alice, usd(10), ""))
                .orElseThrow();
        var open = new HoldId("session-1/hold-1");
        var quota = HoldRequest.exactly(new HoldId("session-1/hold-2"), alice, usd(3), Duration.ofHours(1));

        var result = settler.settle(
                        List.of(new SettleRequest(session, session, List.of(), quota, List.of()).raising(open)))
                .get(0);

        assertThat(((SettleResult.Settled) result).hold()).isInstanceOfSatisfying(HoldResult.Placed.class, placed -> {
            assertThat(placed.hold().id()).isEqualTo(open);
            assertThat(placed.hold().remaining()).isEqualTo(usd(8));
            assertThat(placed.added()).isEqualTo(usd(3));
        });
        assertThat(billing.wallet().find(quota.id())).isEmpty();
    }

    private SettleRequest capturing(String id, String payer, long micros) {
        var owner = UserId.of(payer);
        billing.wallet().credit(new CreditRequest(new TransferId("order-" + payer), owner, usd(micros), ""));
        var hold = HoldRequest.exactly(new HoldId(id + "/hold-1"), owner, usd(micros), Duration.ofHours(1));
        billing.wallet().hold(hold).orElseThrow();
        var basis = new RatingBasis(
                time.instant(), ZoneOffset.UTC, List.of(new RatingBasis.Step(Duration.ZERO, 1, Duration.ZERO)));
        var now = time.instant();
        var session = new Session(
                new SessionId(id),
                new SessionTerms(Lane.CALL, owner, null, "", null, List.of()),
                SessionState.LIVE,
                now,
                now,
                now,
                null,
                Metering.start(Tariff.perMinute("USD", "0.10").in(Increment.SECONDS), basis),
                usd(micros),
                null,
                null,
                new NodeId("node-1"),
                0);
        storage.sessions().insert(session);
        var capture = new CaptureRequest(
                new TransferId(id + "/capture-1"),
                hold.id(),
                usd(micros),
                CaptureRequest.Remainder.KEEP,
                new Subject("session/" + id),
                new Allotment(PAYEE, usd(micros)));
        return new SettleRequest(session, session, List.of(capture), null, List.of());
    }

    private static Money usd(long micros) {
        return new Money(micros, USD);
    }
}
