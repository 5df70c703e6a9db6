package dev.livemeter.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What who plays makes of a server; with one that speaks as it should, the adapters try it. */
class RtmpSessionTest {

    private static final URI SERVER = URI.create("rtmp://relay/live");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> guests = new ArrayList<>();
    private ServerSocket door;

    /** What a server does after the handshake. */
    private interface Conduct {
        void towards(OutputStream guest) throws Exception;
    }

    @BeforeEach
    void open() throws IOException {
        door = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        door.close();
        guests.forEach(RtmpSessionTest::shut);
        threads.shutdownNow();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private RtmpSession visit(Duration within, Conduct conduct) throws IOException {
        threads.execute(() -> {
            try (var guest = door.accept()) {
                var in = new DataInputStream(guest.getInputStream());
                in.skipNBytes(1);
                var hello = in.readNBytes(1536);
                guest.getOutputStream().write(3);
                guest.getOutputStream().write(new byte[1536]);
                guest.getOutputStream().write(hello);
                in.skipNBytes(1536);
                conduct.towards(guest.getOutputStream());
                while (in.read() >= 0) {
                    // Until the guest leaves.
                }
            } catch (Exception gone) {
                // The guest has left, or the test is over.
            }
        });
        guests.forEach(RtmpSessionTest::shut);
        var socket = new Socket(door.getInetAddress(), door.getLocalPort());
        guests.add(socket);
        var session = RtmpSession.watching(socket, Deadline.in(within));
        session.shakeHands();
        return session;
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(OutputStream guest, String name, int transaction, String level) throws IOException {
        var about = new LinkedHashMap<String, String>();
        about.put("level", level);
        about.put("code", "NetStream.Play.Word");
        send(
                guest,
                Message.COMMAND,
                new AmfWriter()
                        .text(name)
                        .number(transaction)
                        .nothing()
                        .members(about)
                        .toBytes());
    }

    private static void send(OutputStream guest, int type, byte[] body) throws IOException {
        new ChunkWriter(guest).write(5, new Message(type, 1, 40, body));
    }

    @Test
    void whatIsPlayedComesMessageByMessage() throws Exception {
        var session = visit(Duration.ofSeconds(10), guest -> {
            say(guest, "_result", 1, "status");
            say(guest, "_result", 2, "status");
            // Some servers do not wait with it.
            send(guest, Message.VIDEO, new byte[] {0x17, 0});
            say(guest, "onStatus", 0, "status");
            send(guest, Message.VIDEO, new byte[] {0x17, 1});
            send(guest, Message.AUDIO, new byte[] {(byte) 0xAF, 1});
        });
        assertThat(session.connect(SERVER).isRefusal()).isFalse();
        var answer = session.play("stream?look=1");
        assertThat(answer.isOfLevel("status")).isTrue();
        assertThat(session.next().body()).containsExactly(0x17, 1);
        assertThat(session.next().type()).isEqualTo(Message.AUDIO);
    }

    @Test
    void aRefusalIsTold() throws Exception {
        var session = visit(Duration.ofSeconds(10), guest -> {
            say(guest, "_result", 1, "status");
            say(guest, "_result", 2, "status");
            say(guest, "onStatus", 0, "error");
        });
        session.connect(SERVER);
        assertThat(session.play("stream").isOfLevel("error")).isTrue();
    }

    @Test
    void aServerThatSendsOtherThingsForeverIsLeftInTime() throws Exception {
        var session = visit(Duration.ofMillis(700), guest -> {
            while (true) {
                send(guest, Message.VIDEO, new byte[] {0x17, 0});
                TimeUnit.MILLISECONDS.sleep(20);
            }
        });
        assertThatThrownBy(() -> session.connect(SERVER)).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void whateverIsSentTheEndIsAnIoException() throws Exception {
        for (var seed = 0; seed < 40; seed++) {
            var garbage = new byte[2_000];
            new Random(seed).nextBytes(garbage);
            var session = visit(Duration.ofMillis(500), guest -> guest.write(garbage));
            assertThatThrownBy(() -> {
                        session.connect(SERVER);
                        session.play("stream");
                        while (true) {
                            session.next();
                        }
                    })
                    .as("seed %d", seed)
                    .isInstanceOf(IOException.class);
        }
    }
}
