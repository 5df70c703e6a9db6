package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.TransferId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sells and grants minutes in bundles. A stream that opens reserves what there is, what ends first goes first, and gives back what it did not use
 * (decision record 0040). The price goes to the operator. Thread-safe.
 */
public final class Bundles {

    private final LedgerStore store;
    private final InstantSource time;

    Bundles(LedgerStore store, InstantSource time) {
        this.store = store;
        this.time = time;
    }

    /**
     * Sells a bundle for money of the buyer's wallet. Idempotent by the id.
     *
     * <p>First match wins: CONFLICT; the same request: the bundle as it stands now; NO_WALLET; CURRENCY_MISMATCH; INSUFFICIENT_FUNDS; sold.
     */
    public BundleResult buy(BundlePurchase purchase) {
        return store.transact(transaction -> buy(transaction, purchase));
    }

    /**
     * Gives somebody a bundle. Idempotent by the id; the owner needs no wallet.
     *
     * <p>First match wins: CONFLICT; the same request: the bundle as it stands now; given.
     */
    public BundleResult grant(BundleGrant grant) {
        return store.transact(transaction -> {
            var before = transaction.bundle(grant.id());
            if (before.isPresent()) {
                return again(before.get(), grant.fingerprint());
            }
            return given(
                    transaction,
                    made(
                            grant.id(),
                            grant.owner(),
                            grant.length(),
                            null,
                            grant.validFrom(),
                            grant.validUntil(),
                            grant.memo(),
                            LockedBooks.now(time),
                            grant.fingerprint()));
        });
    }

    /**
     * Takes back what nobody has used or reserved of a bundle, and gives its part of the price back into the wallet: the price times what is refunded by
     * the length, rounded down over all refunds of the bundle together. Idempotent by the id. One that is not valid any more can be refunded, too; whether it
     * should be is the caller's to decide.
     *
     * <p>First match wins: CONFLICT; the same request: the first transfer again; UNKNOWN_BUNDLE; NOT_BOUGHT; NOTHING_LEFT; EXCEEDS_PURCHASE; refunded.
     *
     * @param memo for people; may be empty, at most 200 characters
     */
    public BundleRefundResult refund(TransferId id, BundleId bundle, String memo) {
        BundleForm.requireMemo(bundle, memo);
        return store.transact(transaction -> refund(transaction, id, bundle, memo));
    }

    /** That bundle, as it stands now. */
    public Optional<Bundle> find(BundleId id) {
        return store.read(books -> books.bundle(id));
    }

    /** What a user has: the bundles that are valid now or later, in the order in which they are used. Some may be used up. */
    public List<Bundle> of(UserId owner) {
        return store.read(books -> books.bundles(owner, LockedBooks.now(time)));
    }

    /** Out of which bundles a session took its covered time, in the order in which it uses them. */
    public List<BundleUse> uses(SessionId session) {
        return store.read(books -> books.bundleUses(List.of(session)));
    }

    private BundleResult buy(LedgerTransaction transaction, BundlePurchase purchase) {
        var books =
                new LockedBooks(transaction, List.of(purchase.owner()), List.of(purchase.transfer()), List.of(), time);
        var before = transaction.bundle(purchase.id());
        if (before.isPresent()) {
            return again(before.get(), purchase.fingerprint());
        }
        if (books.known(purchase.transfer()).isPresent()) {
            return declined(BundleResult.Reason.CONFLICT, Sentences.conflict("transfer", purchase.transfer()));
        }
        var debit = new DebitRequest(
                purchase.transfer(), purchase.owner(), purchase.price(), purchase.memo(), purchase.subject(), null);
        if (new Decisions(books).debit(debit) instanceof DebitResult.Declined no) {
            return declined(BundleResult.Reason.valueOf(no.reason().name()), no.message());
        }
        books.write();
        var validFor = purchase.validFor();
        return given(
                transaction,
                made(
                        purchase.id(),
                        purchase.owner(),
                        purchase.length(),
                        purchase.price(),
                        books.now(),
                        validFor == null ? null : books.now().plus(validFor),
                        purchase.memo(),
                        books.now(),
                        purchase.fingerprint()));
    }

