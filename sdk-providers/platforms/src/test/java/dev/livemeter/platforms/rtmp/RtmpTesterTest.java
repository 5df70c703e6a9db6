package dev.livemeter.platforms.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.ConnectionTest.Kind;
import dev.livemeter.destination.ConnectionTest.Result;
import dev.livemeter.destination.ConnectionTest.Step;
import dev.livemeter.destination.PublicAddresses;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.ReachRule;
import dev.livemeter.platforms.CustomRtmp;
import dev.livemeter.rtmp.AmfWriter;
import dev.livemeter.rtmp.ChunkWriter;
import dev.livemeter.rtmp.Message;
import dev.livemeter.secret.Secret;
import dev.livemeter.standin.rtmp.RtmpPlatformServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RtmpTesterTest {

    private static final String KEY = "live_1_abcdefghijkl";
    private static final ReachRule ANYWHERE = (address, port) -> Optional.empty();
    private static final Probe NEVER = new Probe.Never("Not tried.");
    private static final Probe UNSEEN = unseen(KEY + "?bandwidthtest=true");
    private static final Patience SHORT =
            new Patience(Duration.ofMillis(600), Duration.ofSeconds(4), Duration.ofSeconds(5));

    private static RtmpPlatformServer platform;

    @TempDir
    private static Path directory;

    private static TestAuthority authority;

    @BeforeAll
    static void start() throws IOException {
        platform = RtmpPlatformServer.start();
        authority = new TestAuthority(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        platform.close();
    }

    private static Probe unseen(String key) {
        return new Probe.Unseen(Secret.of(key), "Nobody saw it.");
    }

    private static RtmpTester tester() {
        return new RtmpTester(RtmpTesterTest::local, RtmpTesterTest::machine, SHORT);
    }

    private static SSLSocketFactory machine() {
        return (SSLSocketFactory) SSLSocketFactory.getDefault();
    }

    /** Every name that ends in .test is this machine; no name server is asked. */
    private static InetAddress[] local(String host) throws UnknownHostException {
        if (!host.endsWith(".test")) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }

    private static PushTarget at(String scheme, String host, int port) {
        return new PushTarget(URI.create(scheme + "://" + host + ":" + port + "/app"), Secret.of(KEY));
    }

    private static PushTarget at(int port) {
        return at("rtmp", "platform.test", port);
    }

    private static Map<Kind, Result> results(ConnectionTest test) {
        return test.steps().stream()
                .collect(java.util.stream.Collectors.toMap(
                        Step::kind, Step::result, (one, other) -> one, java.util.LinkedHashMap::new));
    }

    private static Step last(ConnectionTest test) {
        return test.steps().get(test.steps().size() - 1);
    }

    private static void failsAt(ConnectionTest test, Kind kind, String sentence) {
        assertThat(last(test).sentence()).isEqualTo(sentence);
        assertThat(last(test).kind()).isEqualTo(kind);
        assertThat(last(test).result()).isEqualTo(Result.FAILED);
        assertThat(test.passed()).isFalse();
        assertThat(test.steps())
                .allSatisfy(step -> assertThat(step.sentence()).endsWith(".").doesNotContain(KEY));
    }

    @Nested
    class AgainstNginx {

        @Test
        void theWayIsOpenAndNobodyPublishes() {
            var before = platform.published().size();
            var test = tester().test(at(platform.port()), ANYWHERE, NEVER);
            assertThat(results(test))
                    .containsExactly(
                            Map.entry(Kind.ADDRESS, Result.PASSED),
                            Map.entry(Kind.TCP, Result.PASSED),
                            Map.entry(Kind.HANDSHAKE, Result.PASSED),
                            Map.entry(Kind.CONNECT, Result.PASSED),
                            Map.entry(Kind.PUBLISH, Result.SKIPPED));
            assertThat(test.passed()).isTrue();
            assertThat(platform.published()).hasSize(before);
        }

        @Test
        void theClipArrivesUnderTheKeyOfTheProbeAlone() throws Exception {
            var test = tester().test(at(platform.port()), ANYWHERE, UNSEEN);
            assertThat(last(test).sentence())
                    .isEqualTo("The platform took the stream key and a test picture. Nobody saw it.");
            assertThat(test.passed()).isTrue();
            assertThat(platform.published())
                    .contains(KEY + "?bandwidthtest=true")
                    .doesNotContain(KEY);
            var decoded = new ProcessBuilder(
                            "ffprobe",
                            "-loglevel",
                            "error",
                            "-count_frames",
                            "-show_entries",
                            "stream=codec_name,nb_read_frames",
                            "-of",
                            "csv=p=0",
                            recordingOf(KEY).toString())
                    .redirectErrorStream(true)
                    .start();
            var text = new String(decoded.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(decoded.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(text).contains("h264,20").contains("aac,");
        }

        private Path recordingOf(String key) throws InterruptedException {
            var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (System.nanoTime() < end) {
                for (var file : platform.recorded()) {
                    if (file.getFileName().toString().startsWith(key) && size(file) > 19_000) {
                        return file;
                    }
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            throw new AssertionError("nginx recorded nothing: " + platform.recorded());
        }

        private long size(Path file) {
            try {
                return Files.size(file);
            } catch (IOException gone) {
                return 0;
            }
        }

        @Test
        void aWrongKeyIsToldWithoutShowingIt() {
            var test = tester().test(at(platform.port()), ANYWHERE, unseen("wrong-key-123456"));
            assertThat(last(test).kind()).isEqualTo(Kind.PUBLISH);
            assertThat(last(test).result()).isEqualTo(Result.FAILED);
            assertThat(last(test).sentence())
                    .contains("copy")
                    .contains("again from the platform")
                    .doesNotContain("wrong-key");
        }

        @Test
        void anApplicationThatThereIsNotIsTold() {
            var target =
                    new PushTarget(URI.create("rtmp://platform.test:" + platform.port() + "/nowhere"), Secret.of(KEY));
            failsAt(
                    tester().test(target, ANYWHERE, NEVER),
                    Kind.CONNECT,
                    "The server broke the connection at the request for its application; check scheme, port and application of the address.");
        }
    }

    @Nested
    class BeforeAnythingIsSent {

        @Test
        void aForbiddenAddressIsNotConnectedTo() throws Exception {
            try (var server = new HostileServer(guest -> {})) {
                failsAt(
                        tester().test(
                                        at(server.port()),
                                        (address, port) -> PublicAddresses.objectionTo(address),
                                        UNSEEN),
                        Kind.ADDRESS,
                        "The server has a private or reserved address, and this relay passes streams on to public ones only.");
                assertThat(server.guests()).isZero();
            }
        }

        @Test
        void oneForbiddenAddressAmongOthersIsEnough() throws Exception {
            Names names =
                    host -> new InetAddress[] {InetAddress.getByName("1.1.1.1"), InetAddress.getByName("10.0.0.1")};
            var test = new RtmpTester(names, RtmpTesterTest::machine, SHORT)
                    .test(at(1935), (address, port) -> PublicAddresses.objectionTo(address), UNSEEN);
            assertThat(results(test)).containsExactly(Map.entry(Kind.ADDRESS, Result.FAILED));
        }

        @Test
        void theAddressThatWasCheckedIsTheOneThatIsConnectedTo() throws Exception {
            var asked = new java.util.concurrent.atomic.AtomicInteger();
            Names names = host -> {
                asked.incrementAndGet();
                return local(host);
            };
            new RtmpTester(names, RtmpTesterTest::machine, SHORT).test(at(platform.port()), ANYWHERE, NEVER);
            assertThat(asked).hasValue(1);
        }

        @Test
        void aNameThatIsNoneIsTold() {
            failsAt(
                    tester().test(at("rtmp", "nowhere.example", 1935), ANYWHERE, NEVER),
                    Kind.ADDRESS,
                    "The name of the server could not be resolved; check it for typing errors.");
        }

        @Test
        void aNameServerThatDoesNotAnswerIsNotWaitedFor() {
            var end = new CountDownLatch(1);
            Names names = host -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return local(host);
            };
            try {
                failsAt(
                        new RtmpTester(names, RtmpTesterTest::machine, SHORT).test(at(1935), ANYWHERE, NEVER),
                        Kind.ADDRESS,
                        "The name of the server could not be resolved; check it for typing errors.");
            } finally {
                end.countDown();
            }
        }

        @Test
        void aPortThatNobodyListensOnIsTold() throws Exception {
            // It has the port and does not listen, so that nobody else does meanwhile.
            try (var holder = new Socket()) {
                holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                failsAt(
                        tester().test(at(holder.getLocalPort()), ANYWHERE, NEVER),
                        Kind.TCP,
                        "The server takes no connections on port " + holder.getLocalPort()
                                + "; check the port, or try again when the platform is up.");
            }
        }
    }

    @Nested
    class OverTls {

        @Test
        void theCertificateIsCheckedAndTold() throws Exception {
            try (var front = front("platform.test", 2)) {
                var test = trusting().test(at("rtmps", "platform.test", front.port()), ANYWHERE, UNSEEN);
                assertThat(results(test))
                        .containsEntry(Kind.TLS, Result.PASSED)
                        .containsEntry(Kind.PUBLISH, Result.PASSED);
                assertThat(test.steps().get(2).sentence())
                        .matches("TLSv1\\.3; the certificate proves the server's name until 20[0-9-]{8}\\.");
            }
        }

        @Test
        void aCertificateForAnotherNameIsTold() throws Exception {
            try (var front = front("other.test", 2)) {
                failsAt(
                        trusting().test(at("rtmps", "platform.test", front.port()), ANYWHERE, NEVER),
                        Kind.TLS,
                        "The server's certificate is for another name; check the address for typing errors.");
            }
        }

        @Test
        void theAuthoritiesOfAHostAreTrustedInPlaceOfTheMachines() throws Exception {
            try (var front = front("localhost", 2)) {
                var test = RtmpTester.trusting(directory.resolve("ca.crt"))
                        .test(at("rtmps", "localhost", front.port()), ANYWHERE, NEVER);
                assertThat(test.steps())
                        .filteredOn(step -> step.kind() == Kind.TLS)
                        .extracting(Step::result)
                        .containsExactly(Result.PASSED);
            }
        }

        @Test
        void aFileWithoutCertificatesIsAFault() throws Exception {
            var file = Files.writeString(directory.resolve("none.pem"), "none");
            assertThatThrownBy(() -> new CustomRtmp.Component()
                            .create(new ComponentConfig(
                                    "livemeter.provider.custom", Map.of("test-ca", file.toString()))))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageEndingWith("expected the path of a file with certificates in PEM.");
            assertThatThrownBy(() -> RtmpTester.trusting(Path.of("/nowhere/at-all.pem")))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void anExpiredCertificateIsTold() throws Exception {
            try (var front = front("platform.test", -1)) {
                failsAt(
                        trusting().test(at("rtmps", "platform.test", front.port()), ANYWHERE, NEVER),
                        Kind.TLS,
                        "The server's certificate has expired; only its operator can renew it.");
            }
        }

        @Test
        void anAuthorityThatNobodyTrustsIsTold() throws Exception {
            try (var front = front("platform.test", 2)) {
                failsAt(
                        tester().test(at("rtmps", "platform.test", front.port()), ANYWHERE, NEVER),
                        Kind.TLS,
                        "The server's certificate comes from no authority that this machine trusts; a platform's own would.");
            }
        }

        @Test
        void aServerWithoutTlsIsTold() throws Exception {
            try (var server = new HostileServer(guest ->
                    guest.getOutputStream().write("HTTP/1.1 400 No\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))) {
                failsAt(
                        tester().test(at("rtmps", "platform.test", server.port()), ANYWHERE, NEVER),
                        Kind.TLS,
                        "The server does not speak TLS on port " + server.port()
                                + ", or no version that is safe; use rtmp:// if the platform offers it, or another port.");
            }
        }

        private RtmpTester trusting() throws IOException {
            var context = authority.trusting();
            return new RtmpTester(RtmpTesterTest::local, context::getSocketFactory, SHORT);
        }

        /** Ends TLS before the platform. */
        private HostileServer front(String host, int days) throws IOException {
            return new HostileServer(authority.showing(host, days).getServerSocketFactory(), guest -> {
                try (var behind = new Socket(InetAddress.getLoopbackAddress(), platform.port())) {
                    var back = new Thread(() -> pour(behind, guest));
                    back.start();
                    pour(guest, behind);
                    back.join();
                }
            });
        }

        private void pour(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
                to.shutdownOutput();
            } catch (IOException over) {
                // One of them has gone.
            }
        }
    }

    @Nested
    class AgainstServersThatAreNone {

        @Test
        void aServerThatSaysNothingIsNotWaitedForLong() throws Exception {
            var end = new CountDownLatch(1);
            try (var server = new HostileServer(guest -> end.await())) {
                failsAt(
                        tester().test(at(server.port()), ANYWHERE, NEVER),
                        Kind.HANDSHAKE,
                        "The server does not answer the handshake of RTMP in time; it may be no RTMP server, or be overloaded.");
            } finally {
                end.countDown();
            }
        }

        @Test
        void aServerThatDripsIsNotWaitedForLong() throws Exception {
            try (var server = new HostileServer(guest -> {
                var out = guest.getOutputStream();
                out.write(3);
                while (true) {
                    out.write(0);
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            })) {
                var began = System.nanoTime();
                failsAt(
                        tester().test(at(server.port()), ANYWHERE, NEVER),
                        Kind.HANDSHAKE,
                        "The server does not answer the handshake of RTMP in time; it may be no RTMP server, or be overloaded.");
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
            }
        }

        @Test
        void aServerThatDripsTlsIsCutOffInTheEnd() throws Exception {
            var patience = new Patience(Duration.ofMillis(600), Duration.ofSeconds(1), Duration.ofMillis(1500));
            try (var server = new HostileServer(guest -> {
                var out = guest.getOutputStream();
                // The beginning of a long record of a handshake; each byte comes before anybody loses patience.
                out.write(new byte[] {22, 3, 3, 0x3F, (byte) 0xFF});
                while (true) {
                    out.write(2);
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            })) {
                var began = System.nanoTime();
                var test = new RtmpTester(RtmpTesterTest::local, RtmpTesterTest::machine, patience)
                        .test(at("rtmps", "platform.test", server.port()), ANYWHERE, NEVER);
                assertThat(last(test).kind()).isEqualTo(Kind.TLS);
                assertThat(last(test).result()).isEqualTo(Result.FAILED);
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
            }
        }

        @Test
        void anotherProtocolIsTold() throws Exception {
            try (var server = new HostileServer(guest -> {
                guest.getOutputStream().write("SSH-2.0-OpenSSH_9\r\n".getBytes(StandardCharsets.US_ASCII));
                guest.getInputStream().readAllBytes();
            })) {
                failsAt(
                        tester().test(at(server.port()), ANYWHERE, NEVER),
                        Kind.HANDSHAKE,
                        "The server answers, but not with RTMP: it may be a server of another kind, or expect TLS (rtmps://).");
            }
        }

        @Test
        void aRefusalIsToldByItsCodeAndNotByItsWords() throws Exception {
            try (var server = new HostileServer(guest -> {
                greet(guest);
                guest.getOutputStream().write(command("_error", 1, "NetConnection.Connect.Rejected", "<script>"));
                guest.getInputStream().readAllBytes();
            })) {
                failsAt(
                        tester().test(at(server.port()), ANYWHERE, NEVER),
                        Kind.CONNECT,
                        "The server refuses the application 'app' (NetConnection.Connect.Rejected); copy the address again from the platform.");
            }
        }

        @Test
        void aServerThatRepeatsTheKeyIsNotQuoted() throws Exception {
            var key = "livekeyofmine1234";
            try (var server = new HostileServer(guest -> {
                greet(guest);
                guest.getOutputStream().write(command("_result", 1, "NetConnection.Connect.Success", ""));
                guest.getOutputStream().write(command("_result", 4, "x", ""));
                guest.getOutputStream().write(command("onStatus", 0, key, key, "error"));
                guest.getInputStream().readAllBytes();
            })) {
                var target = new PushTarget(at(server.port()).server(), Secret.of(key));
                var test = tester().test(target, ANYWHERE, unseen(key));
                assertThat(last(test).sentence())
                        .isEqualTo(
                                "The platform refuses the stream key; copy it again from the platform, and see that nothing else uses it now.");
            }
        }

        @Test
        void whateverItSendsTheEndIsASentenceInTime() throws Exception {
            for (var seed = 0; seed < 60; seed++) {
                var random = new Random(seed);
                var greets = seed % 3 != 0;
                var garbage = new byte[random.nextInt(4000)];
                random.nextBytes(garbage);
                if (greets) {
                    for (var at = 0; at + 12 < garbage.length; at += 12 + random.nextInt(40)) {
                        // Something like the header of a message, so that more than the first chunk is looked at.
                        garbage[at] = (byte) random.nextInt(8);
                        garbage[at + 4] = 0;
                        garbage[at + 5] = 0;
                        garbage[at + 6] = (byte) random.nextInt(64);
                        garbage[at + 7] = (byte) (random.nextInt(3) == 0 ? 20 : random.nextInt(21));
                    }
                }
                try (var server = new HostileServer(guest -> {
                    if (greets) {
                        greet(guest);
                    }
                    guest.getOutputStream().write(garbage);
                })) {
                    var began = System.nanoTime();
                    var test = tester().test(at(server.port()), ANYWHERE, UNSEEN);
                    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
                    assertThat(test.passed()).as("seed %d", seed).isFalse();
                    assertThat(last(test).sentence())
                            .as("seed %d", seed)
                            .endsWith(".")
                            .doesNotContain(KEY);
                }
            }
        }

        private void greet(Socket guest) throws IOException {
            var in = new DataInputStream(guest.getInputStream());
            in.skipNBytes(1);
            var hello = in.readNBytes(1536);
            var out = guest.getOutputStream();
            out.write(3);
            out.write(new byte[1536]);
            out.write(hello);
            in.skipNBytes(1536);
        }

        private byte[] command(String name, int transaction, String code, String description) throws IOException {
            return command(name, transaction, code, description, "status");
        }

        private byte[] command(String name, int transaction, String code, String description, String level)
                throws IOException {
            var about = new java.util.LinkedHashMap<String, String>();
            about.put("level", level);
            about.put("code", code);
            about.put("description", description);
            var body = new AmfWriter()
                    .text(name)
                    .number(transaction)
                    .nothing()
                    .members(about)
                    .toBytes();
            var wire = new java.io.ByteArrayOutputStream();
            new ChunkWriter(wire).write(3, new Message(Message.COMMAND, 0, 0, body));
            return wire.toByteArray();
        }
    }

    @Test
    void printsNoKey() {
        assertThat(List.of(UNSEEN, NEVER).toString()).doesNotContain(KEY);
    }
}
