package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.BundleGrant;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundlePurchase;
import dev.livemeter.billing.BundleRefundResult;
import dev.livemeter.billing.BundleResult;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.PayoutResult;
import dev.livemeter.billing.PurchaseNotice;
import dev.livemeter.billing.PurchaseResult;
import dev.livemeter.billing.PurchaseReversalNotice;
import dev.livemeter.billing.PurchaseReversalResult;
import dev.livemeter.billing.RecoveryRequest;
import dev.livemeter.billing.RecoveryResult;
import dev.livemeter.billing.SessionRefundRequest;
import dev.livemeter.billing.SessionRefundResult;
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
import dev.livemeter.testing.ManualTime;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.RefundResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is declined changes no byte: all rows of all tables are read after each kind of refusal, and are what they were before. */
abstract class Declining {

    private static final List<Class<? extends Enum<?>>> REASONS = List.of(
            CreditResult.Reason.class,
            HoldResult.Reason.class,
            CaptureResult.Reason.class,
            DebitResult.Reason.class,
            RefundResult.Reason.class,
            PurchaseResult.Reason.class,
            PurchaseReversalResult.Reason.class,
            SessionRefundResult.Reason.class,
            RecoveryResult.Reason.class,
            PayoutResult.Reason.class,
            BundleResult.Reason.class,
            BundleRefundResult.Reason.class);

    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final UserId CAROL = UserId.of("carol");
    private static final UserId DAVE = UserId.of("dave");
    private static final UserId NOBODY = UserId.of("nobody");
    private static final NodeId NODE = new NodeId("node-1");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final PayoutPolicy PAYS_ALL = new PayoutPolicy(Duration.ZERO, usd("0.01"));
    private static final Money EURO = Money.of("EUR", "1.00");

    private final ManualTime time = ManualTime.startingAt(NOON);
    private final Set<Enum<?>> seen = new HashSet<>();
    private JdbcWallet wallet;
    private Billing billing;
    private Connection connection;
    private Map<String, List<String>> before;

    /** An empty storage. Called before each test. */
    abstract JdbcStorage storage();

    /** A connection to its tables, which the test closes. */
    abstract Connection connect() throws SQLException;

