package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.rtmp.Deadline;
import dev.livemeter.rtmp.Message;
import dev.livemeter.rtmp.RtmpSession;
import dev.livemeter.secret.Secret;
import dev.livemeter.testing.ManualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody who pushes as nginx does, the bridge, and a server. */
class KeyBridgeTest {

    private static final String KEY = "PLATFORM0SECRET" + "k".repeat(185);

    private static final Pattern LOCATION =
            Pattern.compile("rtmp://127\\.0\\.0\\.1:([0-9]+)/([0-9]+-[a-z0-9]{26})/push");

    private final ManualTime time = ManualTime.create();
    private final KeyBridge bridge = KeyBridge.onLoopback(time, time);
    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicLong written = new AtomicLong();

    @AfterEach
    void close() throws IOException {
        bridge.close();
        for (var socket : sockets) {
            socket.close();
        }
    }

    private String ticketTo(int port) {
        var target = new PushTarget(URI.create("rtmp://platform.test:" + port + "/youtube"), Secret.of(KEY));
        var location = bridge.to(new Onward(IpLiteral.address("127.0.0.1"), port, null, target))
                .orElseThrow();
        var parts = LOCATION.matcher(location);
        assertThat(parts.matches()).as(location).isTrue();
        assertThat(Integer.parseInt(parts.group(1))).isEqualTo(bridge.ownPort());
        return parts.group(2);
    }

    private Socket connected() throws IOException {
        var socket = new Socket(IpLiteral.address("127.0.0.1"), bridge.ownPort());
        sockets.add(socket);
        return socket;
    }

    private static RtmpSession greeted(Socket socket) throws IOException {
        var session = new RtmpSession(socket, Deadline.in(Duration.ofSeconds(10)));
        session.shakeHands();
        return session;
    }

    private static RtmpSession.Answer connect(RtmpSession session, String ticket) throws IOException {
        return session.connect(URI.create("rtmp://127.0.0.1/" + ticket));
    }

    private static void assertClosed(Socket socket) {
        Await.until("the bridge hung up", () -> {
            try {
                socket.setSoTimeout(50);
                return socket.getInputStream().read() < 0;
            } catch (SocketTimeoutException notYet) {
                return false;
            } catch (IOException reset) {
                return true;
            }
        });
    }

    @Test
    void whoHasATicketPublishesUnderTheKeyAndSeesNothingOfIt() throws Exception {
        try (var sink = new RtmpSink()) {
            var socket = connected();
            var session = greeted(socket);
            assertThat(connect(session, ticketTo(sink.port())).isRefusal()).isFalse();
            assertThat(session.publish("push").code()).isEqualTo("NetStream.Publish.Start");
            assertThat(sink.keys()).containsExactly(KEY);
            assertThat(bridge.size()).isEqualTo(1);
            assertThat(bridge.toString()).isEqualTo("KeyBridge[1 pushes]");

            // Whoever goes ends both sides.
            socket.close();
            Await.until("nothing passes any more", () -> bridge.size() == 0);
        }
    }

    @Test
    void theServersEndIsThatOfThePush() throws Exception {
        try (var sink = new RtmpSink()) {
            var socket = connected();
            var session = greeted(socket);
            connect(session, ticketTo(sink.port()));
            session.publish("push");
            sink.stop();
            assertClosed(socket);
            Await.until("nothing passes any more", () -> bridge.size() == 0);
        }
    }

    @Test
    void aTicketIsGoodOnce() throws Exception {
        try (var sink = new RtmpSink()) {
            var ticket = ticketTo(sink.port());
            var second = ticketTo(sink.port());
            assertThat(second).isNotEqualTo(ticket);
            connect(greeted(connected()), ticket);
            var again = connected();
            assertThatThrownBy(() -> connect(greeted(again), ticket)).isInstanceOf(IOException.class);
            assertClosed(again);
            assertThat(connect(greeted(connected()), second).isRefusal()).isFalse();
        }
    }

