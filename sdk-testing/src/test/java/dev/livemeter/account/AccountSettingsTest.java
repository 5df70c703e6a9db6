package dev.livemeter.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemoryPlatform;
import dev.livemeter.testing.ManualTime;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators set about accounts without code, and what the whole makes of it. */
class AccountSettingsTest {

    private final ManualTime time = ManualTime.create();
    private final InMemoryPlatform youtube = InMemoryPlatform.named("youtube", time);

    private Livemeter.Builder builder() {
        return Livemeter.builder()
                .wallet(InMemoryBooks.create(time))
                .provider(youtube)
                .tariff(Tariff.perMinute("USD", "0.10"))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run);
    }

    @Test
    void settingsAreRead() {
        try (var live = builder()
                .properties(Map.of(
                        "livemeter.account.redirects", "https://a.example/back, http://localhost:8080/back",
                        "livemeter.account.connect-within", "5m"))
                .build()) {
            var accounts = live.accounts();
            for (var redirect : new String[] {"https://a.example/back", "http://localhost:8080/back"}) {
                var query = InMemoryPlatform.query(
                        youtube.allow(accounts.begin("alice", "youtube", URI.create(redirect)), AccountStage.CHANNEL));
                accounts.complete("alice", query.getOrDefault("state", ""), query.getOrDefault("code", ""));
            }
            assertThat(accounts.of("alice")).hasSize(1);
            var late = InMemoryPlatform.query(youtube.allow(
                    accounts.begin("alice", "youtube", URI.create("https://a.example/back")), AccountStage.CHANNEL));
            time.advance(Duration.ofMinutes(5));
            assertThatThrownBy(() ->
                            accounts.complete("alice", late.getOrDefault("state", ""), late.getOrDefault("code", "")))
                    .extracting("code")
                    .isEqualTo("account.expired_state");
        }
    }

    @Test
    void everyFaultIsTold() {
        var settings = Map.of(
                "livemeter.account.redirects", "http://a.example/back",
                "livemeter.account.colour", "red");
        assertThatThrownBy(() -> builder().properties(settings).build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactlyInAnyOrder(
                                        "The setting livemeter.account.colour is not known here; known are connect-within, redirects. Correct or remove it.",
                                        "The page http://a.example/back cannot be one that people come back to with an account; expected an address that begins with"
                                                + " https://, or with http:// for this machine itself, without user and fragment."));
    }

    @Test
    void withoutSettingsAccountsAreConnectedByDevicesAlone() {
        try (var live = builder().build()) {
            assertThat(live.accounts().connects("youtube")).isFalse();
            assertThat(live.accounts().connectsDevices("youtube")).isTrue();
        }
    }

    @Test
    void validationsBeginWithTheWholeAndEndWithIt() {
        youtube.validateEvery(Duration.ofHours(1));
        var books = InMemoryBooks.create(time);
        try (var live = builder().wallet(books).build()) {
            var device = live.accounts().beginDevice("alice", "youtube");
            youtube.enter(device.userCode(), AccountStage.CHANNEL);
            live.accounts().pollDevice("alice", device.handle());
            time.advance(Duration.ofHours(1));
        }
        assertThat(youtube.validations()).isEqualTo(1);
        time.advance(Duration.ofHours(3));
        assertThat(youtube.validations()).isEqualTo(1);
    }
}
