package dev.livemeter.http;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Share;
import java.util.function.Predicate;

/**
 * How tips are taken.
 *
 * @param share what the payee earns of a tip; the operator keeps the rest
 * @param mayBeTipped whether somebody is a person who can be tipped, so that a misspelt name is refused and not paid
 */
public record TipRules(Share share, Predicate<UserId> mayBeTipped) {

    /** Tips are taken by these rules. */
    public TipRules {}
}
