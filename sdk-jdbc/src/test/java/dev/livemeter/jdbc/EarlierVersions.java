package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.zaxxer.hikari.HikariDataSource;
import dev.livemeter.account.AccountId;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundleUse;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.SessionRefundRequest;
import dev.livemeter.broadcast.BroadcastId;
import dev.livemeter.broadcast.BroadcastState;
import dev.livemeter.call.CallId;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.BanId;
import dev.livemeter.money.Money;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.room.RoomId;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.thumbnail.ThumbnailContent;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Tables of every earlier version, filled as that version had them, in the hands of this one: the books are proven, everything is read back, and the books go
 * on.
 *
 * <p>What a version added is filled from {@code earlier/}, by the name of the migration that made its tables.
 */
@Tag("once")
abstract class EarlierVersions {

    private static final String FOLDER = "livemeter-migrations/";
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final UserId CAROL = UserId.of("carol");
    private static final UserId DAVE = UserId.of("dave");
    private static final Currency USD = Currency.getInstance("USD");
    private static final Instant BEGAN = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final SessionId OVER = new SessionId("session-over");
    private static final SessionId STREAM = new SessionId("session-stream");
    private static final SessionId COVERED = new SessionId("session-covered");

    /** Connections to an empty database with nobody else in it, kept between units of work, as a new one takes longer than what is done in it. */
    abstract HikariDataSource newDatabase();

    /** The folder of its migrations. */
    abstract String dialect();

    /** The first version with splits and refunds; books of those before it are the business of a test of their own. */
    abstract int firstVersion();

    @TestFactory
    Stream<DynamicTest> areReadableAndGoOn() {
        final MigrationInfo[] all;
        try (var source = newDatabase()) {
            all = flyway(source, null).info().all();
        }
        // The newest, too, so that what it is filled with is right when one comes after it.
        return Arrays.stream(all, firstVersion() - 1, all.length)
                .map(version -> dynamicTest("from " + version.getScript(), () -> from(version, all)));
    }

    private void from(MigrationInfo earlier, MigrationInfo[] all) throws SQLException {
        try (var source = newDatabase()) {
            var filled = fill(source, earlier, all);
            areReadableAndGoOn(source, filled);
        }
    }

    private static void areReadableAndGoOn(DataSource source, Set<String> filled) {
        var time = ManualTime.startingAt(BEGAN.plus(Duration.ofDays(30)));
        try (var storage = JdbcStorage.on(source)) {
            var wallet = JdbcWallet.on(storage, time);
            var billing = Billing.on(storage.ledgerStore(), time);

            assertThat(billing.ledger().verify().findings()).isEmpty();
            readBooks(wallet, billing, filled);
            readSessions(storage);
            readWhatCameLater(storage, filled);
            if (filled.contains("bundles")) {
                readBundlesAndGoOn(storage, wallet, billing);
            }
            goOn(wallet, billing);
            assertThat(billing.ledger().verify().findings()).isEmpty();
        }
    }

    private Flyway flyway(DataSource source, @Nullable String target) {
        var configuration = Flyway.configure()
                .dataSource(source)
                .table("livemeter_schema_history")
                .locations("classpath:" + FOLDER + dialect());
        return (target == null ? configuration : configuration.target(target)).load();
    }

    /** What the tables had, by the names of the migrations that made them. */
    private Set<String> fill(DataSource source, MigrationInfo earlier, MigrationInfo[] all) throws SQLException {
        var filled = new HashSet<String>();
        var booked = booked(earlier, all);
        flyway(source, booked.getVersion().getVersion()).migrate();
        run(source, "books");
        if (booked != earlier) {
            flyway(source, earlier.getVersion().getVersion()).migrate();
        }
        for (var version : all) {
            var name = version.getDescription().replace(' ', '_');
            if (version.getVersion().compareTo(earlier.getVersion()) <= 0 && resource(name) != null) {
                run(source, name);
                filled.add(name);
            }
        }
        return filled;
    }

    /** The version that the books are from: this one, or the last that took entries without a first line of their own, which later ones keep as they lie. */
    private static MigrationInfo booked(MigrationInfo earlier, MigrationInfo[] all) {
        var latest = all[0];
        for (var version : all) {
            if (version.getVersion().compareTo(earlier.getVersion()) > 0
                    || version.getDescription().equals("every entry moves something")) {
                break;
            }
            latest = version;
        }
        return latest;
    }

