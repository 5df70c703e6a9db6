package dev.livemeter.billing;

import dev.livemeter.money.Money;

/**
 * One line of a journal entry.
 *
 * @param amount credits the account where it is positive, debits it where it is negative. To a wallet, a credit is money that came in
 */
public record Posting(AccountId account, Money amount) {}
