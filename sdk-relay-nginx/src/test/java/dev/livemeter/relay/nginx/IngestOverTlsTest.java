package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.relay.nginx.NginxRelayConfig.PlainIngest;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoders that come by TLS, and the certificate that they are shown. */
@Tag("once")
class IngestOverTlsTest {

    @TempDir
    private static Path directory;

    private static TestAuthority issuer;

    @BeforeAll
    static void makeAuthority() throws Exception {
        issuer = new TestAuthority(directory, "issuer");
    }

    private static NginxRelayConfig.Builder config(TestAuthority.Pair pair) {
        return NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .heartbeat(Duration.ofSeconds(1))
                .allowPrivateDestinations(true)
                .ingestTls(0, pair.certificate(), pair.key());
    }

    @Test
    void whereEncodersComeByTlsAloneTheirKeyframesAreMeasuredToo() throws Exception {
        var authority = new ScriptedAuthority();
        try (var relay = NginxRelay.local(config(issuer.issue("looked-at", "localhost", 2))
                .plainIngest(PlainIngest.OFF)
                .build())) {
            var ingest = relay.open(authority);
            // A keyframe every 30 pictures, of which there are 15 in a second.
            try (var encoder = new FfmpegPublisher(
                            ingest.url().toString(), "ec_live_seen", EncodedShow.constantRate(300, 30))
                    .start()) {
                Await.until(
                        "the interval is known", Duration.ofSeconds(60), () -> isMeasured(authority, "ec_live_seen"));
                var seen = authority.formats.get(authority.session("ec_live_seen"));
                assertThat(seen.videoCodec()).isEqualTo("H264");
                assertThat(seen.keyframeInterval().length())
                        .isBetween(Duration.ofMillis(1_950), Duration.ofMillis(2_050));
                assertThat(encoder.isRunning()).isTrue();
            }
        }
    }

    private static boolean isMeasured(ScriptedAuthority authority, String key) {
        var session = authority.session(key);
        var seen = session == null ? null : authority.formats.get(session);
        return seen != null && seen.keyframeInterval() != null;
    }

    @Test
    void anEncoderPublishesByTlsAndItsOwnAddressIsTold() throws Exception {
        var authority = new ScriptedAuthority();
        try (var sink = new RtmpSink();
                var relay = NginxRelay.local(config(issuer.issue("one", "localhost", 2))
                        .plainIngest(PlainIngest.OFF)
                        .build())) {
            var ingest = relay.open(authority);
            assertThat(ingest.tlsUrl()).isNotNull().hasScheme("rtmps").hasPath("/live");
            assertThat(ingest).isEqualTo(new Ingest(ingest.tlsUrl(), ingest.tlsUrl()));
            authority.pushes = request -> List.of(ScriptedAuthority.push("d", sink.server("twitch"), "by-tls"));
            try (var encoder = new FfmpegPublisher(ingest.url().toString(), "ec_live_by_tls").start()) {
                Await.until(
                        "it is live",
                        () -> authority.session("ec_live_by_tls") != null
                                && authority.saw("ec_live_by_tls", "d", State.LIVE));
                assertThat(sink.frames("twitch", "by-tls", 10)).isEqualTo(10);
                relay.disconnect(authority.session("ec_live_by_tls"));
                Await.until("the encoder is cut", () -> !encoder.isRunning());
            }
            var socket = (SSLSocket) trusting().getSocketFactory().createSocket();
            socket.bind(new InetSocketAddress(IpLiteral.address("127.0.0.9"), 0));
            socket.connect(new InetSocketAddress(
                    IpLiteral.address("127.0.0.1"), ingest.url().getPort()));
            try (var client = new RtmpClient(socket)) {
                client.connect("live")
                        .createStream()
                        .publish("ec_live_from_nine")
                        .flush();
                Await.until("it asks", () -> authority.session("ec_live_from_nine") != null);
            }
            assertThat(authority.requests.get(1).remoteAddress()).isEqualTo("127.0.0.9");
        }
    }