    @BeforeEach
    void begin() throws SQLException {
        wallet = JdbcWallet.on(storage(), time);
        billing = wallet.billing();
        connection = connect();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void leavesEveryRowOfEveryTableAsItWas() throws SQLException {
        tradeOfAllKinds();
        before = rows();
        assertThat(before.get("livemeter_entry")).hasSizeGreaterThan(20);

        wallets();
        purchases();
        payees();
        minutes();
        sessions();

        for (var reasons : REASONS) {
            assertThat(seen).contains(reasons.getEnumConstants());
        }
        // Whoever reads the tables sees what is written.
        credit("last", ALICE, "0.01");
        assertThat(rows()).isNotEqualTo(before);
    }

    /** One of everything that a later request can be held against. */
    private void tradeOfAllKinds() {
        credit("order-1", ALICE, "20.00");
        hold("open", ALICE, "4.00").orElseThrow();
        hold("done", ALICE, "1.00").orElseThrow();
        capture("c1", "done", "1.00", Remainder.VOID).orElseThrow();
        debit("tip-1", ALICE, "2.00", BOB, "1.40").orElseThrow();
        debit("tip-2", ALICE, "1.00", CAROL, "0.70").orElseThrow();
        refund("r1", "tip-1", "0.50").orElseThrow();
        hold("session", ALICE, "2.00").orElseThrow();
        wallet.capture(new CaptureRequest(
                        new TransferId("session-1/capture-1"),
                        new HoldId("session"),
                        usd("2.00"),
                        Remainder.VOID,
                        new Subject("session/session-1"),
                        null))
                .orElseThrow();
        refundSession("sr1", "session-1", usd("0.50")).orElseThrow();

        paid("pi_1", "evt_1", ALICE, usd("10.00")).orElseThrow();
        refunded("pi_1", "re_1", usd("1.00")).orElseThrow();
        // Dave has spent what the bank takes back, and owes some of it.
        paid("pi_2", "evt_2", DAVE, usd("3.00")).orElseThrow();
        debit("tip-3", DAVE, "2.00", null, "0").orElseThrow();
        billing.purchases()
                .chargedBack(new PurchaseReversalNotice(
                        "stripe", "pi_2", "dp_1", "evt_dp_1", content("evt_dp_1"), usd("3.00"), ""))
                .orElseThrow();
        credit("order-2", DAVE, "0.50");
        recover("rec-1", DAVE, "0.50", RecoveryRequest.Source.WALLET).orElseThrow();
        paid("pi_3", "evt_3", DAVE, usd("1.00")).orElseThrow();
        debit("tip-4", DAVE, "1.00", null, "0").orElseThrow();

        billing.payouts().prepare("batch-1", NOON, PAYS_ALL);
        billing.payouts().paid(payout(BOB), "transfer-1").orElseThrow();
        billing.payouts().returned(payout(CAROL), "no such account").orElseThrow();

        buy("b1", ALICE, usd("1.00")).orElseThrow();
        buy("b2", ALICE, usd("1.00")).orElseThrow();
        refund("r2", "bundle/b2", "0.60").orElseThrow();
        grant("g1", 60).orElseThrow();
        giveBack("br1", "b1").orElseThrow();
    }

    private void wallets() throws SQLException {
        declines(CreditResult.Reason.CONFLICT, () -> credits("order-1", usd("21.00")));
        declines(CreditResult.Reason.CURRENCY_MISMATCH, () -> credits("order-9", EURO));
        declines(HoldResult.Reason.CONFLICT, () -> hold("open", ALICE, "4.01"));
        declines(HoldResult.Reason.NO_WALLET, () -> hold("h9", NOBODY, "1.00"));
        declines(
                HoldResult.Reason.CURRENCY_MISMATCH,
                () -> wallet.hold(HoldRequest.exactly(new HoldId("h9"), ALICE, EURO, HOUR)));
        declines(HoldResult.Reason.INSUFFICIENT_FUNDS, () -> hold("h9", ALICE, "100.00"));
        declines(CaptureResult.Reason.CONFLICT, () -> capture("c1", "done", "0.50", Remainder.VOID));
        declines(CaptureResult.Reason.UNKNOWN_HOLD, () -> capture("c9", "h9", "1.00", Remainder.KEEP));
        declines(
                CaptureResult.Reason.CURRENCY_MISMATCH,
                () -> wallet.capture(
                        new CaptureRequest(new TransferId("c9"), new HoldId("open"), EURO, Remainder.KEEP)));
        declines(CaptureResult.Reason.HOLD_NOT_OPEN, () -> capture("c9", "done", "1.00", Remainder.KEEP));
        declines(CaptureResult.Reason.EXCEEDS_HOLD, () -> capture("c9", "open", "4.01", Remainder.KEEP));
        declines(DebitResult.Reason.CONFLICT, () -> debit("tip-1", ALICE, "2.01", BOB, "1.40"));
        declines(DebitResult.Reason.NO_WALLET, () -> debit("tip-9", NOBODY, "1.00", BOB, "0.70"));
        declines(
                DebitResult.Reason.CURRENCY_MISMATCH,
                () -> wallet.debit(
                        new DebitRequest(new TransferId("tip-9"), ALICE, EURO, "", new Subject("tip"), null)));
        // It would open an account for a payee who has none.
        declines(DebitResult.Reason.INSUFFICIENT_FUNDS, () -> debit("tip-9", ALICE, "100.00", NOBODY, "70.00"));
        declines(RefundResult.Reason.CONFLICT, () -> refund("r1", "tip-1", "0.60"));
        declines(RefundResult.Reason.UNKNOWN_TRANSFER, () -> refund("r9", "tip-9", "0.60"));
        declines(RefundResult.Reason.NOT_REFUNDABLE, () -> refund("r9", "order-1", "0.60"));
        declines(
                RefundResult.Reason.CURRENCY_MISMATCH,
                () -> wallet.refund(new RefundRequest(new TransferId("r9"), new TransferId("tip-1"), EURO, "")));
        declines(RefundResult.Reason.EXCEEDS_ORIGINAL, () -> refund("r9", "tip-1", "1.51"));
        assertThat(wallet.voidHold(new HoldId("h9"))).isEmpty();
        unchanged("void of a hold that is not there");
    }

    private void purchases() throws SQLException {
        declines(PurchaseResult.Reason.CONFLICT, () -> paid("pi_1", "evt_9", ALICE, usd("11.00")));
        declines(PurchaseResult.Reason.CURRENCY_MISMATCH, () -> paid("pi_9", "evt_9", ALICE, EURO));
        declines(PurchaseReversalResult.Reason.CONFLICT, () -> refunded("pi_1", "re_1", usd("2.00")));
        declines(PurchaseReversalResult.Reason.UNKNOWN_PURCHASE, () -> refunded("pi_9", "re_9", usd("1.00")));
        declines(PurchaseReversalResult.Reason.CURRENCY_MISMATCH, () -> refunded("pi_1", "re_9", EURO));
        declines(PurchaseReversalResult.Reason.EXCEEDS_PURCHASE, () -> refunded("pi_1", "re_9", usd("9.01")));
        declines(PurchaseReversalResult.Reason.INSUFFICIENT_FUNDS, () -> refunded("pi_3", "re_9", usd("1.00")));
        declines(SessionRefundResult.Reason.CONFLICT, () -> refundSession("sr1", "session-1", usd("0.60")));
        declines(SessionRefundResult.Reason.NOTHING_CHARGED, () -> refundSession("sr9", "session-9", usd("0.60")));
        declines(SessionRefundResult.Reason.CURRENCY_MISMATCH, () -> refundSession("sr9", "session-1", EURO));
        declines(SessionRefundResult.Reason.EXCEEDS_CHARGES, () -> refundSession("sr9", "session-1", usd("1.51")));
    }

    private void payees() throws SQLException {
        var fromWallet = RecoveryRequest.Source.WALLET;
        declines(RecoveryResult.Reason.CONFLICT, () -> recover("rec-1", DAVE, "0.40", fromWallet));
        declines(RecoveryResult.Reason.NOTHING_OWED, () -> recover("rec-9", ALICE, "0.40", fromWallet));
        declines(RecoveryResult.Reason.NOTHING_THERE, () -> recover("rec-9", DAVE, "0.40", fromWallet));
        var payouts = billing.payouts();
        declines(PayoutResult.Reason.UNKNOWN_PAYOUT, () -> payouts.paid(payout(NOBODY), "transfer-9"));
        declines(PayoutResult.Reason.CONFLICT, () -> payouts.paid(payout(BOB), "transfer-9"));
        declines(PayoutResult.Reason.ALREADY_RETURNED, () -> payouts.paid(payout(CAROL), "transfer-9"));
        assertThatThrownBy(() -> payouts.prepare("batch-1", NOON.minusSeconds(1), PAYS_ALL))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("payout.conflict"));
        unchanged("a batch with another cutoff");
    }

