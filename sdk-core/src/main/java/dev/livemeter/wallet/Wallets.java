package dev.livemeter.wallet;

import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent.WalletCredited;
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
        if (result instanceof CreditResult.Credited credited) {
            var transfer = credited.transfer();
            events.publish(new WalletCredited(
                    transfer.at(),
                    request.owner(),
                    transfer.amount(),
                    transfer.after().posted()));
            afterCredit.accept(request.owner());
        }
        return result;
    }
}
