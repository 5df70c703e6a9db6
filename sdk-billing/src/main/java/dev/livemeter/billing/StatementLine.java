package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A movement of a wallet, as its owner reads it.
 *
 * @param at when it was booked
 * @param subject what it is about
 * @param memo for people; may be empty
 * @param reverses the movement that it gives back; null where it does not
 * @param change what it did to the balance: positive for what came in, negative for what went out
 * @param after the balance right after it, and what of it was held
 */
public record StatementLine(
        TransferId id,
        EntryKind kind,
        Instant at,
        Subject subject,
        String memo,
        @Nullable TransferId reverses,
        Money change,
        WalletBalance after) {

    /** What kind of movement it is, in a few words for its owner. */
    public String title() {
        return switch (kind) {
            case CREDIT -> "Paid in";
            case CAPTURE -> subject.value().startsWith("session/") ? "Streaming" : "Charged";
            case DEBIT -> debit(subject.value());
            case REFUND -> "Given back";
            case CREDIT_REFUND -> "Paid back";
            case CHARGEBACK -> "Taken back by the bank";
            case RECOVERY -> "Owed before";
            case PAYOUT, PAYOUT_PAID, PAYOUT_RETURN -> "Payout";
        };
    }

    private static String debit(String subject) {
        if (subject.startsWith("tip/")) {
            return "Tip";
        }
        return subject.startsWith("bundle/") ? "Minutes" : "Charged";
    }

    static StatementLine of(JournalEntry entry, AccountId wallet) {
        var after = entry.after();
        if (after == null) {
            throw new LivemeterException(
                    "ledger.malformed_entry",
                    "The entry " + entry.id() + " posts to " + wallet
                            + " and tells no balance after it; verify the books.");
        }
        var nothing = Money.zero(entry.amount().currency());
        return new StatementLine(
                entry.id(),
                entry.kind(),
                entry.at(),
                entry.subject(),
                entry.memo(),
                entry.reverses(),
                entry.postings().stream()
                        .map(posting -> posting.effectOn(wallet))
                        .reduce(nothing, Money::plus),
                after);
    }
}