    private void minutes() throws SQLException {
        declines(BundleResult.Reason.CONFLICT, () -> grant("g1", 90));
        declines(BundleResult.Reason.NO_WALLET, () -> buy("b9", NOBODY, usd("1.00")));
        declines(BundleResult.Reason.CURRENCY_MISMATCH, () -> buy("b9", ALICE, EURO));
        declines(BundleResult.Reason.INSUFFICIENT_FUNDS, () -> buy("b9", ALICE, usd("100.00")));
        declines(BundleRefundResult.Reason.CONFLICT, () -> giveBack("br1", "b2"));
        declines(BundleRefundResult.Reason.UNKNOWN_BUNDLE, () -> giveBack("br9", "b9"));
        declines(BundleRefundResult.Reason.NOT_BOUGHT, () -> giveBack("br9", "g1"));
        declines(BundleRefundResult.Reason.NOTHING_LEFT, () -> giveBack("br9", "b1"));
        declines(BundleRefundResult.Reason.EXCEEDS_PURCHASE, () -> giveBack("br9", "b2"));
    }

    private void sessions() throws SQLException {
        var tooDear = HoldRequest.exactly(new HoldId("session-2/hold-1"), ALICE, usd("100.00"), HOUR);
        var declined = (SettleResult.Settled) settle(opening(0, tooDear));
        assertThat(declined.hold()).isInstanceOf(HoldResult.Declined.class);
        unchanged("an opening whose hold is declined");
        assertThat(settle(opening(1_000, null))).isInstanceOf(SettleResult.Uncovered.class);
        unchanged("an opening that bundles do not cover");
        var gone = opening(0, null).next().withVersion(3);
        assertThat(settle(new SettleRequest(gone, gone, List.of(), null, List.of())))
                .isInstanceOf(SettleResult.Fenced.class);
        unchanged("a settlement of a session that is not there");
    }

    private void declines(Enum<?> reason, Supplier<?> request) throws SQLException {
        assertThat(request.get()).extracting("reason").isEqualTo(reason);
        unchanged(reason.getDeclaringClass().getName() + " " + reason);
        seen.add(reason);
    }

    private void unchanged(String what) throws SQLException {
        assertThat(rows()).as(what).isEqualTo(before);
    }

    // Requests

    private void credit(String id, UserId owner, String amount) {
        wallet.credit(new CreditRequest(new TransferId(id), owner, usd(amount), ""))
                .orElseThrow();
    }

    private CreditResult credits(String id, Money amount) {
        return wallet.credit(new CreditRequest(new TransferId(id), ALICE, amount, ""));
    }

