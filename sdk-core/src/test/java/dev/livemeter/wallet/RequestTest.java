package dev.livemeter.wallet;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {

    private final UserId alice = UserId.of("alice");
    private final Money one = Money.of("USD", "1.00");
    private final TransferId order = new TransferId("order-1");
    private final HoldId hold = new HoldId("session/hold-1");

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0.01"})
    void amountsArePositive(String amount) {
        var none = Money.of("USD", amount);
        assertThatThrownBy(() -> new CreditRequest(order, alice, none, ""))
                .hasMessage("A credit of " + none + " was asked for; expected a positive amount.");
        assertThatThrownBy(() -> new CaptureRequest(order, hold, none, CaptureRequest.Remainder.KEEP))
                .hasMessage("A capture of " + none + " was asked for; expected a positive amount.");
        assertThatThrownBy(() -> HoldRequest.exactly(hold, alice, none, Duration.ofMinutes(1)))
                .hasMessage("A hold of at least " + none + " and at most " + none
                        + " was asked for; expected a positive least amount and no smaller a most.");
    }

    @Test
    void aHoldRunsFromLeastToMostAndExpires() {
        var two = Money.of("USD", "2.00");
        assertThatThrownBy(() -> new HoldRequest(hold, alice, two, one, Duration.ofMinutes(1)))
                .hasMessageContaining("A hold of at least 2.00 USD and at most 1.00 USD was asked for");
        assertThatThrownBy(() -> HoldRequest.exactly(hold, alice, one, Duration.ZERO))
                .hasMessage("A hold that expires in PT0S was asked for; expected a positive time.");
    }

    @Test
    void aMemoHasABound() {
        assertThatCode(() -> new CreditRequest(order, alice, one, "m".repeat(200)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new CreditRequest(order, alice, one, "m".repeat(201)))
                .hasMessage("A memo of 201 characters was given for the credit order-1; expected at most 200.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "ä"})
    void idsArePrintableAscii(String id) {
        assertThatThrownBy(() -> new TransferId(id))
                .hasMessage(
                        "A transfer id of " + id.length()
                                + " characters was given that does not fit: expected 1 to 200 printable ASCII characters without blanks.");
        assertThatThrownBy(() -> new HoldId("h".repeat(201)))
                .hasMessageStartingWith("A hold id of 201 characters was given that does not fit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-alice", "al ice", "alice;", "a/b", "älice"})
    void userIdsFitIntoAStreamKey(String name) {
        assertThatThrownBy(() -> UserId.of(name)).hasMessageContaining("expected 1 to 64 of A-Z a-z 0-9 . _ @ -");
    }
}
