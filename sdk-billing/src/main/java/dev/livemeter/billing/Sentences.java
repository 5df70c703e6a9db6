package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;

/** What people are told when a request is declined; the same words whichever request it was. */
final class Sentences {

    private Sentences() {}

    static String conflict(String what, Object id) {
        return "The id " + id + " stands for another " + what + " already; nothing was done. Give each " + what
                + " an id of its own.";
    }

    static String noWallet(UserId owner) {
        return "There is no wallet of " + owner + "; the first credit opens it.";
    }

    static String mismatch(String what, Money kept, Money asked) {
        return "The " + what + " is kept in " + kept.currency().getCurrencyCode() + "; it cannot be asked for " + asked
                + ".";
    }

    static String insufficient(String needed, Money available, UserId owner) {
        return needed + " is needed and " + available + " is available in the wallet of " + owner + ".";
    }
}
