package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.TransferId;

/**
 * Asks to give back what a session was charged, wholly or in part.
 *
 * @param id the same for every repeat of this refund; its entries are {@code id/1}, {@code id/2} and so on, so at most 190 characters
 * @param amount positive; with all refunds before it, at most what the session was charged
 * @param memo for people who read the books; may be empty, at most 200 characters
 */
public record SessionRefundRequest(TransferId id, SessionId session, Money amount, String memo) {

    /** Checks the form. */
    public SessionRefundRequest {
        if (!amount.isPositive() || memo.length() > 200 || id.value().length() > 190) {
            throw new LivemeterException(
                    "wallet.malformed_refund",
                    "A refund of " + amount + " with an id of " + id.value().length() + " and a memo of "
                            + memo.length()
                            + " characters was asked for; expected a positive amount, at most 190 and at most 200 characters.");
        }
    }

    TransferId part(int number) {
        return new TransferId(id + "/" + number);
    }

    Fingerprint fingerprint() {
        return Fingerprint.of("session refund", session.value(), Fingerprint.text(amount), memo);
    }
}
