package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.spi.RelayAuthority.EndCause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How nginx comes and goes: with the relay, with the JVM, and by itself. */
class NginxLifeTest {

    @TempDir
    private Path directory;

    private final ScriptedAuthority authority = new ScriptedAuthority();

    private NginxRelayConfig.Builder settings() {
        return NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .heartbeat(Duration.ofSeconds(1))
                .workDirectory(directory.resolve("relay"));
    }

    @Test
    void nothingIsLeftAfterClose() {
        var relay = NginxRelay.local(settings().build());
        var ingest = relay.open(authority).url();
        var nginx = nginx();
        var worker = nginx.children().findFirst().orElseThrow();
        relay.close();
        relay.close();
        assertThat(nginx.isAlive()).isFalse();
        assertThat(worker.isAlive()).isFalse();
        assertThat(listens(ingest.getPort())).isFalse();
        assertThatExceptionOfType(LivemeterException.class)
                .isThrownBy(() -> relay.open(authority))
                .withMessage("The relay was closed before; make a new one with NginxRelay.local().")
                .extracting(LivemeterException::code)
                .isEqualTo("relay.already_open");
    }

    @Test
    void aTemporaryDirectoryIsDeletedOnClose() throws IOException {
        final Path temporary;
        try (var relay =
                NginxRelay.local(NginxRelayConfig.builder().ingestPort(0).build())) {
            temporary = temporaryDirectoryOf(relay.open(authority).url().getPort());
            assertThat(temporary).isDirectory();
        }
        assertThat(temporary).doesNotExist();
    }

