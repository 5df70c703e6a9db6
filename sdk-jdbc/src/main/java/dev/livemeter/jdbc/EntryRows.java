package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.StoredEntry;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads entries: a row for each of their postings, which follow one another. The first line lies in the entry itself, since there is a place for it. */
final class EntryRows {

    /** One without postings, which only wrong books have, comes as a row without one. */
    static final String ENTRY = """
            SELECT e.seq, e.id, e.kind, e.booked_at, e.value_at, e.subject, e.memo, e.fingerprint, e.hold, e.reverses,
                   e.owner, e.currency, e.posted_after_micros, e.held_after_micros,
                   e.source AS own_source, e.destination AS own_destination, e.amount_micros AS own_micros,
                   p.source, p.destination, p.currency AS posting_currency, p.amount_micros
            FROM livemeter_entry e LEFT JOIN livemeter_posting p ON p.entry = e.seq
            WHERE\s""";

    private final BiConsumer<Head, List<StoredEntry.Line>> visitor;
    private final List<StoredEntry.Line> lines = new ArrayList<>();
    private @Nullable Head head;

    private EntryRows(BiConsumer<Head, List<StoredEntry.Line>> visitor) {
        this.visitor = visitor;
    }

    /** Shows each entry as it lies there. */
    static void visit(Iterable<Row> rows, Consumer<StoredEntry> visitor) {
        new EntryRows((head, lines) -> visitor.accept(head.stored(lines))).read(rows);
    }

    /** The entries. */
    static List<JournalEntry> entries(Iterable<Row> rows) {
        var found = new ArrayList<JournalEntry>();
        new EntryRows((head, lines) -> found.add(head.booked(lines))).read(rows);
        return found;
    }

    private void read(Iterable<Row> rows) {
        for (var row : rows) {
            if (head != null && head.seq() != row.head().seq()) {
                visitor.accept(head, lines);
                lines.clear();
                head = null;
            }
            if (head == null) {
                head = row.head();
                var own = head.own();
                if (own != null) {
                    lines.add(own);
                }
            }
            if (row.line() != null) {
                lines.add(row.line());
            }
        }
        if (head != null) {
            visitor.accept(head, lines);
        }
    }

    /** A posting with its entry. */
    record Row(Head head, StoredEntry.@Nullable Line line) {

        static Row of(ResultSet row) throws SQLException {
            var source = row.getString("source");
            return new Row(
                    Head.of(row),
                    source == null
                            ? null
                            : new StoredEntry.Line(
                                    AccountId.parse(source),
                                    AccountId.parse(row.getString("destination")),
                                    Money.ofMicros(row.getString("posting_currency"), row.getLong("amount_micros"))));
        }
    }

    /** An entry with the line that it carries itself, where it does. */
    record Head(
            long seq,
            TransferId id,
            EntryKind kind,
            Instant at,
            Instant valueAt,
            Subject subject,
            String memo,
            String fingerprint,
            @Nullable HoldId hold,
            @Nullable TransferId reverses,
            @Nullable WalletBalance after,
            StoredEntry.@Nullable Line own) {

        static Head of(ResultSet row) throws SQLException {
            var hold = row.getString("hold");
            var reverses = row.getString("reverses");
            var owner = row.getString("owner");
            var source = row.getString("own_source");
            return new Head(
                    row.getLong("seq"),
                    new TransferId(row.getString("id")),
                    EntryKind.valueOf(row.getString("kind")),
                    moment(row.getLong("booked_at")),
                    moment(row.getLong("value_at")),
                    new Subject(row.getString("subject")),
                    row.getString("memo"),
                    row.getString("fingerprint"),
                    hold == null ? null : new HoldId(hold),
                    reverses == null ? null : new TransferId(reverses),
                    owner == null
                            ? null
                            : new WalletBalance(
                                    UserId.of(owner),
                                    BookRows.money(row, "posted_after_micros"),
                                    BookRows.money(row, "held_after_micros")),
                    source == null
                            ? null
                            : new StoredEntry.Line(
                                    AccountId.parse(source),
                                    AccountId.parse(row.getString("own_destination")),
                                    BookRows.money(row, "own_micros")));
        }

        private JournalEntry booked(List<StoredEntry.Line> lines) {
            return new JournalEntry(
                    id,
                    kind,
                    at,
                    valueAt,
                    subject,
                    memo,
                    new Fingerprint(fingerprint),
                    hold,
                    reverses,
                    after,
                    lines.stream()
                            .map(line -> new Posting(line.source(), line.destination(), line.amount()))
                            .toList());
        }

        private StoredEntry stored(List<StoredEntry.Line> lines) {
            return new StoredEntry(id, kind, hold, reverses, after, lines);
        }
    }
}
