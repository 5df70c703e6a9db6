package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;

/**
 * Somebody outside says that money went back to a payer: a refund that the operator made, or a chargeback by the payer's bank.
 *
 * @param source who says so, as in the {@link PurchaseNotice}
 * @param purchase the object that was paid
 * @param object the sender's name for the refund or the dispute: 1 to 120 printable ASCII characters without blanks
 * @param delivery the sender's name for this message; the same form
 * @param content the message as it was received, as a hash
 * @param amount positive; with all that went back before, at most what was paid
 * @param memo for people who read the books; may be empty, at most 200 characters
 */
public record PurchaseReversalNotice(
        String source,
        String purchase,
        String object,
        String delivery,
        Fingerprint content,
        Money amount,
        String memo) {

    /** Checks the form. */
    public PurchaseReversalNotice {
        PurchaseNotice.requireForm(source, object, delivery, memo, amount);
        PurchaseNotice.requireForm(source, purchase, delivery, memo, amount);
    }

    TransferId original() {
        return PurchaseNotice.purchase(source, purchase);
    }

    TransferId id(EntryKind kind) {
        return new TransferId((kind == EntryKind.CHARGEBACK ? "chargeback/" : "refund/") + source + "/" + object);
    }

    Subject subject() {
        return new Subject(original().value());
    }

    Fingerprint fingerprint(EntryKind kind) {
        return Fingerprint.of(kind.name(), source, purchase, object, Fingerprint.text(amount));
    }
}
