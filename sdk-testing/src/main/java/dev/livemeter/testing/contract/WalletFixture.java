package dev.livemeter.testing.contract;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;

/** A wallet on time that stands still, and short ways to ask it. */
abstract class WalletFixture {

    static final UserId ALICE = UserId.of("alice");
    static final UserId BOB = UserId.of("bob");
    static final Duration HOUR = Duration.ofHours(1);

    final ManualTime time = ManualTime.startingAt(Instant.parse("2026-03-01T12:00:00Z"));
    Wallet wallet;

    WalletFixture() {}

    /** An empty wallet that dates and expires by that time. Called before each test. */
    protected abstract Wallet create(InstantSource time);

    @BeforeEach
    void start() {
        wallet = create(time);
    }

    final Transfer credit(String id, String amount) {
        return wallet.credit(new CreditRequest(new TransferId(id), ALICE, usd(amount), ""))
                .orElseThrow();
    }

    final Hold hold(String id, String amount) {
        return wallet.hold(exactly(id, amount)).orElseThrow();
    }

    final Transfer capture(String id, Hold hold, String amount, Remainder remainder) {
        return wallet.capture(captureOf(id, hold, amount, remainder)).orElseThrow();
    }

    final Hold found(String id) {
        return wallet.find(new HoldId(id)).orElseThrow();
    }

    static HoldRequest exactly(String id, String amount) {
        return HoldRequest.exactly(new HoldId(id), ALICE, usd(amount), HOUR);
    }

    static HoldRequest range(String id, UserId owner, String least, String most) {
        return new HoldRequest(new HoldId(id), owner, usd(least), usd(most), HOUR);
    }

    static CaptureRequest captureOf(String id, Hold hold, String amount, Remainder remainder) {
        return new CaptureRequest(new TransferId(id), hold.id(), usd(amount), remainder);
    }

    static WalletBalance balance(String posted, String held) {
        return new WalletBalance(ALICE, usd(posted), usd(held));
    }

    static Money usd(String amount) {
        return Money.of("USD", amount);
    }

    static Money eur(String amount) {
        return Money.of("EUR", amount);
    }
}
