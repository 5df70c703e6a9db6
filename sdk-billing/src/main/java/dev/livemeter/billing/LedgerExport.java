package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the books as comma-separated values (RFC 4180, UTF-8 by the writer): the columns are stable, and new ones come before the last. Each line
 * of the journal carries a hash of itself and the line before, so that a line that was changed, added or left out is noticed; who keeps the last
 * hash elsewhere notices a file that was rewritten as a whole. Thread-safe; an export comes from one consistent view.
 */
public final class LedgerExport {

    private static final String START = "0".repeat(64);
    private static final String LAST = "end";
    private static final int PAGE = 500;
    private static final List<String> COLUMNS = List.of(
            "line",
            "entry",
            "kind",
            "booked_at",
            "value_at",
            "subject",
            "hold",
            "reverses",
            "source",
            "destination",
            "amount",
            "currency",
            "memo",
            "chain");

    private final LedgerStore store;

    /** Exports of those books. */
    public LedgerExport(LedgerStore store) {
        this.store = store;
    }

    /**
     * What was written or read.
     *
     * @param lines how many postings
     * @param chain the hash of the last line
     * @param fault what is wrong, as a sentence; empty where nothing is
     */
    public record Summary(long lines, String chain, String fault) {

        /** Whether nothing is wrong. */
        public boolean isClean() {
            return fault.isEmpty();
        }
    }

    /** Writes the journal, one line for each posting, in the order of booking, and a last line that says so. */
    public Summary journal(Appendable to) throws IOException {
        try {
            return store.read(books -> {
                try {
                    return journal(books, to);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Summary journal(LedgerReader books, Appendable to) throws IOException {
        Csv.write(to, COLUMNS);
        var lines = 0L;
        var chain = START;
        @Nullable TransferId last = null;
        while (true) {
            var page = books.journal(last, PAGE);
            for (var entry : page) {
                for (var posting : entry.postings()) {
                    lines++;
                    chain = line(to, chain, cells(lines, entry, posting));
                }
            }
            if (page.size() < PAGE) {
                var cells = new ArrayList<>(List.of(LAST, Long.toString(lines)));
                while (cells.size() < COLUMNS.size() - 1) {
                    cells.add("");
                }
                return new Summary(lines, line(to, chain, cells), "");
            }
            last = page.get(page.size() - 1).id();
        }
    }

    private static List<String> cells(long number, JournalEntry entry, Posting posting) {
        var hold = entry.hold();
        var reverses = entry.reverses();
        return List.of(
                Long.toString(number),
                entry.id().value(),
                entry.kind().name(),
                entry.at().toString(),
                entry.valueAt().toString(),
                entry.subject().value(),
                hold == null ? "" : hold.value(),
                reverses == null ? "" : reverses.value(),
                posting.source().toString(),
                posting.destination().toString(),
                posting.amount().amount(),
                posting.amount().currency().getCurrencyCode(),
                entry.memo());
    }

    private static String line(Appendable to, String before, List<String> cells) throws IOException {
        var written = new ArrayList<>(cells.stream().map(Csv::harmless).toList());
        var chain = chain(before, written);
        written.add(chain);
        Csv.write(to, written);
        return chain;
    }

    private static String chain(String before, List<String> cells) {
        var parts = new ArrayList<>(List.of(before));
        parts.addAll(cells);
        return Fingerprint.of("line", parts.toArray(String[]::new)).sha256();
    }

    /**
     * Reads a journal that was exported, and looks whether it is whole and as it was written.
     *
     * @param from the text, as {@link #journal} wrote it
     */
    public static Summary check(Reader from) throws IOException {
        if (!Csv.read(from).orElse(List.of()).equals(COLUMNS)) {
            return new Summary(0, START, "The first line does not name the columns of an exported journal.");
        }
        var lines = 0L;
        var chain = START;
        for (var cells = Csv.read(from); cells.isPresent(); cells = Csv.read(from)) {
            var line = cells.get();
            var last = line.size() - 1;
            if (last != COLUMNS.size() - 1
                    || !chain(chain, line.subList(0, last)).equals(line.get(last))) {
                return new Summary(
                        lines,
                        chain,
                        "Line " + (lines + 1)
                                + " does not follow from the one before it; it was changed, or lines were added or left out before it.");
            }
            chain = line.get(last);
            if (line.get(0).equals(LAST)) {
                return new Summary(
                        lines, chain, Csv.read(from).isPresent() ? "There are lines after the last one." : "");
            }
            lines++;
        }
        return new Summary(
                lines,
                chain,
                "The export ends after " + lines + " lines and without its last one; the rest is missing.");
    }

    /** Writes the accounts that belong to somebody: {@code account,posted,held,currency}. What is not held stands as 0. */
    public void accounts(Appendable to) throws IOException {
        try {
            store.read(books -> {
                write(to, List.of("account", "posted", "held", "currency"));
                books.eachWallet(wallet -> write(
                        to,
                        List.of(
                                wallet.id().toString(),
                                wallet.posted().amount(),
                                wallet.held().amount(),
                                wallet.currency().getCurrencyCode())));
                books.eachBalance(balance -> write(
                        to,
                        List.of(
                                balance.account().toString(),
                                balance.posted().amount(),
                                Money.zero(balance.posted().currency()).amount(),
                                balance.posted().currency().getCurrencyCode())));
                return this;
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void write(Appendable to, List<String> cells) {
        try {
            Csv.write(to, cells);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
