/**
 * The books. Start with {@link dev.livemeter.billing.LedgerWallet}, which keeps prepaid money as double entry, and
 * {@link dev.livemeter.billing.Ledger}, which reads and proves it.
 *
 * <p>Every decision is made here, once; a {@link dev.livemeter.billing.LedgerStore} only stores. What people paid in is owed
 * to them until it is used: a wallet is a liability, and money becomes revenue when it is captured, not when it is paid in.
 */
@NullMarked
package dev.livemeter.billing;

import org.jspecify.annotations.NullMarked;
