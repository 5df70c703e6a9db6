package dev.livemeter.billing;

import dev.livemeter.wallet.TransferId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Compares what is counted as reversed with what was reversed: counts first, then entries in the order of booking. */
final class ReversalProof {

    private final Map<TransferId, Reversal> counted = new HashMap<>();
    private final Set<TransferId> seen = new HashSet<>();
    private final Sums<TransferId> reversed = new Sums<>();
    private final Set<TransferId> uncounted = new HashSet<>();

    void counted(Reversal reversal) {
        counted.put(reversal.original(), reversal);
    }

    /**
     * Takes an entry in.
     *
     * @param found is told the entry and a sentence where something is wrong
     */
    void entry(StoredEntry entry, BiConsumer<TransferId, String> found) {
        var original = entry.reverses();
        if (original != null) {
            entry.lines().forEach(line -> reversed.add(original, line.amount()));
            if (!counted.containsKey(original)) {
                uncounted.add(original);
            }
        }
        var reversal = counted.get(entry.id());
        if (reversal == null) {
            return;
        }
        seen.add(entry.id());
        var moved = new Sums<TransferId>();
        entry.lines().forEach(line -> moved.add(entry.id(), line.amount()));
        if (!moved.is(entry.id(), reversal.amount())) {
            found.accept(
                    entry.id(),
                    "The entry " + entry.id() + " is counted as one over " + reversal.amount() + "; it posted "
                            + moved.amount(entry.id()) + ".");
        }
    }

    void finish(BiConsumer<TransferId, String> found) {
        counted.forEach((original, reversal) -> {
            if (!seen.contains(original)) {
                found.accept(
                        original, "The entry " + original + " is counted as reversed, and there is no such entry.");
            }
            if (!reversed.is(original, reversal.reversed())
                    || reversal.reversed().isNegative()
                    || reversal.remaining().isNegative()) {
                found.accept(
                        original,
                        "Of the entry " + original + " over " + reversal.amount() + ", " + reversal.reversed()
                                + " is said to be reversed; its reversals posted " + reversed.amount(original) + ".");
            }
        });
        for (var original : uncounted) {
            found.accept(original, "There are reversals of the entry " + original + ", and none is counted.");
        }
    }
}
