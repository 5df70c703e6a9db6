package dev.livemeter.spi;

import dev.livemeter.identity.UserId;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.RefundResult;
import dev.livemeter.wallet.WalletBalance;
import java.util.Optional;

/**
 * Where prepaid money is kept. Most hosts take the ledger that comes with Livemeter; one that keeps balances already
 * implements this.
 *
 * <p><b>Rules for every implementation</b> (kept by {@code WalletContract}, numbered in {@code docs/contracts/wallet.md}):
 *
 * <ul>
 *   <li>Each call is atomic and durable when it returns. A declined call changes nothing.
 *   <li>Each call is idempotent by the id that the caller made: the same id with the same content is answered with the first
 *       <em>successful</em> answer again, with other content it is a conflict. A declined id may be tried again.
 *   <li>{@code available} never goes below zero, however many calls race.
 *   <li>Thread-safe. Calls may block on I/O.
 *   <li>A business outcome is a result. An exception means that the outcome is not known; the caller repeats the same
 *       call until it gets an answer. Set {@link dev.livemeter.LivemeterException#retryable()}.
 * </ul>
 */
public interface Wallet {

    /** The balance now, or empty where nobody ever paid into a wallet of that owner. */
    Optional<WalletBalance> balance(UserId owner);

    /**
     * Pays money in; the first credit opens the wallet in its currency.
     *
     * <p>First match wins: CONFLICT, CURRENCY_MISMATCH, credited.
     */
    CreditResult credit(CreditRequest request);

    /**
     * Reserves money.
     *
     * <p>First match wins: the same id and content: the first hold again, as it stands now; CONFLICT; NO_WALLET; CURRENCY_MISMATCH;
     * INSUFFICIENT_FUNDS; placed.
     */
    HoldResult hold(HoldRequest request);

    /** A hold as it stands now; an open one past its time shows as expired. */
    Optional<Hold> find(HoldId id);

    /**
     * Takes money from a hold. A hold can be captured several times, each with an id of its own, until nothing remains or a capture voids the
     * remainder.
     *
     * <p>First match wins: the same id and content: the first transfer again; CONFLICT; UNKNOWN_HOLD; CURRENCY_MISMATCH;
     * HOLD_NOT_OPEN; EXCEEDS_HOLD; captured.
     */
    CaptureResult capture(CaptureRequest request);

    /**
     * Gives back what remains of a hold. Idempotent: a hold that is resolved or has expired is left as it is, an unknown one is
     * empty.
     *
     * @return the hold as it stands afterwards
     */
    Optional<Hold> voidHold(HoldId id);

    /**
     * Takes money at once, without a hold. What is held for something else is not touched.
     *
     * <p>First match wins: the same id and content: the first transfer again; CONFLICT; NO_WALLET; CURRENCY_MISMATCH;
     * INSUFFICIENT_FUNDS; debited.
     */
    DebitResult debit(DebitRequest request);

    /**
     * Gives back what a capture or a debit took, wholly or in part. However many refunds of one transfer race, they never give back more than it
     * took. A payee gives back the same share; what was already paid out to the payee is owed to the operator.
     *
     * <p>First match wins: the same id and content: the first transfer again; CONFLICT; UNKNOWN_TRANSFER; NOT_REFUNDABLE;
     * CURRENCY_MISMATCH; EXCEEDS_ORIGINAL; refunded.
     */
    RefundResult refund(RefundRequest request);
}
