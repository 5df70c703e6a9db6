package dev.livemeter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a session takes up after a crash, of a wallet that lies elsewhere and may be ahead of its row. */
class SessionFundsTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UserId ALICE = UserId.of("alice");
    private static final Metering NOTHING_YET = Metering.start(
            Tariff.perMinute("USD", "0.60"), RatingBasis.startingAt(NOON, ZoneOffset.UTC, 1, Duration.ZERO));

    private final Wallet wallet = mock(Wallet.class);
    private final SessionFunds funds = new SessionFunds(
            Session.authorizing(
                    new SessionId("call-001"),
                    new SessionTerms(Lane.CALL, ALICE, null, "", null, List.of()),
                    new NodeId("node-1"),
                    NOON,
                    NOTHING_YET,
                    usd("5.00")),
            Duration.ofHours(1));

    private final List<Hold> holds = new ArrayList<>();
    private boolean breaksOffAtTheSecond;

    SessionFundsTest() {
        when(wallet.find(any())).thenAnswer(call -> find(call.getArgument(0)));
    }

    private Optional<Hold> find(HoldId id) {
        if (breaksOffAtTheSecond && id.value().endsWith("-2")) {
            throw new IllegalStateException("away");
        }
        return holds.stream().filter(hold -> hold.id().equals(id)).findFirst();
    }

    private void held(int number, String amount, String captured) {
        var open = usd(captured).isLessThan(usd(amount));
        holds.add(new Hold(
                new HoldId("call-001/hold-" + number),
                ALICE,
                usd(amount),
                usd(captured),
                open ? Hold.State.OPEN : Hold.State.CAPTURED,
                NOON.plusSeconds(60)));
    }

    /** A row that knows of so much captured, by so many captures. */
    private static Metering row(String charged, int captures) {
        return new Metering(
                NOTHING_YET.tariff(),
                NOTHING_YET.basis(),
                Duration.ofMinutes(1),
                usd("1.00"),
                usd(charged),
                1,
                captures);
    }

    @Test
    void takesUpEachHoldOnceAlthoughARecoveryBeforeItBrokeOff() {
        held(1, "1.00", "1.00");
        held(2, "1.00", "0.25");
        held(3, "0.50", "0.00");
        breaksOffAtTheSecond = true;
        assertThatThrownBy(() -> funds.recover(wallet, row("1.25", 2), 7)).hasMessage("away");
        breaksOffAtTheSecond = false;
        funds.recover(wallet, row("1.25", 2), 7);
        var found = funds.recover(wallet, row("1.25", 2), 7);

        assertThat(found.granted()).isEqualTo(usd("2.50"));
        assertThat(found.charged()).isEqualTo(usd("1.25"));
        assertThat(found.holds()).isEqualTo(3);
        assertThat(funds.openHolds()).extracting(HoldId::value).containsExactly("call-001/hold-2", "call-001/hold-3");
        assertThat(funds.captures(found, usd("1.00")))
                .extracting(capture -> capture.hold() + " " + capture.amount())
                .containsExactly("call-001/hold-2 0.75 USD", "call-001/hold-3 0.25 USD");
    }

    @Test
    void goesOnCountingCapturesWhereTheRowKnowsThemAll() {
        held(1, "1.00", "0.60");
        var found = funds.recover(wallet, row("0.60", 4), 9);

        assertThat(found.captures()).isEqualTo(4);
        assertThat(ids(found)).containsExactly("call-001/capture-5");
    }

    /** Up to eight captures of the settlement that the row does not know may have been carried out. */
    @Test
    void usesNoNumberAgainThatACaptureMayHaveWhichTheRowDoesNotKnow() {
        held(1, "1.00", "0.60");

        assertThat(funds.recover(wallet, row("0.40", 4), 0).captures()).isEqualTo(4 + 8);
        assertThat(ids(funds.recover(wallet, row("0.40", 4), 0))).containsExactly("call-001/capture-13");
        // Nor one of a recovery that captured and did not come to its end.
        assertThat(funds.recover(wallet, row("0.40", 4), 2).captures()).isEqualTo(4 + 3 * 8);
    }

    @Test
    void findsNothingWhereNothingWasHeld() {
        var found = funds.recover(wallet, NOTHING_YET, 3);

        assertThat(found).isEqualTo(NOTHING_YET);
        assertThat(funds.openHolds()).isEmpty();
        assertThat(funds.youngest()).isNull();
    }

    private List<String> ids(Metering found) {
        return funds.captures(found, usd("0.10")).stream()
                .map(CaptureRequest::id)
                .map(Object::toString)
                .toList();
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }
}
