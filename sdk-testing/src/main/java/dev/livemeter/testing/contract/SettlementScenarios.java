package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.billing.AccountId;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What only a settler on books and sessions that lie together can promise: all of a batch, or nothing. Extend it, supply such books with their sessions,
 * inherit the tests; after each, the books are proven.
 */
@Timeout(180)
public abstract class SettlementScenarios extends BundleFixture {

    private static final Currency USD = Currency.getInstance("USD");
    private static final UserId RICH = UserId.of("rich");
    private static final UserId CAROL = UserId.of("carol");
    private static final Money MOST = Money.ofMicros("USD", Long.MAX_VALUE);

    /** For subclasses. */
    protected SettlementScenarios() {}

    @Test
    void leavesNothingOfABatchThatCannotBeStored() {
        paidIn(ALICE, "10.00");
        wallet.credit(new CreditRequest(new TransferId("order-of-rich"), RICH, MOST, ""))
                .orElseThrow();
        settled(capturing(open("0", ALICE, usd("1.00")), BOB, usd("1.00")));
        var first = capturing(open("1", ALICE, usd("3.00")), CAROL, usd("2.10"));
        // More than can be counted, together with what Bob has earned; the books learn that when they add it up.
        var second = capturing(open("2", RICH, MOST), BOB, MOST);

        assertThatThrownBy(() -> settler.settle(List.of(first, second))).isInstanceOf(RuntimeException.class);

        assertThat(sessions.find(first.before().id())).contains(first.before());
        assertThat(sessions.find(second.before().id())).contains(second.before());
        assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("9.00"), usd("3.00")));
        assertThat(wallet.balance(RICH)).contains(new WalletBalance(RICH, MOST, MOST));
        assertThat(earned(CAROL)).isEqualTo(usd("0"));
        assertThat(earned(BOB)).isEqualTo(usd("1.00"));
        assertThat(billing.ledger().entries(AccountId.revenue(USD), 10, null)).isEmpty();
        assertThat(billing.ledger()
                        .entriesAbout(new Subject("session/" + first.before().id()), 10, null))
                .isEmpty();

        assertThat(settle(first)).isInstanceOf(SettleResult.Settled.class);
        assertThat(earned(CAROL)).isEqualTo(usd("2.10"));
        assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("6.00"), usd("0")));
    }

    /** So a session has one hold, whose row changes in place together with its captures (decision record 0032). */
    @Test
    void addsAQuotaToTheHoldThatIsOpen() {
        paidIn(ALICE, "10.00");
        var session = open("0", ALICE, usd("1.00"));
        var held = new HoldId("hold-of-0");
        var quota = HoldRequest.exactly(new HoldId("quota-of-0"), ALICE, usd("0.50"), Duration.ofHours(1));

        var settled = settled(new SettleRequest(session, session, List.of(), quota, List.of()).raising(held));

        assertThat(wallet.find(held).orElseThrow().remaining()).isEqualTo(usd("1.50"));
        assertThat(wallet.find(quota.id())).isEmpty();
        assertThat(settled.metering().granted()).isEqualTo(usd("1.50"));
    }

    /** A session that holds that much. */
    private Session open(String id, UserId payer, Money amount) {
        return settled(opening(
                id, payer, 0, HoldRequest.exactly(new HoldId("hold-of-" + id), payer, amount, Duration.ofHours(1))));
    }

    /** All that a session holds is captured, and a payee earns a part of it. */
    private static SettleRequest capturing(Session before, UserId payee, Money part) {
        var id = before.id();
        var capture = new CaptureRequest(
                new TransferId(id + "/capture-1"),
                new HoldId(id.value().replace("session-", "hold-of-")),
                before.metering().granted(),
                CaptureRequest.Remainder.KEEP,
                new Subject("session/" + id),
                new Allotment(payee, part));
        return new SettleRequest(before, before, List.of(capture), null, List.of());
    }

    private Money earned(UserId payee) {
        return billing.earnings().of(payee, USD, time.instant()).posted();
    }
}
