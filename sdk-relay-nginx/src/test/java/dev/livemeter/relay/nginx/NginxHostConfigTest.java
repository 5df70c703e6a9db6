package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.relay.nginx.deploy.RelayHost;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NginxHostConfigTest {

    private static final RelayHost HOST = RelayHost.at("relay1.example.com")
            .knownHosts(Path.of("known_hosts"))
            .key(Path.of("id_ed25519"))
            .build();

    @Test
    void hasTheDefaultsOfTheInstallation() {
        assertThat(NginxHostConfig.of(HOST).build())
                .isEqualTo(new NginxHostConfig(HOST, "", "", Duration.ofSeconds(30), 18935, 18937, 18940, 1));
    }

    @Test
    void tellsEveryFault() {
        assertThatThrownBy(() -> NginxHostConfig.of(HOST)
                        .owner("My Shop")
                        .restartGrace(Duration.ZERO)
                        .controlPort(80)
                        .callbackPort(18950)
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "The owner does not fit; expected 1 to 64 of a-z, 0-9, '.', '_', '@' and '-'.",
                                        "The restart grace is 0 ms; expected 5000 to 600000 ms.",
                                        "The control port is 80; expected 1024 to 65535, as nginx on a relay host is not root.",
                                        "The control port 80, the callback port 18950 and the 64 inner ports from 18940 on overlap; give them different ones."));
    }

    @Test
    void severalNodesNeedAGraceAndPortsOfTheirOwn() {
        assertThatThrownBy(() -> NginxHostConfig.of(HOST)
                        .nodes(3)
                        .restartGrace(Duration.ofSeconds(20))
                        .controlPort(18939)
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "The restart grace is 20000 ms; expected at least 30000 ms with several nodes, as a stream has to live until another node takes it over.",
                                        "The control port 18939, the callback port 18937 with those of 3 nodes and the 64 inner ports from 18940 on overlap; give them different ones."));
        assertThatThrownBy(() ->
                        NginxHostConfig.of(HOST).nodes(4).callbackPort(28_000).build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults()).containsExactly("The number of nodes is 4; expected 1 to 3."));
    }

    @Test
    void whoIsToRecordIsOneNodeWithAFolder() {
        var settings = NginxRelayConfig.builder().ingestPort(1935);
        assertThatThrownBy(() -> HostWay.of(NginxHostConfig.of(HOST).nodes(2).build(), settings.build())
                        .requireRecording())
                .isInstanceOf(LivemeterException.class)
                .hasMessage("Streams are to be recorded, and the relay " + HOST
                        + " is for 2 nodes at once, which could not tell whose recordings lie there."
                        + " Leave out recording(...), or set nodes to 1 on every relay host and run one node.");
        assertThatThrownBy(() -> HostWay.of(NginxHostConfig.of(HOST).build(), settings.build())
                        .requireRecording())
                .isInstanceOf(LivemeterException.class)
                .hasMessage(
                        "Streams are to be recorded, and the relay " + HOST
                                + " has no folder on this machine in which its recordings are finished; give it one of its own with recordingFolder(...).");
        HostWay.of(
                        NginxHostConfig.of(HOST).build(),
                        settings.recordingFolder(Path.of("recordings")).build())
                .requireRecording();
    }

    @Test
    void settingsForThisMachineAreRefused() {
        assertThatThrownBy(() -> NginxRelay.on(
                        HOST,
                        NginxRelayConfig.builder()
                                .ingestPort(0)
                                .heartbeat(Duration.ofSeconds(1))
                                .workDirectory(Path.of("/var/lib/app"))
                                .build()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "A work directory is set, /var/lib/app, which is for an nginx on this machine; leave it out for a relay host.",
                                        "The ingest port is 0; expected 1025 to 65535, as nginx on a relay host is not root and its ports are not looked for.",
                                        "The heartbeat is 1000 ms; expected at least 2000 ms on a relay host."));
    }
}
