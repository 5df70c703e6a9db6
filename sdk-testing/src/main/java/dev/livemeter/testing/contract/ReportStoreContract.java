package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.Movements;
import dev.livemeter.billing.ReportStore;
import dev.livemeter.billing.Reports;
import dev.livemeter.billing.Sales;
import dev.livemeter.billing.SalesQuery;
import dev.livemeter.billing.SalesQuery.Dimension;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.Tier;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Payee;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link ReportStore} keeps: the rules of {@code docs/contracts/report-store.md}. Extend it, supply the stores, inherit the tests.
 */
@Timeout(180)
public abstract class ReportStoreContract {

    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final UserId CAROL = UserId.of("carol");
    private static final LocalDate FIRST = LocalDate.of(2026, 3, 1);
    private static final LocalDate NEXT_MONTH = LocalDate.of(2026, 4, 1);

    /** Ten cents a minute; a fifth less after ten minutes of the month, half as much again from two destinations on. */
    private static final Tariff TARIFF = Tariff.perMinute("USD", "0.10")
            .withTiers(Tier.of(Duration.ofMinutes(10), "20"))
            .withFactors(DestinationFactor.of(2, "1.5"));

    private ReportStore reports;
    private SessionStore sessions;
    private Wallet wallet;
    private ManualTime time;

    /** For subclasses. */
    protected ReportStoreContract() {}

    /** Empties the stores; called before each test, and before the other methods. */
    protected abstract void empty(ManualTime time);

    /** The reports on the stores. */
    protected abstract ReportStore reports();

    /** The sessions that are reported. */
    protected abstract SessionStore sessions();

    /** The wallet whose books are reported. */
    protected abstract Wallet wallet();

    @BeforeEach
    void start() {
        time = ManualTime.startingAt(Instant.parse("2026-03-05T23:59:59Z"));
        empty(time);
        reports = reports();
        sessions = sessions();
        wallet = wallet();
    }

    @Test
    @Rule("RPT-01")
    void sumsUpWhatSessionsThatAreOverWereSoldFor() {
        over("session-1", ALICE, "2026-03-02T12:00:00Z", 3);
        over("session-2", ALICE, "2026-03-03T12:00:00Z", 4);
        sessions.insert(session("session-3", ALICE, "2026-03-02T12:00:00Z", 5, null, List.of()));

        assertThat(sales(SalesQuery.between(FIRST, NEXT_MONTH)))
                .containsExactly(new Sales(List.of(), 2, Duration.ofMinutes(7), usd("0.70"), usd("0.70"), usd("0")));
    }

    @Test
    @Rule("RPT-02")
    void putsSumsTogetherByEachDimension() {
        over("session-1", ALICE, "2026-03-02T12:00:00Z", 12, null, "twitch", "custom");
        over("session-2", BOB, "2026-03-31T22:30:00Z", 3, new Payee(CAROL, Share.percent("70")));

        var all = SalesQuery.between(FIRST, NEXT_MONTH.plusMonths(1));
        assertThat(keys(all.by(Dimension.DAY))).containsExactly("2026-03-02", "2026-04-01");
        assertThat(keys(all.by(Dimension.MONTH))).containsExactly("2026-03", "2026-04");
        assertThat(keys(all.by(Dimension.PAYER))).containsExactly("alice", "bob");
        assertThat(keys(all.by(Dimension.PAYEE))).containsExactly("", "carol");
        assertThat(keys(all.by(Dimension.LANE))).containsExactly("CALL", "RELAY");
        assertThat(keys(all.by(Dimension.TIER))).containsExactly("0", "20");
        assertThat(keys(all.by(Dimension.FACTOR))).containsExactly("1", "1.5");
        assertThat(keys(all.by(Dimension.PLATFORM))).containsExactly("", "custom", "twitch");
        assertThat(keys(all.by(Dimension.PAYER).by(Dimension.TIER))).containsExactly("alice 0", "alice 20", "bob 0");
    }

    @Test
    @Rule("RPT-03")
    void dividesASessionBetweenItsDays() {
        // 23:58 in Berlin.
        over("session-1", ALICE, "2026-03-02T22:58:00Z", 5);

        var days = sales(SalesQuery.between(FIRST, NEXT_MONTH).by(Dimension.DAY));
        assertThat(days).extracting(sales -> sales.key().get(0)).containsExactly("2026-03-02", "2026-03-03");
        assertThat(days).extracting(Sales::amount).containsExactly(usd("0.20"), usd("0.30"));
        assertThat(days).extracting(Sales::sessions).containsExactly(1L, 0L);
    }

    @Test
    @Rule("RPT-04")
    void tellsOnlyWhatWasAskedFor() {
        over("session-1", ALICE, "2026-03-01T12:00:00Z", 1);
        over("session-2", ALICE, "2026-03-02T12:00:00Z", 2);
        over("session-3", BOB, "2026-03-03T12:00:00Z", 3, new Payee(CAROL, Share.percent("50")));
        over("session-4", ALICE, "2026-03-04T12:00:00Z", 4);

        assertThat(amount(SalesQuery.between(FIRST.plusDays(1), FIRST.plusDays(3))))
                .isEqualTo(usd("0.50"));
        assertThat(amount(SalesQuery.between(FIRST, NEXT_MONTH).paidBy(ALICE))).isEqualTo(usd("0.70"));
        assertThat(amount(SalesQuery.between(FIRST, NEXT_MONTH).earnedBy(CAROL)))
                .isEqualTo(usd("0.30"));
        assertThat(amount(SalesQuery.between(FIRST, NEXT_MONTH).paidBy(BOB).earnedBy(CAROL)))
                .isEqualTo(usd("0.30"));
    }

