package dev.livemeter.billing;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Names an account of the ledger: {@code wallet/alice}, {@code earnings/bob/USD}, {@code revenue/USD}, {@code outside/USD}.
 *
 * @param name the owner of a wallet; the payee or debtor and the currency; else the code of the currency
 */
public record AccountId(Kind kind, String name) {

    /** What an account stands for. */
    public enum Kind {
        /** What the operator owes a user who paid in: a liability. Its balance is kept beside its postings, and never below zero. */
        WALLET,
        /** What the operator owes a payee, in one currency: a liability. Its balance is kept, and never below zero. */
        EARNINGS,
        /** What a user owes the operator, in one currency: a claim. Its balance is kept, and never above zero. */
        RECEIVABLE,
        /** Earnings on their way to payees, in one currency. */
        PAYOUTS,
        /** What the operator earned, in one currency. */
        REVENUE,
        /** The world that money comes in from, in one currency; its balance is what all of it paid in, negated. */
        OUTSIDE;

        private final String prefix = name().toLowerCase(Locale.ROOT) + "/";
    }

    private static final List<Kind> KINDS = List.of(Kind.values());

    /** The wallet of a user. */
    public static AccountId wallet(UserId owner) {
        return new AccountId(Kind.WALLET, owner.value());
    }

    /** What a payee earned in a currency and was not paid yet. */
    public static AccountId earnings(UserId payee, Currency currency) {
        return new AccountId(Kind.EARNINGS, payee + "/" + currency.getCurrencyCode());
    }

    /** What somebody owes the operator in a currency. */
    public static AccountId receivable(UserId debtor, Currency currency) {
        return new AccountId(Kind.RECEIVABLE, debtor + "/" + currency.getCurrencyCode());
    }

    /** What is on its way to payees in a currency. */
    public static AccountId payouts(Currency currency) {
        return new AccountId(Kind.PAYOUTS, currency.getCurrencyCode());
    }

    /** The operator's revenue in a currency. */
    public static AccountId revenue(Currency currency) {
        return new AccountId(Kind.REVENUE, currency.getCurrencyCode());
    }

    /** The outside world, as far as it pays in a currency. */
    public static AccountId outside(Currency currency) {
        return new AccountId(Kind.OUTSIDE, currency.getCurrencyCode());
    }

    /** Whether a store keeps a balance of it in a row of its own, with its postings as the proof. */
    boolean isKept() {
        return kind == Kind.EARNINGS || kind == Kind.RECEIVABLE;
    }

    /** Whose wallet, earnings or receivable it is. */
    Optional<UserId> user() {
        return switch (kind) {
            case WALLET -> Optional.of(UserId.of(name));
            case EARNINGS, RECEIVABLE -> Optional.of(UserId.of(name.substring(0, name.lastIndexOf('/'))));
            case PAYOUTS, REVENUE, OUTSIDE -> Optional.empty();
        };
    }

    /**
     * The other way of {@link #toString()}, for stores.
     *
     * @throws LivemeterException {@code ledger.malformed_account}
     */
    public static AccountId parse(String text) {
        for (var kind : KINDS) {
            if (text.startsWith(kind.prefix) && text.length() > kind.prefix.length()) {
                return new AccountId(kind, text.substring(kind.prefix.length()));
            }
        }
        throw new LivemeterException(
                "ledger.malformed_account",
                "The text '" + text
                        + "' names no account; expected wallet/, earnings/, receivable/, payouts/, revenue/ or outside/ and a name.");
    }

    @Override
    public String toString() {
        return kind.prefix + name;
    }
}
