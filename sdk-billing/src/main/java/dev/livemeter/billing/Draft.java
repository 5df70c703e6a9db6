package dev.livemeter.billing;

import dev.livemeter.money.Money;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A journal entry that is being put together; {@link LockedBooks#book(Draft)} dates it. Not thread-safe. */
final class Draft {

    private final TransferId id;
    private final EntryKind kind;
    private final Subject subject;
    private final Fingerprint fingerprint;
    private final List<Posting> postings = new ArrayList<>(2);
    private String memo = "";
    private @Nullable Instant valueAt;
    private @Nullable HoldId hold;
    private @Nullable TransferId reverses;
    private @Nullable LockedWallet wallet;

    Draft(TransferId id, EntryKind kind, Subject subject, Fingerprint fingerprint) {
        this.id = id;
        this.kind = kind;
        this.subject = subject;
        this.fingerprint = fingerprint;
    }

    Draft memo(String text) {
        memo = text;
        return this;
    }

    /** Where it does not count from the moment of its booking. */
    Draft countsFrom(Instant value) {
        valueAt = value;
        return this;
    }

    Draft from(HoldId captured) {
        hold = captured;
        return this;
    }

    Draft reverses(TransferId original) {
        reverses = original;
        return this;
    }

    /** The wallet that it was asked for. */
    Draft of(LockedWallet asked) {
        wallet = asked;
        return this;
    }

    /** Adds a posting; nothing where the amount is zero. */
    Draft move(AccountId source, AccountId destination, Money amount) {
        if (!amount.isZero()) {
            postings.add(new Posting(source, destination, amount));
        }
        return this;
    }

    /** The entry, with the balance of its wallet as it stands now. */
    JournalEntry at(Instant now) {
        return new JournalEntry(
                id,
                kind,
                now,
                valueAt == null ? now : valueAt,
                subject,
                memo,
                fingerprint,
                hold,
                reverses,
                wallet == null ? null : wallet.balance(),
                postings);
    }
}