    @Test
    void aTicketExpires() throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var ticket = ticketTo(server.getLocalPort());
            time.advance(KeyBridge.TICKET_GOOD_FOR);
            var socket = connected();
            assertThatThrownBy(() -> connect(greeted(socket), ticket)).isInstanceOf(IOException.class);
            server.setSoTimeout(1);
            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void whoHasNoTicketIsLeft() throws Exception {
        var ticket = ticketTo(1);
        var number = ticket.substring(0, ticket.indexOf('-'));
        for (var guess : List.of("", "live", number, number + "-", number + "-" + "a".repeat(26), "2" + ticket)) {
            var socket = connected();
            assertThatThrownBy(() -> connect(greeted(socket), guess.isEmpty() ? "x" : guess))
                    .isInstanceOf(IOException.class);
            assertClosed(socket);
        }
        var stranger = connected();
        stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertClosed(stranger);
        Await.until("nobody is served any more", () -> bridge.size() == 0);
    }

    @Test
    void whoDoesNotPublishSoonIsLeft() throws Exception {
        try (var sink = new RtmpSink()) {
            var silent = connected();
            Await.until("it is served", () -> bridge.size() == 1);
            var hesitating = connected();
            connect(greeted(hesitating), ticketTo(sink.port()));
            var publishing = connected();
            var session = greeted(publishing);
            connect(session, ticketTo(sink.port()));
            session.publish("push");
            time.advance(KeyBridge.PUBLISHED_WITHIN);
            assertClosed(silent);
            assertClosed(hesitating);
            Await.until("the one that publishes is left alone", () -> bridge.size() == 1);
            assertThat(sink.keys()).containsExactly(KEY);
        }
    }

    @Test
    void aServerThatTakesNothingStopsWhoPushesAndIsLeftAfterAWhile() throws Exception {
        try (var sink = new RtmpSink()) {
            var socket = connected();
            var session = greeted(socket);
            connect(session, ticketTo(sink.port()));
            session.publish("push");
            sink.freeze();
            try {
                var piece = new byte[4_000];
                socket.setSendBufferSize(32 * 1024);
                var writer = new Thread(() -> {
                    try {
                        while (true) {
                            session.media(Message.AUDIO, 0, piece);
                            written.addAndGet(piece.length);
                        }
                    } catch (IOException closed) {
                        // The end.
                    }
                });
                writer.start();
                var seen = new long[] {-1};
                Await.until("nothing is taken any more", Duration.ofSeconds(20), () -> {
                    var before = seen[0];
                    seen[0] = written.get();
                    pause();
                    return before > 0 && before == written.get();
                });
                assertThat(written.get()).isLessThan(8_000_000);
                assertThat(bridge.size()).isEqualTo(1);
                time.advance(KeyBridge.STUCK.plusSeconds(10));
                writer.join(10_000);
                assertThat(writer.isAlive()).isFalse();
                Await.until("it was left", () -> bridge.size() == 0);
            } finally {
                sink.thaw();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void thereIsRoomForSoManyAtOnce() throws Exception {
        for (var i = 0; i < KeyBridge.MOST; i++) {
            connected();
        }
        Await.until("all are served", () -> bridge.size() == KeyBridge.MOST);
        var target = new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of(KEY));
        assertThat(bridge.to(new Onward(IpLiteral.address("127.0.0.1"), 1, null, target)))
                .isEmpty();
        assertClosed(connected());
        time.advance(KeyBridge.PUBLISHED_WITHIN);
        Await.until("there is room again", () -> bridge.size() == 0);
        try (var sink = new RtmpSink()) {
            assertThat(connect(greeted(connected()), ticketTo(sink.port())).isRefusal())
                    .isFalse();
        }
    }

    @Test
    void theEndOfTheBridgeIsThatOfAll() throws Exception {
        try (var sink = new RtmpSink()) {
            var socket = connected();
            var session = greeted(socket);
            connect(session, ticketTo(sink.port()));
            session.publish("push");
            bridge.close();
            assertClosed(socket);
            // Who waits for visitors is woken first; until then the kernel may still let one in.
            Await.until("nobody is let in any more", this::isRefused);
            var target = new PushTarget(URI.create("rtmp://platform.test/app"), Secret.of(KEY));
            assertThat(bridge.to(new Onward(IpLiteral.address("127.0.0.1"), 1, null, target)))
                    .isEmpty();
        }
    }

    private boolean isRefused() {
        try {
            connected().close();
            return false;
        } catch (IOException refused) {
            return true;
        }
    }
}
