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
import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.Lane;
import dev.livemeter.session.LiveSpan;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Payee;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.spi.DeliveryStore;
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
import java.time.YearMonth;
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
    private DeliveryStore deliveries;
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

    /** How the destinations of these sessions fared. */
    protected abstract DeliveryStore deliveries();

    /** The wallet whose books are reported. */
    protected abstract Wallet wallet();

    @BeforeEach
    void start() {
        time = ManualTime.startingAt(Instant.parse("2026-03-05T23:59:59Z"));
        empty(time);
        reports = reports();
        sessions = sessions();
        deliveries = deliveries();
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

    @Test
    @Rule("RPT-08")
    void dividesTimeAndMoneyByHowLongEachDestinationWasLive() {
        // Twitch came on air two minutes after the other one had gone.
        var id = over(
                "session-1", ALICE, "2026-03-02T12:00:00Z", 10, new Payee(CAROL, Share.percent("33.33")), "custom");
        deliveries.save(id, List.of(live("custom", "12:00:00", "12:06:00"), live("twitch", "12:08:00", "12:10:00")));

        assertThat(sales(SalesQuery.between(FIRST, NEXT_MONTH).by(Dimension.PLATFORM)))
                .containsExactly(
                        new Sales(
                                List.of("custom"),
                                1,
                                Duration.ofSeconds(450),
                                usd("0.75"),
                                usd("0.75"),
                                usd("0.249975")),
                        new Sales(
                                List.of("twitch"),
                                1,
                                Duration.ofSeconds(150),
                                usd("0.25"),
                                usd("0.25"),
                                usd("0.083325")));
    }

    @Test
    @Rule("RPT-08")
    void dividesEachLineByWhatWasLiveDuringIt() {
        // Half past eleven in Berlin until one o'clock; Twitch came on air at midnight and YouTube a quarter of an hour
        // later.
        var id = over("session-1", ALICE, "2026-03-02T22:30:00Z", 90, null, "custom", "custom");
        deliveries.save(
                id,
                List.of(
                        live("custom", "2026-03-02T22:30:00Z", "2026-03-02T23:00:00Z"),
                        live("twitch", "2026-03-02T23:00:00Z", "2026-03-03T00:00:00Z"),
                        live("youtube", "2026-03-02T23:15:00Z", "2026-03-03T00:00:00Z"),
                        neverLive("facebook")));

        var query = SalesQuery.between(FIRST, NEXT_MONTH).by(Dimension.DAY).by(Dimension.PLATFORM);
        // Ten minutes at 15 cents, and 20, then 60 at 12.
        assertThat(sales(query))
                .extracting(sales -> String.join(" ", sales.key()) + " " + sales.sessions() + " "
                        + sales.time().toSeconds() + " " + sales.amount().amount())
                .containsExactly(
                        "2026-03-02 custom 1 1800 3.90",
                        "2026-03-02 twitch 1 0 0.00",
                        "2026-03-02 youtube 1 0 0.00",
                        "2026-03-03 twitch 0 2058 4.114286",
                        "2026-03-03 youtube 0 1542 3.085714");
        assertThat(amount(SalesQuery.between(FIRST, NEXT_MONTH))).isEqualTo(usd("11.10"));
    }

    @Test
    @Rule("RPT-08")
    void partsSumToTheWholeToTheUnit() {
        var id =
                over("session-1", ALICE, "2026-03-02T12:00:00Z", 1, new Payee(CAROL, Share.percent("33.33")), "custom");
        deliveries.save(
                id,
                List.of(
                        live("a", "12:00:00", "12:00:07"),
                        live("b", "12:00:00", "12:00:07"),
                        live("b", "b2", "12:00:10", "12:00:17"),
                        live("c", "12:00:03", "12:00:10")));

        var platforms = sales(SalesQuery.between(FIRST, NEXT_MONTH).by(Dimension.PLATFORM));
        assertThat(platforms)
                .containsExactly(
                        new Sales(List.of("a"), 1, Duration.ofSeconds(15), usd("0.025"), usd("0.025"), usd("0.008333")),
                        new Sales(List.of("b"), 1, Duration.ofSeconds(30), usd("0.05"), usd("0.05"), usd("0.016665")),
                        new Sales(
                                List.of("c"), 1, Duration.ofSeconds(15), usd("0.025"), usd("0.025"), usd("0.008332")));
    }

    @Test
    @Rule("RPT-08")
    void goesByTheWholeTimeWhereItIsNotKnownWhen() {
        var id = over("session-1", ALICE, "2026-03-02T12:00:00Z", 8, null, "custom", "twitch");
        deliveries.save(id, List.of(wholly("custom", 360), wholly("twitch", 120)));

        assertThat(sales(SalesQuery.between(FIRST, NEXT_MONTH).by(Dimension.PLATFORM)))
                .extracting(Sales::amount)
                .containsExactly(usd("0.90"), usd("0.30"));
    }

    @Test
    @Rule("RPT-08")
    void whatIsSavedLastCounts() {
        var id = over("session-1", ALICE, "2026-03-02T12:00:00Z", 8, null, "custom", "twitch");
        var query = SalesQuery.between(FIRST, NEXT_MONTH).by(Dimension.PLATFORM);
        assertThat(sales(query)).extracting(Sales::amount).containsExactly(usd("0.60"), usd("0.60"));
        deliveries.save(id, List.of(wholly("custom", 360), wholly("twitch", 120)));
        deliveries.save(id, List.of(wholly("custom", 120), wholly("youtube", 360)));
        deliveries.save(id, List.of(wholly("custom", 120), wholly("youtube", 360)));
        assertThat(keys(query)).containsExactly("custom", "youtube");
        assertThat(sales(query)).extracting(Sales::amount).containsExactly(usd("0.30"), usd("0.90"));
        deliveries.save(id, List.of(wholly("custom", 120)));
        assertThat(keys(query)).containsExactly("custom");
        assertThat(sales(query)).extracting(Sales::amount).containsExactly(usd("1.20"));
        deliveries.save(id, List.of());
        assertThat(sales(query)).extracting(Sales::amount).containsExactly(usd("0.60"), usd("0.60"));
    }

    @Test
    @Rule("RPT-08")
    void whatWasSavedBeforeTheEndCountsWithoutAnythingSavedAfterIt() {
        var running = session("session-1", ALICE, "2026-03-02T12:00:00Z", 8, null, at("custom", "twitch"));
        sessions.insert(running);
        deliveries.save(running.id(), List.of(wholly("custom", 360), wholly("twitch", 120)));
        assertThat(sales(SalesQuery.between(FIRST, NEXT_MONTH).by(Dimension.PLATFORM)))
                .isEmpty();
        sessions.update(ended(running, running.metering().cost()));
        assertThat(sales(SalesQuery.between(FIRST, NEXT_MONTH).by(Dimension.PLATFORM)))
                .extracting(Sales::amount)
                .containsExactly(usd("0.90"), usd("0.30"));
    }

    @Test
    @Rule("RPT-09")
    void tellsWhatWasChargedWhereThePayerCouldNotPayAll() {
        // 15 minutes cost 1.40, the last five at 8 cents; 1.20 was charged.
        var running = session(
                "session-1", ALICE, "2026-03-02T12:00:00Z", 15, new Payee(CAROL, Share.percent("50")), List.of());
        sessions.insert(running);
        sessions.update(ended(running, usd("1.20")));

        var all = SalesQuery.between(FIRST, NEXT_MONTH);
        var sales = sales(all).get(0);
        assertThat(sales.amount()).isEqualTo(usd("1.20"));
        assertThat(sales.earned()).isEqualTo(usd("0.60"));
        assertThat(sales.list()).isEqualTo(usd("1.25"));
        assertThat(sales.time()).isEqualTo(Duration.ofMinutes(15));
        assertThat(sales(all.by(Dimension.TIER))).extracting(Sales::amount).containsExactly(usd("1.00"), usd("0.20"));
        assertThat(sessions.usedIn(ALICE, YearMonth.of(2026, 3), null)).isEqualTo(Duration.ofMinutes(15));
    }

    private static DeliveryRecord live(String platform, String from, String to) {
        return live(platform, platform, from, to);
    }

    /** From and to by the clock of the second of March 2026, or in full. */
    private static DeliveryRecord live(String platform, String id, String from, String to) {
        var span = new LiveSpan(moment(from), moment(to));
        return new DeliveryRecord(
                new DestinationId("d-" + id),
                platform,
                platform,
                span.from(),
                Duration.between(span.from(), span.to()),
                1,
                null,
                false,
                1_000,
                List.of(span));
    }

    private static Instant moment(String text) {
        return Instant.parse(text.contains("T") ? text : "2026-03-02T" + text + "Z");
    }

    private static DeliveryRecord wholly(String platform, long seconds) {
        return new DeliveryRecord(
                new DestinationId("d-" + platform),
                platform,
                platform,
                moment("12:00:00"),
                Duration.ofSeconds(seconds),
                1,
                null,
                false,
                1_000);
    }

    private static DeliveryRecord neverLive(String platform) {
        return new DeliveryRecord(
                new DestinationId("d-" + platform), platform, platform, null, Duration.ZERO, 3, "refused", false, 0);
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

    private SessionId over(String id, UserId payer, String liveAt, long minutes) {
        return over(id, payer, liveAt, minutes, null);
    }

    private SessionId over(
            String id, UserId payer, String liveAt, long minutes, @Nullable Payee payee, String... platforms) {
        var session = session(id, payer, liveAt, minutes, payee, at(platforms));
        sessions.insert(session);
        sessions.update(ended(session, session.metering().cost()));
        return session.id();
    }

    private static List<SessionDestination> at(String... platforms) {
        var destinations = new ArrayList<SessionDestination>();
        for (var platform : platforms) {
            destinations.add(new SessionDestination(
                    new DestinationId("d-" + platform + destinations.size()), platform, platform));
        }
        return destinations;
    }

    private static Session ended(Session session, Money charged) {
        var metering = session.metering();
        return new Session(
                session.id(),
                session.terms(),
                SessionState.ENDED,
                session.openedAt(),
                session.liveAt(),
                session.seenAt(),
                session.seenAt(),
                new Metering(metering.tariff(), metering.basis(), metering.used(), metering.granted(), charged, 1, 1),
                session.balanceBefore(),
                usd("0"),
                new SessionEnd.HungUp(),
                session.node(),
                0);
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
                new SessionTerms(lane(payee, destinations), payer, payee, "", null, destinations),
                SessionState.LIVE,
                liveAt,
                liveAt,
                liveAt.plus(used),
                null,
                new Metering(TARIFF, basis, used, usd("99.00"), usd("0"), 1, 0),
                usd("10.00"),
                null,
                null,
                new NodeId("node-1"),
                0);
    }

    private static Lane lane(@Nullable Payee payee, List<SessionDestination> destinations) {
        return payee == null || !destinations.isEmpty() ? Lane.RELAY : Lane.CALL;
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
