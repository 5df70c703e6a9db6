package dev.livemeter.billing;

import java.util.Currency;

/** An account of the ledger. It has one currency for good. */
public record Account(AccountId id, Currency currency) {}
