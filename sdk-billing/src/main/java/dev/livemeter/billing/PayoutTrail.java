package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.util.Comparator;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Names the entries of payouts, and reads where payouts stand from them. */
final class PayoutTrail {

    private static final Pattern BATCH = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private PayoutTrail() {}

    static void requireBatch(String batch) {
        if (!BATCH.matcher(batch).matches()) {
            throw new LivemeterException(
                    "payout.malformed_batch",
                    "A batch was named with " + batch.length()
                            + " characters that do not fit; expected 1 to 64 of A-Z a-z 0-9 . _ and -.");
        }
    }

    static TransferId id(String batch, UserId payee) {
        return new TransferId("payout/" + batch + "/" + payee);
    }

    static Subject subject(String batch) {
        return new Subject("payout/" + batch);
    }

    static TransferId paid(TransferId payout) {
        return new TransferId(payout + "/paid");
    }

    static TransferId returned(TransferId payout) {
        return new TransferId(payout + "/returned");
    }

    static TransferId recovery(TransferId payout) {
        return new TransferId(payout + "/recovery");
    }

    static Optional<Payout> find(LedgerReader books, TransferId id) {
        var entries = books.entries(List.of(id, paid(id), returned(id)));
        return Optional.ofNullable(entries.get(id))
                .filter(entry -> entry.kind() == EntryKind.PAYOUT)
                .map(entry -> of(entry, entries.get(paid(id)), entries.get(returned(id))));
    }

    /** All payouts of a batch, by payee. */
    static List<Payout> batch(LedgerReader books, String batch) {
        Map<TransferId, JournalEntry> entries = Refunds.all(books, subject(batch)).stream()
                .collect(Collectors.toMap(JournalEntry::id, Function.identity()));
        return entries.values().stream()
                .filter(entry -> entry.kind() == EntryKind.PAYOUT)
                .map(entry -> of(entry, entries.get(paid(entry.id())), entries.get(returned(entry.id()))))
                .sorted(Comparator.comparing(payout -> payout.payee().value()))
                .toList();
    }

    /** The names of the last batches, by their last payout, the newest first. */
    static List<String> batches(LedgerReader books, Currency currency, int limit) {
        var names = new LinkedHashSet<String>();
        @Nullable TransferId last = null;
        while (true) {
            var page = books.entriesOf(AccountId.payouts(currency), Ledger.MOST_ENTRIES, last);
            for (var entry : page) {
                if (entry.kind() == EntryKind.PAYOUT) {
                    names.add(entry.subject().value().substring("payout/".length()));
                }
            }
            if (page.size() < Ledger.MOST_ENTRIES || names.size() >= limit) {
                return names.stream().limit(limit).toList();
            }
            last = page.get(page.size() - 1).id();
        }
    }

    private static Payout of(JournalEntry entry, @Nullable JournalEntry paid, @Nullable JournalEntry returned) {
        var state =
                returned != null ? Payout.State.RETURNED : paid != null ? Payout.State.PAID : Payout.State.IN_TRANSIT;
        return new Payout(
                entry.id(),
                entry.subject().value().substring("payout/".length()),
                entry.postings().get(0).source().user().orElseThrow(),
                entry.amount(),
                state,
                entry.at(),
                paid == null ? "" : paid.memo(),
                returned == null ? "" : returned.memo());
    }
}
