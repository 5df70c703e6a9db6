package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.fleet.RelayHostStatus.Role;
import dev.livemeter.fleet.RelayHostStatus.State;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Relay hosts that an operator sets up without code. */
class FleetBySettingsTest {

    @TempDir
    private Path directory;

    private static Livemeter.Builder builder(Map<String, String> settings) {
        return Livemeter.builder()
                .wallet(InMemoryBooks.create(TimeSource.system()))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .properties(settings);
    }

    private static List<String> faults(Map<String, String> settings) {
        var told = new ArrayList<String>();
        assertThatThrownBy(() -> builder(settings).build())
                .isInstanceOfSatisfying(ConfigurationException.class, e -> told.addAll(e.faults()));
        return told;
    }

    @Test
    @Tag("once") // nginx does not care which JVM asks
    void hostsAndStandbysAreStartedByWhatTheSettingsSay() {
        var settings = new HashMap<>(Map.of(
                "livemeter.relay.hosts", "relay1, relay2.eu",
                "livemeter.relay.standbys", "spare",
                "livemeter.relay.look-every", "1s",
                "livemeter.relay.nginx-local.ingest-port", "0",
                "livemeter.relay.nginx-local.public-host", "live.example.com"));
        for (var name : List.of("relay1", "relay2.eu", "spare")) {
            settings.put("livemeter.relay.host." + name + ".relay", "nginx-local");
            settings.put("livemeter.relay.host." + name + ".megabits", "1000");
            settings.put(
                    "livemeter.relay.host." + name + ".nginx-local.work-directory",
                    directory.resolve(name).toString());
        }
        settings.put("livemeter.relay.host.spare.megabits", "500");
        settings.put("livemeter.relay.host.spare.planned-percent", "50");
        settings.put("livemeter.relay.host.spare.assumed-kilobits", "4000");
        settings.put("livemeter.relay.host.spare.nginx-local.public-host", "spare.example.com");
        try (var live = builder(settings).build()) {
            var hosts = live.relays().hosts();
            assertThat(hosts).extracting(RelayHostStatus::name).containsExactly("relay1", "relay2.eu", "spare");
            assertThat(hosts)
                    .extracting(RelayHostStatus::role)
                    .containsExactly(Role.ORDINARY, Role.ORDINARY, Role.STANDBY);
            assertThat(hosts).allMatch(host -> host.state() == State.UP);
            assertThat(hosts)
                    .extracting(RelayHostStatus::limitBitsPerSecond)
                    .containsExactly(800_000_000L, 800_000_000L, 250_000_000L);
            assertThat(hosts)
                    .extracting(host -> host.ingest().url().getHost())
                    .containsExactly("live.example.com", "live.example.com", "spare.example.com");
            assertThat(live.relays().drain("relay2.eu").state()).isEqualTo(State.DRAINED);
        }
    }

    @Test
    void allFaultsAreToldTogether() {
        assertThat(faults(Map.of(
                        "livemeter.relay", "nginx-local",
                        "livemeter.relay.hosts", "one,two,two",
                        "livemeter.relay.look-every", "soon",
                        "livemeter.relay.host.one.relay", "nginx-local",
                        "livemeter.relay.host.one.nginx-local.heartbeat", "never",
                        "livemeter.relay.host.one.megabits", "0",
                        "livemeter.relay.host.two.relay", "rocket",
                        "livemeter.relay.host.two.megabits", "10",
                        "livemeter.relay.host.two.colour", "red",
                        "livemeter.relay.host.three.relay", "nginx-local")))
                .containsExactlyInAnyOrder(
                        "The setting livemeter.relay names one relay, and livemeter.relay.hosts several hosts; remove"
                                + " one of them.",
                        "The settings livemeter.relay.hosts and livemeter.relay.standbys name the relay host 'two'"
                                + " twice; name each once.",
                        "The setting livemeter.relay.look-every is 'soon'; expected a span of time such as 10s, 5m or"
                                + " 2h.",
                        "The setting livemeter.relay.host.one.nginx-local.heartbeat is 'never'; expected a span of"
                                + " time such as 10s, 5m or 2h.",
                        "The setting livemeter.relay.host.one.megabits is '0'; expected a whole number from 1 to"
                                + " 1000000.",
                        "The setting livemeter.relay.host.two.relay is 'rocket', but there is no RelayController of"
                                + " that name; found 'nginx-host' (dev.livemeter.relay.nginx.NginxHostRelayProvider),"
                                + " 'nginx-local' (dev.livemeter.relay.nginx.NginxRelayProvider). Correct the name or add"
                                + " the plugin's jar.",
                        "The setting livemeter.relay.host.two.colour is not known here; known are assumed-kilobits,"
                                + " megabits, planned-percent, relay. Correct or remove it.",
                        "The setting livemeter.relay.host.three.relay is of a relay host that neither"
                                + " livemeter.relay.hosts nor livemeter.relay.standbys names; named are one, two. Name it"
                                + " there, or correct or remove the setting.");
    }

    @Test
    void whatOnlyTheWholeFleetSeesIsToldAsWell() {
        assertThat(faults(Map.of("livemeter.relay.standbys", "spare")))
                .containsExactlyInAnyOrder(
                        "The setting livemeter.relay.hosts is missing; expected some text.",
                        "The setting livemeter.relay.host.spare.relay is missing; expected some text.",
                        "The setting livemeter.relay.host.spare.megabits is missing; expected a whole number from 1 to"
                                + " 1000000.");
        assertThat(faults(Map.of(
                        "livemeter.relay.hosts", "one, two",
                        "livemeter.relay.host.one.relay", "nginx-local",
                        "livemeter.relay.host.one.megabits", "1",
                        "livemeter.relay.host.two.relay", "nginx-local",
                        "livemeter.relay.host.two.megabits", "1000",
                        "livemeter.relay.host.two.nginx-local.restart-grace", "30s",
                        "livemeter.relay.host.two.nginx-local.work-directory", "/tmp/never-made")))
                .hasSize(2)
                .anyMatch(fault -> fault.startsWith("The relay host one has no room for a single stream:"))
                .anyMatch(fault -> fault.endsWith("give all hosts of a fleet the same restart grace and heartbeat."));
    }
}
