package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.PayoutBatch;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.Refundable;
import dev.livemeter.billing.SessionRefundRequest;
import dev.livemeter.billing.StatementLine;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.time.Duration;
import java.util.Currency;
import org.junit.jupiter.api.Test;

/** What people and operators read of the books. */
class BillingViewsTest {

    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final Currency USD = Currency.getInstance("USD");

    private final ManualTime time = ManualTime.create();
    private final Billing billing = Billing.on(new InMemoryLedgerStore(), time);

    private void credit(String id, String amount) {
        billing.wallet()
                .credit(new CreditRequest(new TransferId(id), ALICE, Money.of("USD", amount), ""))
                .orElseThrow();
    }

    private void tip(String id, String amount, String earned) {
        billing.wallet()
                .debit(new DebitRequest(
                        new TransferId(id),
                        ALICE,
                        Money.of("USD", amount),
                        "",
                        new Subject("tip/" + id),
                        new Allotment(BOB, Money.of("USD", earned))))
                .orElseThrow();
    }

    @Test
    void aStatementInOnePieceIsAsLongAsThePeriodIs() throws IOException {
        for (var i = 1; i <= 1_200; i++) {
            credit("order-" + i, "1.00");
            time.advance(Duration.ofMinutes(1));
        }
        var first = time.instant().minus(Duration.ofHours(20));
        assertThat(billing.statements().wallet(ALICE, first, time.instant())).hasSize(1_200);
        assertThat(billing.statements().wallet(ALICE, first.plusSeconds(60), time.instant()))
                .hasSize(1_199)
                .extracting(line -> line.id().value())
                .startsWith("order-1200", "order-1199")
                .endsWith("order-2");
        var text = new StringBuilder();
        billing.statements().walletCsv(ALICE, first, first.plusSeconds(60), text);
        assertThat(text.toString().lines()).hasSize(2);
        assertThatThrownBy(() -> billing.statements().wallet(ALICE, first, first))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("A statement from " + first + " to before " + first
                        + " was asked for; expected an earlier beginning.");
    }

    @Test
    void eachKindOfMovementHasItsTitle() {
        credit("order-1", "10.00");
        tip("t1", "2.00", "1.50");
        billing.refunds()
                .refund(new RefundRequest(new TransferId("r1"), new TransferId("t1"), Money.of("USD", "0.50"), "sorry"))
                .orElseThrow();
        assertThat(billing.statements().wallet(ALICE, 10, null))
                .extracting(
                        StatementLine::title,
                        line -> line.change().amount(),
                        line -> line.after().posted().amount())
                .containsExactly(
                        tuple("Given back", "0.50", "8.50"),
                        tuple("Tip", "-2.00", "8.00"),
                        tuple("Paid in", "10.00", "10.00"));
    }

    @Test
    void whatCanBeGivenBackIsToldBeforeItIs() {
        credit("order-1", "10.00");
        tip("t1", "2.00", "1.50");
        var whole = billing.refunds().refundable(new TransferId("t1")).orElseThrow();
        assertThat(whole.owner()).isEqualTo(ALICE);
        assertThat(whole.left()).isEqualTo(Money.of("USD", "2.00"));
        billing.refunds()
                .refund(new RefundRequest(new TransferId("r1"), new TransferId("t1"), Money.of("USD", "0.50"), ""))
                .orElseThrow();
        var rest = billing.refunds().refundable(new TransferId("t1")).orElseThrow();
        assertThat(rest.refunded()).isEqualTo(Money.of("USD", "0.50"));
        assertThat(rest.left()).isEqualTo(Money.of("USD", "1.50"));
        assertThat(billing.refunds().refundable(new TransferId("order-1"))).isEmpty();
        assertThat(billing.refunds().refundable(new TransferId("nothing"))).isEmpty();
        assertThat(billing.refunds().refundable(new SessionId("never-was-one"))).isEmpty();
    }

    @Test
    void batchesComeNewestFirstAndSayHowTheyStand() {
        var policy = new PayoutPolicy(Duration.ZERO, Money.of("USD", "1.00"));
        credit("order-1", "100.00");
        for (var batch : new String[] {"jan", "feb", "mar"}) {
            tip("t-" + batch, "5.00", "4.00");
            time.advance(Duration.ofDays(1));
            billing.payouts().prepare(batch, time.instant(), policy);
        }
        billing.payouts().paid(new TransferId("payout/jan/bob"), "SEPA 1").orElseThrow();
        billing.payouts().returned(new TransferId("payout/feb/bob"), "closed").orElseThrow();
        assertThat(billing.payouts().batches(USD, 2))
                .extracting(PayoutBatch::name)
                .containsExactly("mar", "feb");
        var all = billing.payouts().batches(USD, 500);
        assertThat(all).extracting(PayoutBatch::name).containsExactly("mar", "feb", "jan");
        assertThat(all.get(0).inTransit()).isEqualTo(Money.of("USD", "4.00"));
        assertThat(all.get(1).returned()).isEqualTo(Money.of("USD", "4.00"));
        assertThat(all.get(2).paid()).isEqualTo(all.get(2).total());
        assertThat(billing.payouts().batches(Currency.getInstance("EUR"), 10)).isEmpty();
        assertThat(billing.earnings().accrued(BOB, USD))
                .as("what came back was earned once")
                .isEqualTo(Money.of("USD", "12.00"));
        assertThatThrownBy(() -> billing.payouts().batches(USD, 0))
                .hasMessage("A page of 0 entries was asked for; expected 1 to 500.");
    }

    @Test
    void aSessionOfManyChargesIsGivenBackWhole() {
        // Two pages of entries, to the last line.
        var charges = 1_000;
        credit("order-1", "10.00");
        for (var i = 1; i <= charges; i++) {
            billing.wallet()
                    .debit(new DebitRequest(
                            new TransferId("charge-" + i),
                            ALICE,
                            Money.of("USD", "0.01"),
                            "",
                            new Subject("session/session-1"),
                            null))
                    .orElseThrow();
        }
        var all = Money.of("USD", "10.00");
        assertThat(billing.refunds().refundable(new SessionId("session-1")).orElseThrow())
                .isEqualTo(new Refundable(ALICE, all, Money.of("USD", "0.00")));

        billing.refunds()
                .refundSession(new SessionRefundRequest(
                        new TransferId("refund-1"), new SessionId("session-1"), all, "all of it"))
                .orElseThrow();

        assertThat(billing.refunds()
                        .refundable(new SessionId("session-1"))
                        .orElseThrow()
                        .left())
                .isEqualTo(Money.of("USD", "0.00"));
        assertThat(billing.wallet().balance(ALICE).orElseThrow().posted()).isEqualTo(all);
        assertThat(billing.ledger().verify().findings()).isEmpty();
    }
}