    private static BundleResult again(Bundle before, Fingerprint asked) {
        return before.fingerprint().equals(asked)
                ? new BundleResult.Given(before, Answer.REPEATED)
                : declined(BundleResult.Reason.CONFLICT, Sentences.conflict("bundle", before.id()));
    }

    private static BundleResult given(LedgerTransaction transaction, Bundle bundle) {
        transaction.add(bundle);
        return new BundleResult.Given(bundle, Answer.FIRST);
    }

    private static Bundle made(
            BundleId id,
            UserId owner,
            Duration length,
            @Nullable Money price,
            Instant validFrom,
            @Nullable Instant validUntil,
            String memo,
            Instant now,
            Fingerprint fingerprint) {
        return new Bundle(
                id,
                owner,
                length,
                price,
                validFrom.truncatedTo(ChronoUnit.MICROS),
                validUntil == null ? null : validUntil.truncatedTo(ChronoUnit.MICROS),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                memo,
                now,
                fingerprint);
    }

    private BundleRefundResult refund(LedgerTransaction transaction, TransferId id, BundleId of, String memo) {
        // Whose it is and what it was bought by never changes, so it can be read before anything is locked.
        var found = transaction.bundle(of).orElse(null);
        var sale = found == null || found.price() == null
                ? null
                : transaction.entry(new TransferId("bundle/" + of)).orElse(null);
        var books = new LockedBooks(
                transaction, found == null ? List.of() : List.of(found.owner()), List.of(id), List.of(), time);
        var fingerprint = Fingerprint.of("bundle refund", of.value(), memo);
        var before = books.known(id).orElse(null);
        if (before != null) {
            return before.answers(fingerprint) && found != null
                    ? new BundleRefundResult.Refunded(before.transfer(), found, Answer.REPEATED)
                    : declined(BundleRefundResult.Reason.CONFLICT, Sentences.conflict("transfer", id));
        }
        if (found == null) {
            return declined(BundleRefundResult.Reason.UNKNOWN_BUNDLE, "There is no bundle " + of + ".");
        }
        var price = found.price();
        if (price == null || sale == null) {
            return declined(
                    BundleRefundResult.Reason.NOT_BOUGHT,
                    "The bundle " + of + " was granted and not bought; there is no money to give back.");
        }
        var takeBack = new TakeBack(books, List.of(sale));
        var bundle = transaction.lockBundle(of).orElseThrow();
        var after = bundle.refund(bundle.left());
        var amount = part(price, after).minus(part(price, bundle));
        if (!amount.isPositive()) {
            return declined(
                    BundleRefundResult.Reason.NOTHING_LEFT,
                    "Nothing of the bundle " + of + " is left that could be given back; "
                            + bundle.reserved().toSeconds() + " s of it are reserved by sessions that run.");
        }
        if (takeBack.remaining(sale).isLessThan(amount)) {
            return declined(
                    BundleRefundResult.Reason.EXCEEDS_PURCHASE,
                    amount + " is to go back and " + takeBack.remaining(sale) + " is left of the price of the bundle "
                            + of + ".");
        }
        var entry = takeBack.book(id, sale, amount, memo, fingerprint);
        books.write();
        transaction.saveBundles(List.of(after));
        return new BundleRefundResult.Refunded(entry.transfer(), after, Answer.FIRST);
    }

    /** What so much of a bundle is worth, rounded down: cumulative, so that many refunds give what one would. */
    private static Money part(Money price, Bundle bundle) {
        var share = BigInteger.valueOf(price.micros())
                .multiply(BigInteger.valueOf(bundle.refunded().toSeconds()))
                .divide(BigInteger.valueOf(bundle.length().toSeconds()));
        return new Money(share.longValueExact(), price.currency());
    }

    private static BundleResult declined(BundleResult.Reason reason, String message) {
        return new BundleResult.Declined(reason, message);
    }

    private static BundleRefundResult declined(BundleRefundResult.Reason reason, String message) {
        return new BundleRefundResult.Declined(reason, message);
    }
}