    @Test
    @Rule("RPT-05")
    void tellsDiscountsAndThePartOfPayees() {
        over("session-1", ALICE, "2026-03-02T12:00:00Z", 15, new Payee(CAROL, Share.percent("33.33")));

        var sales = sales(SalesQuery.between(FIRST, NEXT_MONTH)).get(0);
        assertThat(sales.list()).isEqualTo(usd("1.50"));
        assertThat(sales.discount()).isEqualTo(usd("0.10"));
        assertThat(sales.amount()).isEqualTo(usd("1.40"));
        assertThat(sales.earned()).isEqualTo(usd("0.46662"));
        assertThat(sales.kept()).isEqualTo(usd("0.93338"));
    }

    @Test
    @Rule("RPT-06")
    void sumsUpWhatWasBooked() throws IOException {
        credit("order-1", "10.00");
        time.advance(Duration.ofSeconds(2));
        credit("order-2", "5.00");
        wallet.debit(new DebitRequest(
                        new TransferId("tip-1"),
                        ALICE,
                        usd("2.00"),
                        "",
                        new Subject("tip-1"),
                        new Allotment(CAROL, usd("1.50"))))
                .orElseThrow();
        wallet.refund(new RefundRequest(new TransferId("refund-1"), new TransferId("tip-1"), usd("1.00"), ""))
                .orElseThrow();

        var day = LocalDate.of(2026, 3, 5);
        assertThat(new Reports(reports).movements(FIRST, NEXT_MONTH))
                .containsExactly(
                        new Movements(day, EntryKind.CREDIT, 1, usd("10.00"), usd("0")),
                        new Movements(day.plusDays(1), EntryKind.CREDIT, 1, usd("5.00"), usd("0")),
                        new Movements(day.plusDays(1), EntryKind.DEBIT, 1, usd("2.00"), usd("0.50")),
                        new Movements(day.plusDays(1), EntryKind.REFUND, 1, usd("1.00"), usd("-0.25")));
        var csv = new StringBuilder();
        new Reports(reports).movementsCsv(day, day.plusDays(1), csv);
        assertThat(csv)
                .hasToString("day,kind,currency,entries,amount,revenue\r\n2026-03-05,credit,USD,1,10.00,0.00\r\n");
    }

    @Test
    @Rule("RPT-07")
    void hasNoRowsWhereThereIsNothing() {
        assertThat(reports.sales(SalesQuery.between(FIRST, NEXT_MONTH))).isEmpty();
        assertThat(reports.movements(FIRST, NEXT_MONTH)).isEmpty();
    }

    private List<Sales> sales(SalesQuery query) {
        return new Reports(reports).sales(query);
    }

    private Money amount(SalesQuery query) {
        return sales(query).get(0).amount();
    }

    private List<String> keys(SalesQuery query) {
        return sales(query).stream().map(sales -> String.join(" ", sales.key())).toList();
    }

    private void credit(String id, String amount) {
        wallet.credit(new CreditRequest(new TransferId(id), ALICE, usd(amount), ""))
                .orElseThrow();
    }

    private void over(String id, UserId payer, String liveAt, long minutes) {
        over(id, payer, liveAt, minutes, null);
    }

    private void over(
            String id, UserId payer, String liveAt, long minutes, @Nullable Payee payee, String... platforms) {
        var destinations = new ArrayList<SessionDestination>();
        for (var platform : platforms) {
            destinations.add(new SessionDestination(new DestinationId("d-" + platform), platform, platform));
        }
        var session = session(id, payer, liveAt, minutes, payee, destinations);
        sessions.insert(session);
        sessions.update(new Session(
                session.id(),
                session.terms(),
                SessionState.ENDED,
                session.openedAt(),
                session.liveAt(),
                session.seenAt(),
                session.seenAt(),
                session.metering(),
                session.balanceBefore(),
                usd("0"),
                new SessionEnd.HungUp(),
                session.node(),
                0));
    }

    private static Session session(
            String id,
            UserId payer,
            String at,
            long minutes,
            @Nullable Payee payee,
            List<SessionDestination> destinations) {
        var liveAt = Instant.parse(at);
        var used = Duration.ofMinutes(minutes);
        var basis = RatingBasis.startingAt(
                liveAt, ZoneId.of("Europe/Berlin"), Math.max(1, destinations.size()), Duration.ZERO);
        return new Session(
                new SessionId(id),
                new SessionTerms(payee == null ? Lane.RELAY : Lane.CALL, payer, payee, "", null, destinations),
                SessionState.LIVE,
                liveAt,
                liveAt,
                liveAt.plus(used),
                null,
                new Metering(TARIFF, basis, used, usd("9.00"), usd("0"), 1, 0),
                usd("10.00"),
                null,
                null,
                new NodeId("node-1"),
                0);
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
