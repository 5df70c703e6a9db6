package dev.livemeter.billing;

import dev.livemeter.billing.LedgerReport.Finding;
import dev.livemeter.billing.LedgerReport.Kind;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds up the books while it is shown them: first reversals, then all entries in the order of booking, then holds, wallets and
 * balances.
 */
final class Proof {

    private record Line(AccountId account, Currency currency) {}

    private final Sums<Line> posted = new Sums<>();
    private final Sums<HoldId> captured = new Sums<>();
    private final Sums<AccountId> held = new Sums<>();
    private final Map<AccountId, Set<Currency>> walletCurrencies = new HashMap<>();
    private final Set<HoldId> capturedFrom = new HashSet<>();
    private final ReversalProof reversals = new ReversalProof();
    private final Set<AccountId> keptAccounts = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private long furtherFindings;
    private long entries;
    private long postings;
    private long wallets;
    private long holds;

    void entry(StoredEntry entry) {
        entries++;
        postings += entry.lines().size();
        if (entry.lines().isEmpty()) {
            found(Kind.EMPTY_ENTRY, "entry " + entry.id(), "The entry " + entry.id() + " has no posting.");
        }
        if (entry.lines().stream()
                        .map(line -> line.amount().currency())
                        .distinct()
                        .count()
                > 1) {
            found(
                    Kind.MISPLACED_POSTING,
                    "entry " + entry.id(),
                    "The entry " + entry.id() + " posts in more than one currency; expected one.");
        }
        for (var line : entry.lines()) {
            var amount = line.amount();
            post(line.source(), amount.negated());
            post(line.destination(), amount);
            if (entry.hold() != null) {
                captured.add(entry.hold(), amount);
                capturedFrom.add(entry.hold());
            }
        }
        reversals.entry(entry, this::wrongReversal);
        var after = entry.after();
        if (after != null) {
            history(entry.id(), after);
        }
    }

    private void post(AccountId account, Money amount) {
        var currency = amount.currency();
        posted.add(new Line(account, currency), amount);
        if (account.kind() == AccountId.Kind.WALLET) {
            walletCurrencies.computeIfAbsent(account, any -> new HashSet<>()).add(currency);
        } else {
            keptAccounts.add(account);
            if (!account.name().endsWith(currency.getCurrencyCode())) {
                found(
                        Kind.MISPLACED_POSTING,
                        "account " + account,
                        "The account " + account + " has a posting in " + currency + ".");
            }
        }
    }

    private void history(TransferId entry, WalletBalance after) {
        var told = after.posted();
        var line = new Line(AccountId.wallet(after.owner()), told.currency());
        if (!posted.is(line, told)) {
            found(
                    Kind.WRONG_HISTORY,
                    "entry " + entry,
                    "The entry " + entry + " tells a balance of " + told + " for " + line.account()
                            + " after it; its postings up to there sum to " + posted.amount(line) + ".");
        }
    }

    void balance(KeptBalance kept) {
        var account = kept.account();
        keptAccounts.remove(account);
        var amount = kept.posted();
        var line = new Line(account, amount.currency());
        if (!posted.is(line, amount)) {
            found(
                    Kind.WRONG_POSTED,
                    "account " + account,
                    "The account " + account + " says that " + amount + " is posted; its postings sum to "
                            + posted.amount(line) + ".");
        }
        var wrongSide = account.kind() == AccountId.Kind.RECEIVABLE ? amount.isPositive() : amount.isNegative();
        if (wrongSide) {
            found(
                    Kind.NEGATIVE_BALANCE,
                    "account " + account,
                    "The account " + account + " stands at " + amount
                            + "; earnings are zero or more, and a receivable is zero or less.");
        }
    }

    void reversal(Reversal reversal) {
        reversals.counted(reversal);
    }

    private void wrongReversal(TransferId original, String sentence) {
        found(Kind.WRONG_REVERSAL, "entry " + original, sentence);
    }

