package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.util.regex.Pattern;

/**
 * Somebody outside says that a user paid: a shop, a payment provider. The money is known by the business object (a payment, an order), whatever
 * number of messages report it.
 *
 * @param source who says so: 1 to 32 of {@code a-z 0-9 -}, such as {@code stripe}
 * @param object the sender's name for what was paid: 1 to 120 printable ASCII characters without blanks
 * @param delivery the sender's name for this message; the same form
 * @param content the message as it was received, as a hash: the same delivery with other content is refused
 * @param user whose wallet gets the money
 * @param amount positive
 * @param memo for people who read the books; may be empty, at most 200 characters
 */
public record PurchaseNotice(
        String source, String object, String delivery, Fingerprint content, UserId user, Money amount, String memo) {

    private static final Pattern SOURCE = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern NAME = Pattern.compile("[!-~]{1,120}");

    /** Checks the form. */
    public PurchaseNotice {
        requireForm(source, object, delivery, memo, amount);
    }

    static void requireForm(String source, String object, String delivery, String memo, Money amount) {
        if (!SOURCE.matcher(source).matches()
                || !NAME.matcher(object).matches()
                || !NAME.matcher(delivery).matches()
                || memo.length() > 200
                || !amount.isPositive()) {
            throw new LivemeterException(
                    "purchase.malformed",
                    "A notice over " + amount + " was given with a source of " + source.length() + ", an object of "
                            + object.length() + ", a delivery of " + delivery.length() + " and a memo of "
                            + memo.length()
                            + " characters; expected a positive amount, 1 to 32 of a-z, 0-9 and '-', twice 1 to 120 printable ASCII"
                            + " characters without blanks, and at most 200.");
        }
    }

    static TransferId purchase(String source, String object) {
        return new TransferId("purchase/" + source + "/" + object);
    }

    /** The entry that books it. */
    TransferId id() {
        return purchase(source, object);
    }

    Subject subject() {
        return new Subject(id().value());
    }

    /** Without the memo: messages of different kinds tell of one payment in different words. */
    Fingerprint fingerprint() {
        return Fingerprint.of("purchase", source, object, user.value(), Fingerprint.text(amount));
    }
}
