package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.livemeter.Livemeter;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operators set about calls and rooms without code. */
class CallSettingsTest {

    private final ManualTime time = ManualTime.create();

    private Livemeter.Builder builder(Map<String, String> settings) {
        return Livemeter.builder()
                .wallet(InMemoryBooks.create(time))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .properties(settings)
                .time(time)
                .scheduler(time)
                .executor(Runnable::run);
    }

    private static List<String> faults(Livemeter.Builder builder) {
        var refused = catchThrowableOfType(ConfigurationException.class, () -> builder.build());
        return refused.faults();
    }

    @Test
    void settingsAreRead() {
        var settings = Map.ofEntries(
                Map.entry("livemeter.call.ring-for", "30s"),
                Map.entry("livemeter.call.media-within", "15s"),
                Map.entry("livemeter.call.silence", "9s"),
                Map.entry("livemeter.call.reconnect-within", "20s"),
                Map.entry("livemeter.call.report-every", "2s"),
                Map.entry("livemeter.call.token-for", "1h"),
                Map.entry("livemeter.call.token-key", "0123456789abcdef0123456789abcdef"),
                Map.entry("livemeter.call.share", "62.5"),
                Map.entry("livemeter.call.largest-room", "8"),
                Map.entry("livemeter.call.minimum-to-start", "3.00"),
                Map.entry("livemeter.call.final-unit", "restrict"),
                Map.entry("livemeter.call.restrict-for", "1m"),
                Map.entry("livemeter.call.max-duration", "2h"),
                Map.entry("livemeter.call.tariff", "2.00 USD/60s 1/1"),
                Map.entry("livemeter.call.spectator-tariff", "0.50 USD/60s 1/1"));
        try (var live = builder(settings).calls(InMemoryPeers.create()).build()) {
            var rules = live.calls().policy();
            assertThat(rules.ringFor()).isEqualTo(Duration.ofSeconds(30));
            assertThat(rules.mediaWithin()).isEqualTo(Duration.ofSeconds(15));
            assertThat(rules.silence()).isEqualTo(Duration.ofSeconds(9));
            assertThat(rules.reconnectWithin()).isEqualTo(Duration.ofSeconds(20));
            assertThat(rules.reportEvery()).isEqualTo(Duration.ofSeconds(2));
            assertThat(rules.tokenFor()).isEqualTo(Duration.ofHours(1));
            assertThat(rules.tokenKey()).isNotNull();
            assertThat(rules.share()).isEqualTo(Share.percent("62.5"));
            assertThat(rules.largestRoom()).isEqualTo(8);
            assertThat(rules.credit().minimumToStart()).isEqualTo(Money.of("USD", "3.00"));
            assertThat(rules.credit().finalUnit()).isEqualTo(FinalUnitAction.RESTRICT);
            assertThat(rules.credit().restrictFor()).isEqualTo(Duration.ofMinutes(1));
            assertThat(rules.credit().maxDuration()).isEqualTo(Duration.ofHours(2));
            assertThat(live.calls().price("alice", "bob", Duration.ofMinutes(1)).reference())
                    .isEqualTo("2.00 USD/60s 1/1");
            var bob = UserId.of("bob");
            assertThat(live.prices()
                            .inForce(TariffKey.of(Service.SPECTATOR, bob))
                            .tariff()
                            .notation())
                    .isEqualTo("0.50 USD/60s 1/1");
            assertThat(live.prices().inForce(TariffKey.of(Service.RELAY, bob)).tariff())
                    .isEqualTo(Tariff.perMinute("USD", "0.10"));
        }
    }

    @Test
    void withoutSettingsTheDefaultsHoldAndThePriceIsTheTariffs() {
        try (var live = builder(Map.of()).calls(InMemoryPeers.create()).build()) {
            assertThat(live.calls().policy().ringFor()).isEqualTo(Duration.ofSeconds(45));
            assertThat(live.calls().price("alice", "bob", Duration.ofMinutes(1)).reference())
                    .isEqualTo("0.10 USD/60s 60/60");
        }
    }

    @Test
    void whatIsGivenInCodeWins() {
        var settings = Map.of("livemeter.call.ring-for", "30s", "livemeter.call.tariff", "2.00 USD/60s 1/1");
        try (var live = builder(settings)
                .tariff(Service.CALL, Tariff.perMinute("USD", "5.00"))
                .calls(InMemoryPeers.create(), rules -> rules.ringFor(Duration.ofSeconds(5)))
                .build()) {
            assertThat(live.calls().policy().ringFor()).isEqualTo(Duration.ofSeconds(5));
            assertThat(live.calls().price("alice", "bob", Duration.ofMinutes(1)).reference())
                    .isEqualTo("5.00 USD/60s 60/60");
        }
    }

    @Test
    void everyFaultIsToldTogether() {
        var settings = Map.of(
                "livemeter.call.ring-for", "soon",
                "livemeter.call.share", "120",
                "livemeter.call.largest-room", "0",
                "livemeter.call.final-unit", "stop",
                "livemeter.call.token-key", "short",
                "livemeter.call.tariff", "free",
                "livemeter.call.spectator-tariff", "1.00 EUR/60s 1/1",
                "livemeter.call.colour", "red");
        assertThat(faults(builder(settings).calls(InMemoryPeers.create())))
                .containsExactlyInAnyOrder(
                        "The setting livemeter.call.ring-for is 'soon'; expected a span of time such as 10s, 5m or 2h.",
                        "The setting livemeter.call.share is '120'; expected percent such as 70 or 33.33.",
                        "The setting livemeter.call.largest-room is '0'; expected a whole number from 1 to 100000.",
                        "The setting livemeter.call.final-unit is 'stop'; expected one of redirect, restrict, terminate.",
                        "The setting livemeter.call.tariff is 'free'; expected a tariff such as 2.00 USD/60s 1/1.",
                        "The setting livemeter.call.spectator-tariff is in EUR, and all else in USD; give it in the same currency.",
                        "The setting livemeter.call.colour is not known here; known are continue-for, failure-handling, final-unit, grace,"
                                + " largest-room, low-balance-below, max-duration, media-within, minimum-to-start, prove-every, quota,"
                                + " reconnect-within, renew-before, report-every, restrict-for, ring-for, settle-every, share, silence,"
                                + " spectator-tariff, tariff, token-for, token-key, top-up-page. Correct or remove it.",
                        "The key of the tokens has 5 characters; expected at least 32.");
    }

    @Test
    void aPriceOfCallsInAnotherCurrencyIsAFault() {
        assertThat(faults(builder(Map.of())
                        .tariff(Service.CALL, Tariff.perMinute("EUR", "2.00"))
                        .tariff(Service.SPECTATOR, Tariff.perMinute("USD", "1.00"))
                        .calls(InMemoryPeers.create())))
                .containsExactly("The tariff is in USD and that of call in EUR; give both in one currency.");
    }

    @Test
    void settingsThatNobodyUsesAreAFault() {
        assertThat(faults(builder(Map.of("livemeter.call.ring-for", "30s"))))
                .containsExactly("There are settings below livemeter.call, and no signaling for calls; give it with"
                        + " .calls(network), or remove them.");
    }

    @Test
    void rulesThatDoNotFitTogetherAreSaid() {
        assertThatThrownBy(() -> builder(Map.of("livemeter.call.silence", "2s", "livemeter.call.report-every", "1s"))
                        .calls(InMemoryPeers.create())
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "A call ends after PT2S of silence, and clients report every PT1S; expected at least"
                                                + " three reports in that time, as one may be lost."));
    }
}
