package dev.livemeter.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Tariff;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TariffKeyTest {

    @ParameterizedTest
    @CsvSource({
        "relay,RELAY,",
        "relay/alice,RELAY,alice",
        "call,CALL,",
        "call/bob@example.com,CALL,bob@example.com",
        "call.spectator,SPECTATOR,",
        "call.spectator/bob,SPECTATOR,bob"
    })
    void isWrittenAndReadBack(String notation, Service service, String user) {
        var key = user == null ? TariffKey.of(service) : TariffKey.of(service, UserId.of(user));

        assertThat(TariffKey.parse(notation)).isEqualTo(key);
        assertThat(key.notation()).isEqualTo(notation);
        assertThat(key).hasToString(notation);
    }

    @Test
    void knowsThePriceForAll() {
        var all = TariffKey.of(Service.CALL);
        assertThat(TariffKey.of(Service.CALL, UserId.of("bob")).forAll()).isEqualTo(all);
        assertThat(all.forAll()).isSameAs(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/bob", "Relay", "relay.x", "call.spectators/bob"})
    void refusesWhatNamesNoService(String notation) {
        assertThatThrownBy(() -> TariffKey.parse(notation))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("tariff.malformed_key"))
                .hasMessage(
                        "The key of a tariff, of " + notation.length()
                                + " characters, names no service; expected relay, call or call.spectator, alone or with /USER.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay/", "relay/a/b", "relay/a b"})
    void refusesAUserThatIsNone(String notation) {
        assertThatThrownBy(() -> TariffKey.parse(notation))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("user.malformed"));
    }

    @Test
    void versionsCountFromOne() {
        var tariff = Tariff.perMinute("USD", "0.10");
        assertThat(new TariffVersion(TariffKey.of(Service.RELAY), 1, Instant.EPOCH, tariff).version())
                .isEqualTo(1);
        assertThatThrownBy(() -> new TariffVersion(TariffKey.of(Service.RELAY), 0, Instant.EPOCH, tariff))
                .hasMessage("The version of a tariff of relay is 0; versions count from 1.");
    }
}
