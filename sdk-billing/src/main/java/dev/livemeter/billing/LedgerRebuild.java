package dev.livemeter.billing;

import dev.livemeter.money.Money;
import java.math.BigDecimal;
import java.util.List;

/**
 * Where figures that are kept beside the postings are not what the postings come to, and what was done about it: the answer of
 * {@link Ledger#differences()} and {@link Ledger#rebuild()}.
 *
 * @param applied whether they were set, those that could be
 * @param differences none where every figure is right
 */
public record LedgerRebuild(boolean applied, List<Difference> differences) {

    public LedgerRebuild {
        differences = List.copyOf(differences);
    }

    /** How it stands, for people. */
    public String sentence() {
        if (differences.isEmpty()) {
            return "Every balance is what its postings come to; there is nothing to set.";
        }
        var settable = differences.stream().filter(Difference::isSettable).count();
        var rest = differences.size() - settable;
        return (differences.size() == 1
                        ? "1 figure is not what the postings come to; "
                        : differences.size() + " figures are not what the postings come to; ")
                + (applied ? settable + (settable == 1 ? " was set" : " were set") : settable + " can be set")
                + (rest == 0 ? "." : ", " + rest + " cannot: the postings themselves are wrong there.");
    }

    /**
     * A figure that its postings do not bear.
     *
     * @param subject the account, hold or entry
     * @param kept what is kept; zero where nothing is
     * @param derived what the postings come to, in the same currency
     * @param isSettable whether a store can keep what the postings come to: it does not keep a wallet below zero, for one
     */
    public record Difference(Figure figure, String subject, Money kept, BigDecimal derived, boolean isSettable) {

        /** For people. */
        public String sentence() {
            return "Of the " + subject + ", " + kept.amount() + " is kept as " + figure.word + "; "
                    + derived.toPlainString() + " " + kept.currency() + " follows from "
                    + (figure == Figure.HELD ? "its open holds" : "the postings")
                    + (isSettable ? "." : ", which no books can keep.");
        }
    }

    /** What is kept so that nobody has to add it up. */
    public enum Figure {
        /** The balance of a wallet, of earnings or of a receivable: the sum of its postings. */
        POSTED("posted"),
        /** What is held of a wallet: what remains of its open holds. */
        HELD("held"),
        /** What was captured from a hold: what its captures posted. */
        CAPTURED("captured"),
        /** What was taken back of an entry: what its reversals posted. */
        REVERSED("reversed");

        private final String word;

        Figure(String word) {
            this.word = word;
        }
    }
}
