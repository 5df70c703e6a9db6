package dev.livemeter.http;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.StatementLine;
import dev.livemeter.wallet.WalletBalance;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How movements of money look in JSON. */
final class EntryView {

    private static final String SESSION = "session/";

    private EntryView() {}

    /** A line of a wallet's statement. */
    static JsonObject of(StatementLine line) {
        return Wire.object()
                .add("id", line.id().value())
                .add("at", Wire.instant(line.at()))
                .add("kind", line.kind().name().toLowerCase(Locale.ROOT))
                .add("title", line.title())
                .add("about", line.subject().value())
                .add("session", session(line.subject().value()))
                .add("memo", line.memo())
                .add("reverses", text(line.reverses()))
                .add("amount", Wire.money(line.change()))
                .add("after", balance(line.after()))
                .build();
    }

    /** An entry as it touches one account; positive for what comes in. */
    static JsonObjectBuilder of(JournalEntry entry, AccountId account) {
        var change = entry.postings().stream()
                .map(posting -> posting.effectOn(account))
                .reduce((one, other) -> one.plus(other))
                .orElseThrow();
        return Wire.object()
                .add("id", entry.id().value())
                .add("at", Wire.instant(entry.at()))
                .add("kind", entry.kind().name().toLowerCase(Locale.ROOT))
                .add("about", entry.subject().value())
                .add("session", session(entry.subject().value()))
                .add("memo", entry.memo())
                .add("reverses", text(entry.reverses()))
                .add("amount", Wire.money(change));
    }

    /** The same with everything that the books have of it. */
    static JsonObjectBuilder whole(JournalEntry entry, AccountId account) {
        return of(entry, account)
                .add(
                        "postings",
                        Wire.array(entry.postings().stream()
                                .map(EntryView::posting)
                                .toList()));
    }

    private static JsonObject posting(Posting posting) {
        return Wire.object()
                .add("source", posting.source().toString())
                .add("destination", posting.destination().toString())
                .add("amount", Wire.money(posting.amount()))
                .build();
    }

    static JsonObject balance(WalletBalance balance) {
        return Wire.object()
                .add("posted", Wire.money(balance.posted()))
                .add("held", Wire.money(balance.held()))
                .add("available", Wire.money(balance.available()))
                .build();
    }

    private static JsonValue session(String subject) {
        return subject.startsWith(SESSION) ? Wire.text(subject.substring(SESSION.length())) : JsonValue.NULL;
    }

    private static JsonValue text(@Nullable Object id) {
        return id == null ? JsonValue.NULL : Wire.text(id.toString());
    }
}
