package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.money.Tariff;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NginxHostRelayProviderTest {

    private static final Map<String, String> HOST =
            Map.of("host", "relay1.example.com", "known-hosts", "/nowhere/known_hosts", "key", "/nowhere/id");

    @Test
    void tellsEncodersTheHostUnlessToldOtherwise() {
        try (var relay = create(Map.of())) {
            assertThat(relay).hasToString("NginxRelay[relay1.example.com, up to 10 destinations]");
            assertThat(relay.resumesWithin()).isPositive();
        }
        try (var relay = create(Map.of(
                "ssh-port", "2222",
                "account", "deploy",
                "key-passphrase", "not-to-be-shown",
                "host-folder", "/srv/relay",
                "connect-timeout", "5s",
                "answer-timeout", "1m",
                "owner", "shop",
                "take-over-from", "other",
                "restart-grace", "1m",
                "control-port", "28935"))) {
            assertThat(relay).isInstanceOf(NginxRelay.class);
        }
        try (var relay = create(Map.of(
                "inner-ports", "28940",
                "callback-port", "28937",
                "nodes", "2",
                "public-host", "live.example.com",
                "ingest-host", "192.0.2.7",
                "ingest-port", "2935",
                "most-destinations", "3"))) {
            assertThat(relay).hasToString("NginxRelay[live.example.com, up to 3 destinations]");
        }
    }

    @Test
    void whichHostItIsMustBeGiven() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> new NginxHostRelayProvider()
                        .create(new ComponentConfig("livemeter.relay.nginx-host", Map.of("most-destinations", "many"))))
                .satisfies(
                        fault -> assertThat(fault.faults())
                                .containsExactlyInAnyOrder(
                                        "The setting livemeter.relay.nginx-host.host is missing; expected some text.",
                                        "The setting livemeter.relay.nginx-host.known-hosts is missing; expected a path.",
                                        "The setting livemeter.relay.nginx-host.key is missing; expected a path.",
                                        "The setting livemeter.relay.nginx-host.most-destinations is 'many'; expected a whole number from 1 to 32."));
    }

    @Test
    void tellsFaultsOfAllItsParts() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(Map.of("restart-grace", "1s", "colour", "blue", "work-directory", "/tmp/x")))
                .satisfies(fault -> assertThat(fault.faults())
                        .hasSize(3)
                        .contains("The restart grace is 1000 ms; expected 5000 to 600000 ms."));
    }

    @Test
    void isFoundByItsNameAndNeverChosenWithoutIt() {
        var properties = new HashMap<String, String>();
        properties.put("livemeter.relay", "nginx-host");
        HOST.forEach((key, value) -> properties.put("livemeter.relay.nginx-host." + key, value));
        var nobody = TestPorts.free();
        properties.put("livemeter.relay.nginx-host.host", "127.0.0.1");
        properties.put("livemeter.relay.nginx-host.ssh-port", Integer.toString(nobody));
        assertThatThrownBy(() -> builder().properties(properties).discover().build())
                .isInstanceOf(LivemeterException.class)
                .hasMessage("Nobody answers at 127.0.0.1 port " + nobody
                        + ". Is the host up, does sshd run there, and does a firewall let this machine through?");
        var nameless = Map.of("livemeter.relay.nginx-local.ingest-port", "0");
        try (var live = builder().properties(nameless).discover().build()) {
            assertThat(live.ingest().url()).hasHost("127.0.0.1");
        }
    }

    private static Livemeter.Builder builder() {
        return Livemeter.builder()
                .wallet(InMemoryBooks.create(TimeSource.system()))
                .provider(new OutlivedApplicationTest.Sinks())
                .tariff(Tariff.perMinute("USD", "0.10"));
    }

    private static RelayController create(Map<String, String> more) {
        var settings = new HashMap<>(HOST);
        settings.putAll(more);
        return new NginxHostRelayProvider().create(new ComponentConfig("livemeter.relay.nginx-host", settings));
    }
}
