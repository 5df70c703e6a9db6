package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import dev.livemeter.testing.ManualTime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bridge's own TLS: who cannot prove itself is sent nothing, and the reason is told. */
class BridgeWayTest {

    private static final String HOST = "platform.test";

    /** Of a handshake, as both sides send it. */
    private static final int BEGINNING_OF_A_RECORD = 22;

    private final ManualTime time = ManualTime.create();
    private final TlsComplaints complaints = new TlsComplaints(time);

    @TempDir
    private Path folder;

    private TestAuthority trusted;

    @BeforeEach
    void authority() throws Exception {
        trusted = new TestAuthority(folder, "trusted");
    }

    @Test
    void whoProvesItselfIsConnectedTo() throws Exception {
        try (var sink = new RtmpSink();
                var front = new TlsFront(folder.resolve("front"), trusted.issue("good", HOST, 2), sink.port())) {
            var end = BridgeWay.of(trusted.certificate(), complaints, time).to(onward(HOST, front.port()), begun -> {});
            end.close();
            assertThat(told(HOST, front.port())).isEqualTo("It broke.");
        }
    }

    @Test
    void aCertificateForAnotherNameIsTold() throws Exception {
        try (var sink = new RtmpSink();
                var front = new TlsFront(folder.resolve("front"), trusted.issue("good", HOST, 2), sink.port())) {
            refused(trusted, "other.test", front.port());
            assertThat(told("other.test", front.port()))
                    .isEqualTo(
                            "The server's certificate is for another name than the server's, so nothing was sent; check the address for typing errors.");
            assertThat(told(HOST, front.port())).isEqualTo("It broke.");
            time.advance(Duration.ofSeconds(15));
            assertThat(told("other.test", front.port())).isEqualTo("It broke.");
        }
    }

    @Test
    void aCertificateThatExpiredIsTold() throws Exception {
        try (var sink = new RtmpSink();
                var front = new TlsFront(folder.resolve("front"), trusted.issue("old", HOST, -1), sink.port())) {
            refused(trusted, HOST, front.port());
            assertThat(told(HOST, front.port()))
                    .isEqualTo(
                            "The server's certificate could not be verified (certificate has expired), so nothing was"
                                    + " sent. The server must show a certificate of a known authority.");
        }
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsTold() throws Exception {
        var stranger = new TestAuthority(folder, "stranger");
        try (var sink = new RtmpSink();
                var front = new TlsFront(folder.resolve("front"), stranger.issue("bad", HOST, 2), sink.port())) {
            refused(trusted, HOST, front.port());
            assertThat(told(HOST, front.port()))
                    .isEqualTo("The server's certificate could not be verified (no known authority vouches for it), so"
                            + " nothing was sent. The server must show a certificate of a known authority.");
        }
    }

    @Test
    void aServerWithoutTlsIsTold() throws Exception {
        try (var door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var server = new Thread(() -> answerPlainly(door));
            server.start();
            refused(trusted, HOST, door.getLocalPort());
            server.join();
            assertThat(told(HOST, door.getLocalPort()))
                    .isEqualTo(
                            "The server does not speak TLS as expected; check the port, or use rtmp:// if the platform gives such an address.");
        }
    }

    private static void answerPlainly(ServerSocket door) {
        try (var guest = door.accept()) {
            guest.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            // Until it goes: what it sent and nobody read would reset the connection before the answer is there.
            guest.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // The end.
        }
    }

    /** It says a little and then nothing, so that a limit for each reading would not do. */
    @Test
    void aServerThatKeepsTheHandshakeWaitingIsLeftAndTold() throws Exception {
        try (var door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var way = BridgeWay.of(trusted.certificate(), complaints, time);
            var connecting = new FutureTask<>(() -> way.to(onward(HOST, door.getLocalPort()), begun -> {}));
            new Thread(connecting).start();
            try (var guest = door.accept()) {
                assertThat(guest.getInputStream().read()).as("it greets").isEqualTo(BEGINNING_OF_A_RECORD);
                guest.getOutputStream().write(BEGINNING_OF_A_RECORD);
                time.advance(BridgeWay.HANDSHAKE_WITHIN.minusMillis(1));
                assertThat(connecting).isNotDone();
                time.advance(Duration.ofMillis(1));
                assertThatThrownBy(() -> connecting.get(30, TimeUnit.SECONDS))
                        .hasRootCauseInstanceOf(SocketTimeoutException.class)
                        .hasRootCauseMessage("the TLS handshake took longer than 5 s");
            }
            assertThat(told(HOST, door.getLocalPort()))
                    .isEqualTo(
                            "The server did not finish the TLS handshake within 5 seconds, so nothing was sent; check the port, or use rtmp:// if the platform gives such an address.");
        }
    }

    private void refused(TestAuthority authority, String host, int port) {
        var way = BridgeWay.of(authority.certificate(), complaints, time);
        assertThatThrownBy(() -> way.to(onward(host, port), begun -> {})).isInstanceOf(SSLException.class);
    }

    /** What a destination's failure is explained by. */
    private String told(String host, int port) {
        var egress = new TlsEgress(List.of(), count -> List.of(), time, time, TlsEgress.Knows.ADDRESSES);
        return new TlsSupport.There(egress, complaints).explained(target(host, port), "It broke.");
    }

    private static PushTarget target(String host, int port) {
        return new PushTarget(URI.create("rtmps://" + host + ":" + port + "/app"), Secret.of("k".repeat(2_000)));
    }

    private static Onward onward(String host, int port) {
        var target = target(host, port);
        return new Onward(
                IpLiteral.address("127.0.0.1"), port, TlsHost.of(target).orElseThrow(), target);
    }
}
