package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import java.util.Currency;
import java.util.Locale;

/**
 * Names an account of the ledger: {@code wallet/alice}, {@code revenue/USD}, {@code outside/USD}.
 *
 * @param name the owner of a wallet, else the code of the currency
 */
public record AccountId(Kind kind, String name) {

    /** What an account stands for. */
    public enum Kind {
        /** What the operator owes a user: a liability. It alone has a balance that is kept beside its postings. */
        WALLET,
        /** What the operator earned, in one currency. */
        REVENUE,
        /** The world that money comes in from, in one currency; its balance is what all of it paid in, negated. */
        OUTSIDE;

        String prefix() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The wallet of a user. */
    public static AccountId wallet(UserId owner) {
        return new AccountId(Kind.WALLET, owner.value());
    }

    /** The operator's revenue in a currency. */
    public static AccountId revenue(Currency currency) {
        return new AccountId(Kind.REVENUE, currency.getCurrencyCode());
    }

    /** The outside world, as far as it pays in a currency. */
    public static AccountId outside(Currency currency) {
        return new AccountId(Kind.OUTSIDE, currency.getCurrencyCode());
    }

    /**
     * The other way of {@link #toString()}, for stores.
     *
     * @throws LivemeterException {@code ledger.malformed_account}
     */
    public static AccountId parse(String text) {
        var slash = text.indexOf('/');
        for (var kind : Kind.values()) {
            if (slash > 0 && kind.prefix().equals(text.substring(0, slash)) && slash + 1 < text.length()) {
                return new AccountId(kind, text.substring(slash + 1));
            }
        }
        throw new LivemeterException(
                "ledger.malformed_account",
                "The text '" + text + "' names no account; expected wallet/, revenue/ or outside/ and a name.");
    }

    @Override
    public String toString() {
        return kind.prefix() + "/" + name;
    }
}
