package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.livemeter.config.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NginxRelayConfigTest {

    @Test
    void defaultsNeedNothing() {
        var config = NginxRelayConfig.defaults();
        assertThat(config.publicHost()).isEqualTo("127.0.0.1");
        assertThat(config.ingestPort()).isEqualTo(1935);
        assertThat(config.mostDestinations()).isEqualTo(10);
        assertThat(config.heartbeat()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.allowPrivateDestinations()).isFalse();
    }

    @Test
    void allFaultsAreToldTogether() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> NginxRelayConfig.builder()
                        .ingestHost("localhost")
                        .ingestPort(70000)
                        .application("Live!")
                        .mostDestinations(0)
                        .heartbeat(Duration.ofMillis(500))
                        .resolveTimeout(Duration.ofSeconds(9))
                        .build())
                .satisfies(fault -> assertThat(fault.faults())
                        .containsExactly(
                                "The ingest host 'localhost' is not an IP address; give one such as 127.0.0.1, or 0.0.0.0 for all interfaces,"
                                        + " and the name for people as public host.",
                                "The ingest port is 70000; expected 1 to 65535, or 0 for a free one.",
                                "The application 'Live!' does not fit; expected 1 to 64 of a-z, 0-9, '_' and '-'.",
                                "The most destinations of a stream are 0; expected 1 to 32.",
                                "The heartbeat is 500 ms; expected 1000 to 60000 ms.",
                                "The resolve time-out is 9000 ms; expected 100 to 2000 ms."));
    }

    @Test
    void whoListensEverywhereMustSayByWhichNameItIsReached() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(
                        () -> NginxRelayConfig.builder().ingestHost("0.0.0.0").build())
                .withMessage(
                        "The relay is to listen on all interfaces, and no public host is given; give the name or address that encoders"
                                + " reach this machine by.");
        assertThat(NginxRelayConfig.builder()
                        .ingestHost("::")
                        .publicHost("live.example.com")
                        .build()
                        .publicHost())
                .isEqualTo("live.example.com");
    }

    @Test
    void someWayInMustBeLeft() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> NginxRelayConfig.builder()
                        .plainIngest(NginxRelayConfig.PlainIngest.OFF)
                        .build())
                .withMessage("Plain ingest is switched off, and no certificate for TLS ingest is given;"
                        + " give one, or leave plain ingest on.");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> NginxRelayConfig.builder()
                        .ingestTls(1935, Path.of("/a.crt"), Path.of("/a.key"))
                        .build())
                .withMessage("Plain and TLS ingest have the same port 1935; give them different ones.");
    }
}
