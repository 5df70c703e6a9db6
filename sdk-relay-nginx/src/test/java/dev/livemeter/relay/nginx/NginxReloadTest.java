package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.StreamConf.AddressFamilies;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running nginx that is given another configuration, a good one or one that it cannot take. */
class NginxReloadTest {

    private static final TlsHost HOST = new TlsHost("platform.test", 443);

    @TempDir
    private Path folder;

    private WorkDirectory directory;
    private NginxConf first;
    private NginxControl control;
    private NginxChild nginx;
    private NginxReload reload;

    @BeforeEach
    void start() throws Exception {
        directory = WorkDirectory.open(folder.resolve("relay"));
        var authorities = new TestAuthority(folder, "trusted").certificate();
        var ports = FreePorts.pick(IpLiteral.address("127.0.0.1"), 6);
        first = new NginxConf(
                NginxInstallation.find(null, null),
                directory.path(),
                NginxConf.Ground.OWN,
                "127.0.0.1",
                new NginxConf.Ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3)),
                "live",
                Pace.of(Duration.ofSeconds(5)),
                "t".repeat(26),
                "r1".repeat(13),
                new StreamConf(
                        new StreamConf.Egress(
                                authorities, 5353, AddressFamilies.IPV4, List.of(new TlsRoute(HOST, ports.get(4)))),
                        null),
                new Gate(Gate.Place.make(ports.get(5)), Duration.ZERO),
                null);
        directory.write(first.file(), first.render());
        control = new NginxControl(
                new HttpLine(HttpClient.newHttpClient(), first.ports().control()), first.token());
        nginx = NginxChild.start(first, new NginxLog(() -> {}, line -> {}));
        Await.until("nginx runs", () -> runs(first));
        reload = new NginxReload(directory, control);
    }

    @AfterEach
    void stop() {
        nginx.stop();
    }

    private boolean runs(NginxConf conf) {
        try {
            return control.runs(conf.run());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private NginxConf next(StreamConf stream) {
        return first.with(stream, "r2".repeat(13));
    }

    @Test
    @DisplayName("Acceptance 10: the next configuration is in force when it returns")
    void theNextConfigurationIsInForceWhenItReturns() throws Exception {
        var port = TestPorts.free();
        var next = next(first.stream().withRoutes(List.of(new TlsRoute(HOST, port))));
        reload.apply(first, next);
        assertThat(runs(next)).isTrue();
        assertThat(Files.readString(first.file())).isEqualTo(next.render());
        try (var files = Files.list(directory.path())) {
            assertThat(files.map(file -> file.getFileName().toString()).toList())
                    .doesNotContain("nginx.candidate.conf");
        }
    }

    @Test
    @DisplayName("Acceptance 10: a port that somebody else has leaves the old one in force")
    void aPortThatSomebodyElseHasLeavesTheOldOneInForce() throws Exception {
        try (var taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(IpLiteral.address("127.0.0.1"), 0));
            var next = next(first.stream().withRoutes(List.of(new TlsRoute(HOST, taken.getLocalPort()))));
            assertThatExceptionOfType(LivemeterException.class)
                    .isThrownBy(() -> reload.apply(first, next))
                    .withMessage(
                            "nginx did not take its new configuration within 8 seconds, so the old one was put back.")
                    .matches(LivemeterException::retryable);
        }
        assertThat(runs(first)).isTrue();
        assertThat(Files.readString(first.file())).isEqualTo(first.render());
    }

    @Test
    @DisplayName("Acceptance 10: what nginx refuses never gets into force")
    void whatNginxRefusesNeverGetsIntoForce() throws Exception {
        var egress = first.stream().egress();
        var next = next(new StreamConf(
                new StreamConf.Egress(folder.resolve("missing.pem"), 5353, AddressFamilies.IPV4, egress.routes()),
                null));
        assertThatExceptionOfType(LivemeterException.class)
                .isThrownBy(() -> reload.apply(first, next))
                .matches(e -> e.code().equals("relay.config_refused"));
        assertThat(runs(first)).isTrue();
        assertThat(Files.readString(first.file())).isEqualTo(first.render());
    }
}