    private HoldResult hold(String id, UserId owner, String amount) {
        return wallet.hold(HoldRequest.exactly(new HoldId(id), owner, usd(amount), HOUR));
    }

    private CaptureResult capture(String id, String hold, String amount, Remainder remainder) {
        return wallet.capture(new CaptureRequest(new TransferId(id), new HoldId(hold), usd(amount), remainder));
    }

    private DebitResult debit(String id, UserId owner, String amount, @Nullable UserId payee, String part) {
        return wallet.debit(new DebitRequest(
                new TransferId(id),
                owner,
                usd(amount),
                "",
                new Subject("tip"),
                payee == null ? null : new Allotment(payee, usd(part))));
    }

    private RefundResult refund(String id, String original, String amount) {
        return wallet.refund(new RefundRequest(new TransferId(id), new TransferId(original), usd(amount), ""));
    }

    private SessionRefundResult refundSession(String id, String session, Money amount) {
        return billing.refunds()
                .refundSession(new SessionRefundRequest(new TransferId(id), new SessionId(session), amount, ""));
    }

    private PurchaseResult paid(String object, String delivery, UserId user, Money amount) {
        return billing.purchases()
                .paid(new PurchaseNotice("stripe", object, delivery, content(delivery), user, amount, ""));
    }

    private PurchaseReversalResult refunded(String purchase, String object, Money amount) {
        var delivery = "evt_" + object + "_" + amount.micros();
        return billing.purchases()
                .refunded(new PurchaseReversalNotice(
                        "stripe", purchase, object, delivery, content(delivery), amount, ""));
    }

    private RecoveryResult recover(String id, UserId user, String most, RecoveryRequest.Source source) {
        return billing.receivables().recover(new RecoveryRequest(new TransferId(id), user, usd(most), source, ""));
    }

    private static TransferId payout(UserId payee) {
        return new TransferId("payout/batch-1/" + payee);
    }

    private BundleResult buy(String id, UserId owner, Money price) {
        return billing.bundles()
                .buy(new BundlePurchase(new BundleId(id), owner, Duration.ofMinutes(1), price, null, ""));
    }

    private BundleResult grant(String id, int seconds) {
        return billing.bundles()
                .grant(new BundleGrant(new BundleId(id), ALICE, Duration.ofSeconds(seconds), NOON, null, ""));
    }

    private BundleRefundResult giveBack(String id, String bundle) {
        return billing.bundles().refund(new TransferId(id), new BundleId(bundle), "");
    }

    private SettleResult settle(SettleRequest request) {
        return wallet.settle(List.of(request)).get(0);
    }

    private static SettleRequest opening(int coveredSeconds, @Nullable HoldRequest hold) {
        var basis = RatingBasis.startingAt(NOON, ZoneOffset.UTC, 1, Duration.ZERO)
                .covering(Duration.ofSeconds(coveredSeconds));
        return new SettleRequest(
                session(SessionState.AUTHORIZING, basis),
                session(SessionState.AUTHORIZED, basis),
                List.of(),
                hold,
                List.of());
    }

    private static Session session(SessionState state, RatingBasis basis) {
        return new Session(
                new SessionId("session-2"),
                new SessionTerms(Lane.RELAY, ALICE, null, "", null, List.of()),
                state,
                NOON,
                null,
                NOON,
                null,
                Metering.start(Tariff.perMinute("USD", "0.60").in(Increment.SECONDS), basis),
                usd("0.00"),
                null,
                null,
                NODE,
                Session.NOT_STORED);
    }

    private static Fingerprint content(String text) {
        return Fingerprint.ofContent(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }

    // Rows

    /** Everything that is stored, by table. */
    private Map<String, List<String>> rows() throws SQLException {
        var all = new TreeMap<String, List<String>>();
        for (var table : tables()) {
            all.put(table, rows(table));
        }
        return all;
    }

    private List<String> tables() throws SQLException {
        var found = new ArrayList<String>();
        try (var row = connection
                .getMetaData()
                .getTables(
                        connection.getCatalog(), connection.getSchema(), null, new String[] {"TABLE", "BASE TABLE"})) {
            while (row.next()) {
                var name = row.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
                if (name.startsWith("livemeter_") && !name.equals("livemeter_schema_history")) {
                    found.add(name);
                }
            }
        }
        return found;
    }

    private List<String> rows(String table) throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT * FROM " + table)) {
            var columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                var values = new ArrayList<@Nullable String>();
                for (var column = 1; column <= columns; column++) {
                    values.add(row.getString(column));
                }
                found.add(values.toString());
            }
        }
        Collections.sort(found);
        return found;
    }
}
