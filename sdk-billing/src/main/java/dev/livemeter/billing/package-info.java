/**
 * The books. Start with {@link dev.livemeter.billing.Billing}, which has everything that one set of books can do: the wallet, purchases, refunds,
 * earnings, payouts and claims, and {@link dev.livemeter.billing.Ledger}, which reads and proves them.
 *
 * <p>Every decision is made here, once; a {@link dev.livemeter.billing.LedgerStore} only stores. What people paid in is owed
 * to them until it is used: a wallet is a liability, and money becomes revenue when it is captured, not when it is paid in.
 */
@NullMarked
package dev.livemeter.billing;

import org.jspecify.annotations.NullMarked;