    void hold(BookedHold booked) {
        holds++;
        var hold = booked.hold();
        held.add(AccountId.wallet(hold.owner()), hold.remaining());
        capturedFrom.remove(hold.id());
        if (!captured.is(hold.id(), hold.captured()) || hold.amount().isLessThan(hold.captured())) {
            found(
                    Kind.WRONG_HOLD,
                    "hold " + hold.id(),
                    "Of the hold " + hold.id() + " over " + hold.amount() + ", " + hold.captured()
                            + " is said to be captured; its captures posted " + captured.amount(hold.id()) + ".");
        }
    }

    void wallet(WalletAccount wallet) {
        wallets++;
        var line = new Line(wallet.id(), wallet.currency());
        if (!posted.is(line, wallet.posted())) {
            found(
                    Kind.WRONG_POSTED,
                    "account " + wallet.id(),
                    "The account " + wallet.id() + " says that " + wallet.posted() + " is posted; its postings sum to "
                            + posted.amount(line) + ".");
        }
        if (!held.is(wallet.id(), wallet.held())) {
            found(
                    Kind.WRONG_HELD,
                    "account " + wallet.id(),
                    "The account " + wallet.id() + " says that " + wallet.held() + " is held; its open holds sum to "
                            + held.amount(wallet.id()) + ".");
        }
        var nothing = Money.zero(wallet.currency());
        if (wallet.posted().isLessThan(nothing)
                || wallet.held().isLessThan(nothing)
                || wallet.posted().isLessThan(wallet.held())) {
            found(
                    Kind.NEGATIVE_WALLET,
                    "account " + wallet.id(),
                    "The account " + wallet.id() + " has " + wallet.posted() + " posted and " + wallet.held()
                            + " held; expected neither below zero and no more held than posted.");
        }
        var currencies = walletCurrencies.remove(wallet.id());
        if (currencies != null && !currencies.equals(Set.of(wallet.currency()))) {
            found(
                    Kind.MISPLACED_POSTING,
                    "account " + wallet.id(),
                    "The account " + wallet.id() + " is kept in " + wallet.currency() + " and has postings in "
                            + currencies.stream()
                                    .map(Currency::getCurrencyCode)
                                    .sorted()
                                    .toList() + ".");
        }
    }

    LedgerReport report() {
        for (var account : walletCurrencies.keySet()) {
            found(
                    Kind.MISPLACED_POSTING,
                    "account " + account,
                    "There are postings to " + account + ", and no such wallet.");
        }
        for (var account : keptAccounts) {
            if (account.isKept()) {
                found(
                        Kind.MISPLACED_POSTING,
                        "account " + account,
                        "There are postings to " + account + ", and no balance of it is kept.");
            }
        }
        posted.each(this::operator);
        reversals.finish(this::wrongReversal);
        for (var hold : capturedFrom) {
            found(Kind.WRONG_HOLD, "hold " + hold, "There are captures from the hold " + hold + ", and no such hold.");
        }
        return new LedgerReport(entries, postings, wallets, holds, findings, furtherFindings);
    }

    /** What is on its way to payees cannot be less than nothing, and no more revenue is given back than was taken. */
    private void operator(Line line, BigInteger total) {
        var kind = line.account().kind();
        if (total.signum() < 0 && (kind == AccountId.Kind.PAYOUTS || kind == AccountId.Kind.REVENUE)) {
            found(
                    Kind.NEGATIVE_BALANCE,
                    "account " + line.account(),
                    "The postings of the account " + line.account() + " sum to " + posted.amount(line)
                            + "; expected zero or more.");
        }
    }

    private void found(Kind kind, String subject, String sentence) {
        if (findings.size() < LedgerReport.MOST_FINDINGS) {
            findings.add(new Finding(kind, subject, sentence));
        } else {
            furtherFindings++;
        }
    }
}
