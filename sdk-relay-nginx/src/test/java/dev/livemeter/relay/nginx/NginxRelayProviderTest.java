package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.RelayController;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class NginxRelayProviderTest {

    @Test
    void isFoundByName() {
        assertThat(ServiceLoader.load(ComponentProvider.class))
                .filteredOn(provider -> provider.type() == RelayController.class
                        && provider.name().equals("nginx-local"))
                .singleElement()
                .isInstanceOf(NginxRelayProvider.class);
    }

    @Test
    void bothListsOfProvidersAgree() throws Exception {
        var classes = Path.of(NginxRelay.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        var module = ModuleFinder.of(classes).find("dev.livemeter.relay.nginx").orElseThrow();
        assertThat(module.descriptor().provides()).singleElement().satisfies(provides -> {
            assertThat(provides.service()).isEqualTo(ComponentProvider.class.getName());
            assertThat(provides.providers())
                    .containsExactlyInAnyOrder(
                            NginxRelayProvider.class.getName(), NginxHostRelayProvider.class.getName());
        });
        try (var listed =
                NginxRelay.class.getResourceAsStream("/META-INF/services/" + ComponentProvider.class.getName())) {
            assertThat(new String(listed.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).lines())
                    .containsExactly(NginxRelayProvider.class.getName(), NginxHostRelayProvider.class.getName());
        }
    }

    @Test
    void readsItsSettings() {
        try (var relay = create(Map.of(
                "ingest-port", "0", "public-host", "live.example.com", "heartbeat", "1s", "most-destinations", "3"))) {
            assertThat(relay).hasToString("NginxRelay[live.example.com, up to 3 destinations]");
        }
    }

    @Test
    void tellsEveryFaultOfItsSettings() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(Map.of("ingest-port", "many", "heartbeat", "10ms", "colour", "blue")))
                .satisfies(fault -> assertThat(fault.faults()).hasSize(3));
    }

    @Test
    void aCertificateNeedsItsKey() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(Map.of("ingest-certificate", "/a.crt")))
                .satisfies(fault -> assertThat(fault.faults())
                        .containsExactly(
                                "TLS ingest needs both ingest-certificate and ingest-certificate-key; give the two files, or none of the"
                                        + " settings ingest-tls-port, ingest-certificate and ingest-certificate-key."));
        try (var relay = create(Map.of(
                "ingest-certificate", "/a.crt",
                "ingest-certificate-key", "/a.key",
                "ingest-plain", "false",
                "egress-ca", "/ca.pem"))) {
            assertThat(relay).isInstanceOf(NginxRelay.class);
        }
    }

    private static RelayController create(Map<String, String> settings) {
        return new NginxRelayProvider().create(new ComponentConfig("livemeter.relay.nginx-local", settings));
    }
}
