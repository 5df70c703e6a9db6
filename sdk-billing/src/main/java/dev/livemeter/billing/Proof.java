package dev.livemeter.billing;

import dev.livemeter.billing.LedgerReport.Finding;
import dev.livemeter.billing.LedgerReport.Kind;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adds up the books while it is shown them: first all entries in the order of booking, then all holds, then all wallets. */
final class Proof {

    private record Line(AccountId account, Currency currency) {}

    private final Sums<Currency> everything = new Sums<>(Currency::getCurrencyCode);
    private final Sums<Line> posted = new Sums<>(line -> line.currency().getCurrencyCode());
    private final Sums<HoldId> captured = new Sums<>(HoldId::value);
    private final Sums<AccountId> held = new Sums<>(AccountId::toString);
    private final Map<AccountId, Set<Currency>> walletCurrencies = new HashMap<>();
    private final Set<HoldId> capturedFrom = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private long furtherFindings;
    private long entries;
    private long postings;
    private long wallets;
    private long holds;

    void entry(StoredEntry entry) {
        entries++;
        postings += entry.postings().size();
        var sums = Sums.byCurrency(entry.postings());
        if (entry.postings().size() < 2) {
            found(
                    Kind.UNBALANCED_ENTRY,
                    "entry " + entry.id(),
                    "The entry " + entry.id() + " has " + entry.postings().size() + " postings; expected two or more.");
        } else if (!sums.isZero()) {
            found(
                    Kind.UNBALANCED_ENTRY,
                    "entry " + entry.id(),
                    "The postings of the entry " + entry.id() + " sum to " + sums + "; expected zero.");
        }
        for (var posting : entry.postings()) {
            var amount = posting.amount();
            everything.add(amount.currency(), amount);
            posted.add(new Line(posting.account(), amount.currency()), amount);
            if (posting.account().kind() == AccountId.Kind.WALLET) {
                walletCurrencies
                        .computeIfAbsent(posting.account(), account -> new HashSet<>())
                        .add(amount.currency());
                if (entry.hold() != null) {
                    captured.add(entry.hold(), amount.negated());
                    capturedFrom.add(entry.hold());
                }
            }
        }
        var told = entry.after().posted();
        var line = new Line(AccountId.wallet(entry.after().owner()), told.currency());
        if (!posted.is(line, told)) {
            found(
                    Kind.WRONG_HISTORY,
                    "entry " + entry.id(),
                    "The entry " + entry.id() + " tells a balance of " + told + " for " + line.account()
                            + " after it; its postings up to there sum to " + posted.amount(line) + ".");
        }
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
        if (!everything.isZero()) {
            found(
                    Kind.UNBALANCED_LEDGER,
                    "ledger",
                    "All postings together sum to " + everything + "; expected zero in each currency.");
        }
        for (var account : walletCurrencies.keySet()) {
            found(
                    Kind.MISPLACED_POSTING,
                    "account " + account,
                    "There are postings to " + account + ", and no such wallet.");
        }
        for (var hold : capturedFrom) {
            found(Kind.WRONG_HOLD, "hold " + hold, "There are captures from the hold " + hold + ", and no such hold.");
        }
        return new LedgerReport(entries, postings, wallets, holds, findings, furtherFindings);
    }

    private void found(Kind kind, String subject, String sentence) {
        if (findings.size() < LedgerReport.MOST_FINDINGS) {
            findings.add(new Finding(kind, subject, sentence));
        } else {
            furtherFindings++;
        }
    }
}
