package dev.livemeter.billing;

import dev.livemeter.money.Money;

/**
 * The balance of an account of earnings, or of a receivable, as it is kept beside its postings.
 *
 * @param posted the sum of the account's postings. Of earnings, zero or more: what the operator owes; of a receivable, zero or less:
 *     what is owed to the operator, negated. A store refuses anything else
 */
public record KeptBalance(AccountId account, Money posted) {}