    @Test
    void plainAndTlsStandSideBySideAndARenewedCertificateIsTakenOver() throws Exception {
        var authority = new ScriptedAuthority();
        var pair = issuer.issue("two", "localhost", 2);
        try (var relay = NginxRelay.local(config(pair).build())) {
            var ingest = relay.open(authority);
            assertThat(ingest.url()).hasScheme("rtmp");
            assertThat(ingest.preferredUrl()).isEqualTo(ingest.tlsUrl());
            var port = ingest.preferredUrl().getPort();
            var first = shown(port);
            try (var plain = new FfmpegPublisher(ingest.url().toString(), "ec_live_plain").start();
                    var tls = new FfmpegPublisher(ingest.preferredUrl().toString(), "ec_live_tls").start()) {
                Await.until("both are let in", () -> authority.sessions.size() == 2);
                var renewed = issuer.issue("renewed", "localhost", 2);
                Files.move(renewed.key(), pair.key(), StandardCopyOption.REPLACE_EXISTING);
                Files.move(renewed.certificate(), pair.certificate(), StandardCopyOption.REPLACE_EXISTING);
                Await.until(
                        "the new one is shown",
                        Duration.ofSeconds(30),
                        () -> !shown(port).equals(first));
                var beats = authority.beats.size();
                Await.until("both go on", () -> authority.beats.size() > beats + 4);
                assertThat(plain.isRunning() && tls.isRunning()).isTrue();
                assertThat(authority.ends).isEmpty();
            }
        }
    }

    @Test
    void aPairThatCannotServeIsToldOfBeforeAnythingStarts() throws Exception {
        var good = issuer.issue("good", "localhost", 2);
        var other = issuer.issue("other", "localhost", 2);
        var missing = directory.resolve("missing.pem");
        var text = Files.writeString(directory.resolve("text.pem"), "hello");
        var expired = issuer.issue("expired", "localhost", -1);
        refused(
                new TestAuthority.Pair(missing, good.key()),
                "The ingest certificate " + missing
                        + " is missing or cannot be read. Correct the setting ingest-certificate, or the rights of the file.");
        refused(
                new TestAuthority.Pair(good.certificate(), missing),
                "The key of the ingest certificate, " + missing
                        + ", is missing or cannot be read. Correct the setting ingest-certificate-key, or the rights of the file.");
        refused(
                new TestAuthority.Pair(text, good.key()),
                "The ingest certificate " + text
                        + " is no PEM file with a certificate. Give the full chain that the authority issued.");
        refused(
                expired,
                "The ingest certificate " + expired.certificate()
                        + " has expired. Renew it; encoders refuse it as it is.");
        refused(
                new TestAuthority.Pair(good.certificate(), other.key()),
                "The key " + other.key()
                        + " does not belong to the ingest certificate " + good.certificate()
                        + ". Give the key that the certificate was issued for.");
    }

    @Test
    void withoutTheStreamModulePlainStreamsGoOnAndTlsSaysWhatIsMissing() throws Exception {
        var without = Files.writeString(directory.resolve("nginx-without-stream"), """
                #!/bin/sh
                if [ "$1" = -V ]; then echo "configure arguments: --with-stream=dynamic"; exit; fi
                exec %s "$@"
                """.formatted(
                        NginxInstallation.find(null, null).binary()));
        Files.setPosixFilePermissions(without, PosixFilePermissions.fromString("rwx------"));
        var authority = new ScriptedAuthority();
        try (var relay = NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(0)
                .mostDestinations(1)
                .binary(without)
                .build())) {
            var ingest = relay.open(authority);
            assertThat(relay.objectionTo(ScriptedAuthority.push("d", "rtmps://host.test/app", "key")
                            .target()))
                    .hasValue(
                            "This relay cannot pass streams on over TLS (rtmps://), as its nginx has no stream module. Install it (apt"
                                    + " install libnginx-mod-stream) and start the relay again, or use a server that begins with rtmp:// if the"
                                    + " platform offers one.");
            try (var encoder = new FfmpegPublisher(ingest.url().toString(), "ec_live_plain").start()) {
                Await.until("it is let in", () -> authority.session("ec_live_plain") != null);
                assertThat(encoder.isRunning()).isTrue();
            }
        }
        var pair = issuer.issue("three", "localhost", 2);
        try (var relay = NginxRelay.local(config(pair).binary(without).build())) {
            assertThatExceptionOfType(LivemeterException.class)
                    .isThrownBy(() -> relay.open(authority))
                    .withMessage(
                            "Encoders are to come by TLS, and nginx has no stream module. Install it (apt install libnginx-mod-stream), or"
                                    + " leave the ingest certificate out.");
        }
    }

    private static void refused(TestAuthority.Pair pair, String sentence) {
        try (var relay = NginxRelay.local(config(pair).build())) {
            assertThatExceptionOfType(LivemeterException.class)
                    .isThrownBy(() -> relay.open(new ScriptedAuthority()))
                    .withMessage(sentence)
                    .matches(e -> e.code().equals("relay.certificate"));
        }
    }

    private static BigInteger shown(int port) {
        try (var socket =
                (SSLSocket) trusting().getSocketFactory().createSocket(IpLiteral.address("127.0.0.1"), port)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static SSLContext trusting() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = new FileInputStream(issuer.certificate().toFile())) {
            store.setCertificateEntry(
                    "issuer", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
