package dev.livemeter.wallet;

import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent.WalletCredited;
import dev.livemeter.event.LiveEvent.WalletDebited;
import dev.livemeter.event.LiveEvent.WalletRefunded;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.spi.Wallet;
import java.util.Optional;
import java.util.function.Consumer;

/** What a host does with its users' wallets. Thread-safe. */
public final class Wallets {

    private final Wallet wallet;
    private final Events events;
    private final Consumer<UserId> afterCredit;

    /**
     * The wallets behind an SPI.
     *
     * @param afterCredit is told whose balance grew, so that a session in its final unit can go on
     */
    public Wallets(Wallet wallet, Events events, Consumer<UserId> afterCredit) {
        this.wallet = wallet;
        this.events = events;
        this.afterCredit = afterCredit;
    }

    /** The balance now, or empty where nothing was ever paid in. */
    public Optional<WalletBalance> balance(String user) {
        return wallet.balance(UserId.of(user));
    }

    /**
     * Pays into a wallet; the first credit opens it in its currency. A session that was about to be cut goes on at once.
     *
     * @param purchase names the purchase, such as an order's number: repeated with the same amount, it is paid in once
     * @throws dev.livemeter.LivemeterException {@code wallet.credit_declined} if the name stands for another purchase or the wallet is in
     *     another currency; {@code wallet.malformed_credit} for an amount that is not positive
     */
    public Transfer credit(String user, Money amount, String purchase) {
        return credit(new CreditRequest(new TransferId(purchase), UserId.of(user), amount, ""))
                .orElseThrow();
    }

    /** As {@link #credit(String, Money, String)}, with the refusals as a result. */
    public CreditResult credit(CreditRequest request) {
        var result = wallet.credit(request);
        if (result instanceof CreditResult.Credited credited && credited.answer() == Answer.FIRST) {
            announce(credited.transfer());
        }
        return result;
    }

    /**
     * Takes money at once: a tip, a ticket. What is held for running sessions is not touched.
     *
     * @return the refusals as results
     */
    public DebitResult debit(DebitRequest request) {
        var result = wallet.debit(request);
        if (result instanceof DebitResult.Debited debited && debited.answer() == Answer.FIRST) {
            var transfer = debited.transfer();
            events.publish(new WalletDebited(
                    transfer.at(),
                    request.owner(),
                    transfer.amount(),
                    request.memo(),
                    transfer.after().posted()));
        }
        return result;
    }

    /**
     * Gives back what was captured or debited, wholly or in part. A session that was about to be cut goes on at once.
     *
     * @return the refusals as results
     */
    public RefundResult refund(RefundRequest request) {
        var result = wallet.refund(request);
        if (result instanceof RefundResult.Refunded refunded && refunded.answer() == Answer.FIRST) {
            var transfer = refunded.transfer();
            events.publish(new WalletRefunded(
                    transfer.at(),
                    transfer.owner(),
                    transfer.amount(),
                    request.memo(),
                    transfer.after().posted()));
            afterCredit.accept(transfer.owner());
        }
        return result;
    }

    /**
     * Tells listeners, and sessions that are about to be cut, of money that came in by other means: a purchase that a payment provider
     * reported, a refund of a whole session. Call it once for each.
     *
     * @param transfer a credit or a refund; of another kind, nobody is told
     */
    public void announce(Transfer transfer) {
        var balance = transfer.after().posted();
        switch (transfer.kind()) {
            case CREDIT ->
                events.publish(new WalletCredited(transfer.at(), transfer.owner(), transfer.amount(), balance));
            case REFUND ->
                events.publish(new WalletRefunded(transfer.at(), transfer.owner(), transfer.amount(), "", balance));
            case CAPTURE, DEBIT, CREDIT_REFUND, CHARGEBACK -> {
                return;
            }
        }
        afterCredit.accept(transfer.owner());
    }
}
