package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What came into a wallet and went out of it, with the balance after each movement. Thread-safe. */
public final class Statements {

    /** How many lines a statement in one piece can have. */
    public static final int MOST_LINES = 50_000;

    private static final List<String> COLUMNS = List.of(
            "at",
            "kind",
            "title",
            "about",
            "memo",
            "amount",
            "currency",
            "posted",
            "held",
            "available",
            "entry",
            "reverses");

    private final LedgerStore store;

    /** Statements of those books. */
    public Statements(LedgerStore store) {
        this.store = store;
    }

    /**
     * The movements of a wallet, the newest first. For the next page, give the id of the last line.
     *
     * @param limit at most so many, 1 to {@value Ledger#MOST_ENTRIES}
     * @param before only those booked before that one; null for the newest
     */
    public List<StatementLine> wallet(UserId owner, int limit, @Nullable TransferId before) {
        var account = AccountId.wallet(owner);
        return new Ledger(store)
                .entries(account, limit, before).stream()
                        .map(entry -> StatementLine.of(entry, account))
                        .toList();
    }

    /**
     * The movements of a wallet in a period, the newest first, in one piece.
     *
     * @param from the first moment
     * @param to the moment after the last one
     * @throws LivemeterException {@code statement.malformed_period} if there is no moment between the two, or more than {@value #MOST_LINES}
     *     movements
     */
    public List<StatementLine> wallet(UserId owner, Instant from, Instant to) {
        if (!from.isBefore(to)) {
            throw new LivemeterException(
                    "statement.malformed_period",
                    "A statement from " + from + " to before " + to + " was asked for; expected an earlier beginning.");
        }
        var lines = new ArrayList<StatementLine>();
        @Nullable TransferId last = null;
        while (true) {
            var page = wallet(owner, Ledger.MOST_ENTRIES, last);
            for (var line : page) {
                if (!line.at().isBefore(from) && line.at().isBefore(to)) {
                    lines.add(line);
                }
            }
            if (lines.size() > MOST_LINES) {
                throw new LivemeterException(
                        "statement.malformed_period",
                        "The statement from " + from + " to before " + to + " has more than " + MOST_LINES
                                + " lines; ask for a shorter period.");
            }
            if (page.size() < Ledger.MOST_ENTRIES
                    || page.get(page.size() - 1).at().isBefore(from)) {
                return lines;
            }
            last = page.get(page.size() - 1).id();
        }
    }

    /**
     * Writes the movements of a wallet in a period as comma-separated values (RFC 4180), with a line of headings, the newest first.
     *
     * @throws LivemeterException as {@link #wallet(UserId, Instant, Instant)}
     */
    public void walletCsv(UserId owner, Instant from, Instant to, Appendable out) throws IOException {
        var lines = wallet(owner, from, to);
        Csv.write(out, COLUMNS);
        for (var line : lines) {
            Csv.write(
                    out,
                    List.of(
                            line.at().toString(),
                            line.kind().name(),
                            line.title(),
                            line.subject().value(),
                            line.memo(),
                            line.change().amount(),
                            line.change().currency().getCurrencyCode(),
                            line.after().posted().amount(),
                            line.after().held().amount(),
                            line.after().available().amount(),
                            line.id().value(),
                            Objects.toString(line.reverses(), "")));
        }
    }
}