    @Test
    void nginxDoesNotOutliveAJvmThatWasKilled() throws Exception {
        var port = TestPorts.free();
        var jvm = jvm(port);
        try {
            var nginx = nginx();
            var worker = nginx.children().findFirst().orElseThrow();
            var begun = System.nanoTime();
            jvm.destroyForcibly();
            Await.until("nginx is gone", Duration.ofSeconds(30), () -> !nginx.isAlive() && !worker.isAlive());
            System.out.println("latency from the death of the JVM to that of nginx: "
                    + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
            FreePorts.requireFree(IpLiteral.address("127.0.0.1"), port);
        } finally {
            Programs.stop(jvm);
        }
    }

    @Test
    void aLeftOverOfAnEarlierLifeIsStopped() throws Exception {
        var port = TestPorts.free();
        var jvm = jvm(port);
        var nginx = nginx();
        try {
            // First the shell scripts between the two, then the JVM: now nobody is left to stop nginx.
            jvm.descendants()
                    .filter(process -> process.info().command().orElse("").matches(".*/(sh|dash|bash|busybox)"))
                    .forEach(ProcessHandle::destroyForcibly);
            jvm.destroyForcibly();
            jvm.waitFor();
            Thread.sleep(300);
            assertThat(nginx.isAlive()).isTrue();
            try (var relay = NginxRelay.local(settings().ingestPort(port).build())) {
                relay.open(authority);
                assertThat(nginx.isAlive()).isFalse();
                assertThat(listens(port)).isTrue();
            }
        } finally {
            nginx.destroyForcibly();
            Programs.stop(jvm);
        }
    }

    @Test
    void aPidFileThatNamesAStrangerHarmsNobody() throws Exception {
        Files.createDirectories(directory.resolve("relay"));
        var stranger = Programs.start(Programs.temporaryFile("sleep"), List.of("sleep", "60"));
        try {
            Files.writeString(directory.resolve("relay/nginx.pid"), stranger.pid() + "\n");
            try (var relay = NginxRelay.local(settings().build())) {
                relay.open(authority);
                assertThat(stranger.isAlive()).isTrue();
            }
        } finally {
            Programs.stop(stranger);
        }
    }

    @Test
    @DisplayName("Acceptance 11: sessions of an nginx that was killed are lost once and it comes back")
    void sessionsOfAnNginxThatWasKilledAreLostOnceAndItComesBack() {
        try (var relay = NginxRelay.local(settings().build())) {
            var ingest = relay.open(authority).url();
            try (var publisher = new FfmpegPublisher(ingest.toString(), "first").start()) {
                Await.until("it publishes", () -> authority.session("first") != null);
                var nginx = nginx();
                var worker = nginx.children().findFirst().orElseThrow();
                var begun = System.nanoTime();
                nginx.destroyForcibly();
                assertThat(authority.end(authority.session("first")).cause()).isEqualTo(EndCause.LOST);
                System.out.println("latency from kill -9 of nginx to LOST: "
                        + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
                Await.until("its worker is gone too", () -> !worker.isAlive());
                Await.until("the encoder noticed", () -> !publisher.isRunning());
            }
            // An open port says little: nginx has it for seconds before it finds another one taken, and ends.
            Await.until("nginx is back", () -> relay.health().isUp());
            try (var publisher = new FfmpegPublisher(ingest.toString(), "second").start()) {
                Await.until("somebody publishes again", () -> authority.session("second") != null);
                Await.until("and is alive", () -> authority.beats.contains(authority.session("second")));
                assertThat(publisher.isRunning()).isTrue();
            }
            assertThat(authority.end(authority.session("second")).cause()).isEqualTo(EndCause.LEFT);
        }
        assertThat(authority.ends).hasSize(2);
    }

    @Test
    @DisplayName("Acceptance 11: sessions of an nginx that was told to end are lost once")
    void sessionsOfAnNginxThatWasToldToEndAreLostOnce() {
        try (var relay = NginxRelay.local(settings().build())) {
            var ingest = relay.open(authority).url();
            try (var publisher = new FfmpegPublisher(ingest.toString(), "first").start()) {
                Await.until("it publishes", () -> authority.session("first") != null);
                nginx().destroy();
                assertThat(authority.end(authority.session("first")).cause()).isEqualTo(EndCause.LOST);
                Await.until("the encoder noticed", () -> !publisher.isRunning());
            }
            // An open port says little: nginx has it for seconds before it finds another one taken, and ends.
            Await.until("nginx is back", () -> relay.health().isUp());
        }
        assertThat(authority.ends).hasSize(1);
    }

    @Test
    @DisplayName("Acceptance 11: sessions of a worker that was killed are lost once")
    void sessionsOfAWorkerThatWasKilledAreLostOnce() {
        try (var relay = NginxRelay.local(settings().build())) {
            var ingest = relay.open(authority).url();
            try (var publisher = new FfmpegPublisher(ingest.toString(), "first").start()) {
                Await.until("it publishes", () -> authority.session("first") != null);
                // Who dies before the answer to its publish came has only left.
                Await.until("and is alive", () -> authority.beats.contains(authority.session("first")));
                var begun = System.nanoTime();
                nginx().children().forEach(ProcessHandle::destroyForcibly);
                assertThat(authority.end(authority.session("first")).cause()).isEqualTo(EndCause.LOST);
                System.out.println("latency from kill -9 of the worker to LOST: "
                        + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
                Await.until("the encoder noticed", () -> !publisher.isRunning());
            }
            try (var publisher = new FfmpegPublisher(ingest.toString(), "second").start()) {
                Await.until("somebody publishes again", () -> authority.session("second") != null);
                assertThat(publisher.isRunning()).isTrue();
            }
        }
        assertThat(authority.ends).hasSize(2);
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (var taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(IpLiteral.address("127.0.0.1"), 0));
            var relay =
                    NginxRelay.local(settings().ingestPort(taken.getLocalPort()).build());
            assertThatExceptionOfType(LivemeterException.class)
                    .isThrownBy(() -> relay.open(authority))
                    .withMessage("The port " + taken.getLocalPort()
                            + " of 127.0.0.1 is in use by another program, perhaps another nginx or a second relay. Stop that program"
                            + " (ss -ltnp shows it), or set another ingest port, or 0 for a free one.")
                    .satisfies(fault -> assertThat(fault.code()).isEqualTo("relay.port_in_use"))
                    .satisfies(fault -> assertThat(fault.retryable()).isTrue());
            relay.close();
        }
    }

    @Test
    void aPortOfItsOwnChoiceThatIsTakenAfterADeathIsChosenAnewAndTold() throws Exception {
        try (var relay = NginxRelay.local(settings().build());
                var taken = new ServerSocket()) {
            var before = relay.open(authority);
            assertThat(relay.movedTo()).isEmpty();
            taken.setReuseAddress(true);
            nginx().destroyForcibly();
            takeWhenFree(taken, before.url().getPort());
            Await.until(
                    "nginx is back elsewhere",
                    Duration.ofSeconds(30),
                    () -> relay.movedTo().isPresent());
            var now = relay.movedTo().orElseThrow();
            assertThat(now.url().getPort()).isNotEqualTo(before.url().getPort());
            try (var publisher = new FfmpegPublisher(now.url().toString(), "second").start()) {
                Await.until("somebody publishes there", () -> authority.session("second") != null);
                assertThat(publisher.isRunning()).isTrue();
            }
        }
    }

    /** nginx's worker holds the port for a moment after its master was killed; the next nginx comes a quarter of a second later at the earliest. */
    private static void takeWhenFree(ServerSocket socket, int port) {
        Await.until("the port is ours", () -> {
            try {
                socket.bind(new InetSocketAddress(IpLiteral.address("127.0.0.1"), port));
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    @Test
    void anAddressOfAnotherMachineIsRefused() {
        assertFails(settings().ingestHost("192.0.2.1"), "relay.address_unusable", "Give an address of this machine");
    }

    @Test
    void aMissingNginxIsNamedWithTheRemedy() {
        assertFails(
                settings().binary(directory.resolve("nginx")),
                "relay.nginx_missing",
                "leave it out to use the nginx of the PATH");
    }

    @Test
    void aMissingModuleIsNamedWithTheRemedy() {
        assertFails(
                settings().module(directory.resolve("rtmp.so")),
                "relay.module_missing",
                "leave it out to have the module looked for");
    }

    @Test
    void aModuleThatDoesNotFitIsToldInTheWordsOfNginx() throws Exception {
        var module = Files.writeString(directory.resolve("rtmp.so"), "no module");
        assertFails(settings().module(module), "relay.config_refused", "dlopen()");
    }

    @Test
    void anNginxThatEndsAtOnceIsTold() throws Exception {
        var broken = directory.resolve("nginx");
        Files.writeString(
                broken,
                "#!/bin/sh\ncase \"$*\" in *-V) echo nginx version: test;; *-t) ;; *) echo out of cheese >&2; exit 3;; esac\n");
        assertThat(broken.toFile().setExecutable(true)).isTrue();
        assertFails(settings().binary(broken), "relay.not_started", "it said: out of cheese");
    }

    private void assertFails(NginxRelayConfig.Builder settings, String code, String part) {
        var relay = NginxRelay.local(settings.build());
        assertThatExceptionOfType(LivemeterException.class)
                .isThrownBy(() -> relay.open(authority))
                .withMessageContaining(part)
                .satisfies(fault -> assertThat(fault.code()).isEqualTo(code));
        relay.close();
    }

    private Process jvm(int port) {
        return Programs.java(
                RelayProcess.class,
                "open",
                Integer.toString(port),
                directory.resolve("relay").toString());
    }

    private ProcessHandle nginx() {
        return new RunningNginx(directory.resolve("relay")).master();
    }

    private static boolean listens(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(IpLiteral.address("127.0.0.1"), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path temporaryDirectoryOf(int ingestPort) throws IOException {
        try (var folders =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "livemeter-relay-*")) {
            for (var folder : folders) {
                var configuration = folder.resolve("nginx.conf");
                if (Files.exists(configuration)
                        && Files.readString(configuration).contains("listen 127.0.0.1:" + ingestPort + ";")) {
                    return folder;
                }
            }
        }
        throw new AssertionError("No temporary directory holds the configuration of port " + ingestPort + ".");
    }
}
