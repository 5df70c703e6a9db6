package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a relay says of itself. */
@Tag("once")
class NginxHealthTest {

    @TempDir
    private Path directory;

    private final ScriptedAuthority authority = new ScriptedAuthority();

    private static NginxRelayConfig.Builder settings() {
        return NginxRelayConfig.builder().ingestPort(0).mostDestinations(1).heartbeat(Duration.ofSeconds(1));
    }

    @Test
    void itIsUpWhileNginxAnswersAndTellsHowBusyItIs() {
        try (var relay = NginxRelay.local(settings().build())) {
            assertThat(relay.health().trouble()).isEqualTo("nginx was not started yet.");
            relay.open(authority);
            assertThat(relay.health().isUp()).isTrue();
            Await.until("the second look tells", () -> relay.health().cpuPercent() != null);
            assertThat(relay.health().cpuPercent()).isBetween(0, 100);
        }
    }

    @Test
    void itIsDownWhileNginxIsGoneAndSaysWhy() {
        var nginx = new BreakableNginx(directory);
        try (var relay = NginxRelay.local(settings()
                .binary(nginx.binary())
                .workDirectory(nginx.workDirectory())
                .build())) {
            relay.open(authority);
            nginx.breakDown();
            Await.until(
                    "it is tried again in vain",
                    () -> Optional.ofNullable(relay.health().trouble())
                            .filter(trouble -> trouble.startsWith(
                                            "nginx is gone and cannot be started again: nginx refuses its configuration")
                                    && trouble.contains("it is broken"))
                            .isPresent());
            nginx.mend();
            Await.until("it is up again", () -> relay.health().isUp());
        }
    }

    @Test
    void whatWasInTheWayOfItsStartMayGo() throws IOException {
        final NginxRelay relay;
        final int port;
        try (var taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(IpLiteral.address("127.0.0.1"), 0));
            port = taken.getLocalPort();
            relay = NginxRelay.local(settings().ingestPort(port).build());
            assertThatThrownBy(() -> relay.open(authority)).hasMessageContaining("is in use by another program");
        }
        try (relay) {
            assertThat(relay.open(authority).url().getPort()).isEqualTo(port);
            assertThat(relay.health().isUp()).isTrue();
        }
    }
}