    private void run(DataSource source, String name) throws SQLException {
        var text = Objects.requireNonNull(resource(name), name);
        if (dialect().equals("postgresql")) {
            // which takes the standard's bytes for bits
            text = text.replaceAll("X'([0-9A-F]+)'", "'\\\\x$1'");
        }
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            for (var sql : text.split(";\n", -1)) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    private static @Nullable String resource(String name) {
        try (var data = EarlierVersions.class.getResourceAsStream("earlier/" + name + ".sql")) {
            return data == null ? null : new String(data.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readBooks(JdbcWallet wallet, Billing billing, Set<String> filled) {
        assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("12.90"), usd("1.90")));
        assertThat(wallet.balance(CAROL)).contains(new WalletBalance(CAROL, usd("0"), usd("0")));
        assertThat(billing.earnings().of(BOB, USD, BEGAN.plusSeconds(60)).posted())
                .isEqualTo(usd("0.97"));
        assertThat(billing.receivables().of(CAROL, USD)).isEqualTo(usd("3.00"));
        assertThat(billing.ledger().entriesAbout(new Subject("session/session-over"), 10, null))
                .extracting(JournalEntry::kind)
                .containsExactly(EntryKind.REFUND, EntryKind.CAPTURE);
        assertThat(billing.payouts().batch("b1"))
                .extracting(payout -> payout.payee() + " " + payout.amount() + " " + payout.state())
                .containsExactly("bob 4.00 USD PAID");
        var report = billing.ledger().verify();
        var dave = filled.contains("bundles") ? 1L : 0L;
        assertThat(List.of(report.entries(), report.postings(), report.wallets(), report.holds()))
                .containsExactly(10L + 2 * dave, 15L + 2 * dave, 2L + dave, 2L);
    }

    private static void readSessions(JdbcStorage storage) {
        var over = storage.sessions().find(OVER).orElseThrow();
        assertThat(over.state()).isEqualTo(SessionState.ENDED);
        assertThat(over.metering().cost()).isEqualTo(over.metering().charged()).isEqualTo(usd("6.00"));
        assertThat(over.liveAt()).isEqualTo(BEGAN);
        assertThat(storage.sessions().find(STREAM).orElseThrow().destinations()).hasSize(1);
        assertThat(storage.sessions().usedIn(ALICE, YearMonth.of(2026, 3), null))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(storage.sessions().open()).hasSize(1);
        assertThat(storage.destinations().of(ALICE)).isNotEmpty();
    }

    private static void readWhatCameLater(JdbcStorage storage, Set<String> filled) {
        if (filled.contains("deliveries")) {
            assertThat(storage.deliveries().of(List.of(STREAM)).get(STREAM))
                    .singleElement()
                    .satisfies(record -> assertThat(record.bytes()).isEqualTo(4711));
        }
        if (filled.contains("recordings")) {
            assertThat(storage.recordings()
                            .orElseThrow()
                            .find(new RecordingId("recording-1"))
                            .orElseThrow()
                            .length())
                    .isEqualTo(Duration.ofSeconds(5));
        }
        if (filled.contains("calls_and_rooms")) {
            var calls = storage.calls().orElseThrow();
            assertThat(calls.find(new CallId("call-over")).orElseThrow().cost()).isEqualTo(usd("6.00"));
            assertThat(calls.tokenKey("another")).isEqualTo("sealed");
            var rooms = storage.rooms().orElseThrow();
            assertThat(rooms.find(new RoomId("room-open"))).isPresent();
            assertThat(rooms.present(new RoomId("room-open"), CAROL)).isPresent();
            assertThat(rooms.ticket(new RoomId("room-open"), CAROL)
                            .orElseThrow()
                            .price())
                    .isEqualTo(usd("3.00"));
        }
        if (filled.contains("chat_and_bans")) {
            assertThat(storage.chats()
                            .orElseThrow()
                            .after(new ChatChannel("stream/bob"), 0)
                            .entries())
                    .isNotEmpty();
            assertThat(storage.bans()
                            .orElseThrow()
                            .find(new BanId("ban-1"))
                            .orElseThrow()
                            .reason())
                    .isEqualTo("rude");
        }
        if (filled.contains("accounts")) {
            assertThat(storage.accounts()
                            .orElseThrow()
                            .find(new AccountId("account-1"))
                            .orElseThrow()
                            .version())
                    .isEqualTo(2);
            assertThat(storage.destinations().of(ALICE)).hasSize(2);
        }
        if (filled.contains("broadcasts")) {
            var broadcasts = storage.broadcasts().orElseThrow();
            assertThat(broadcasts
                            .find(new BroadcastId("broadcast-1"))
                            .orElseThrow()
                            .state())
                    .isEqualTo(BroadcastState.ENDED);
            assertThat(broadcasts.details(ALICE).orElseThrow().title()).isEqualTo("Evening");
            assertThat(broadcasts.stories(List.of(STREAM))).containsKey(STREAM);
        }
        if (filled.contains("thumbnails")) {
            var thumbnails = storage.thumbnails().orElseThrow();
            assertThat(thumbnails.find(STREAM).orElseThrow().content())
                    .isEqualTo(new ThumbnailContent.Picture(
                            new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xD9}));
            assertThat(thumbnails.find(OVER).orElseThrow().content())
                    .isEqualTo(new ThumbnailContent.Link(URI.create("https://pictures.example/over.jpg")));
            assertThat(thumbnails
                            .find(new SessionId("session-live"))
                            .orElseThrow()
                            .content())
                    .isEqualTo(new ThumbnailContent.Missing("It was over too soon."));
        }
        if (filled.contains("quotas")) {
            assertThat(storage.quotas()
                            .orElseThrow()
                            .use("youtube 4711", LocalDate.of(2026, 3, 1), 0, 0, 10_000)
                            .units())
                    .isEqualTo(1600);
        }
    }

    /** What is left of minutes from then is given back for its part of the price. */
    private static void readBundlesAndGoOn(JdbcStorage storage, JdbcWallet wallet, Billing billing) {
        var bought = new BundleId("bundle-1");
        var covered = storage.sessions().find(COVERED).orElseThrow().metering();
        assertThat(covered.rating().coveredOf(covered.used())).isEqualTo(Duration.ofMinutes(30));
        assertThat(billing.bundles().uses(COVERED))
                .containsExactly(new BundleUse(COVERED, 0, bought, Duration.ofHours(2), Duration.ofMinutes(30)));
        assertThat(billing.bundles().find(bought).orElseThrow().left()).isEqualTo(Duration.ofMinutes(90));
        assertThat(wallet.coverable(ALICE, BEGAN.plus(Duration.ofDays(30)))).isEqualTo(Duration.ofHours(5));
        assertThat(billing.bundles()
                        .refund(new TransferId("minutes-back"), bought, "")
                        .orElseThrow()
                        .amount())
                .isEqualTo(usd("6.75"));
        assertThat(wallet.balance(DAVE)).contains(new WalletBalance(DAVE, usd("17.75"), usd("0")));
    }

    /** A capture of a hold from then, a refund of a charge from then, and a payout of what was earned then. */
    private static void goOn(JdbcWallet wallet, Billing billing) {
        wallet.capture(new CaptureRequest(
                        new TransferId("session-live/capture-2"),
                        new HoldId("session-live/hold-1"),
                        usd("0.10"),
                        CaptureRequest.Remainder.VOID,
                        new Subject("session/session-live"),
                        new Allotment(BOB, usd("0.07"))))
                .orElseThrow();
        billing.refunds()
                .refundSession(new SessionRefundRequest(
                        new TransferId("refund-live"), new SessionId("session-live"), usd("0.20"), ""))
                .orElseThrow();
        assertThat(wallet.balance(ALICE)).contains(new WalletBalance(ALICE, usd("13.00"), usd("0")));
        assertThat(billing.payouts()
                        .prepare(
                                "b2", BEGAN.plus(Duration.ofDays(1)), new PayoutPolicy(Duration.ofDays(7), usd("0.50")))
                        .total())
                .isEqualTo(usd("0.90"));
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
