package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets whose handshake ends when nobody wants them any more. */
@Timeout(180)
class TwitchSocketTest {

    private static final String OF_WEB_SOCKETS = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final Mailbox mailbox = new Mailbox(task -> {
        if (isClosed.get()) {
            throw new RejectedExecutionException("closed");
        }
        threads.execute(task);
    });
    private final TwitchSocket socket = new TwitchSocket(mailbox, text -> {}, code -> {});
    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        listener.setSoTimeout(20_000);
        var client = HttpClient.newBuilder().executor(threads).build();
        socket.open(client, URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/ws"), Duration.ofSeconds(20));
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }

    @Test
    void areLeftWhereTheChatWasLeftMeanwhile() throws Exception {
        isLeftWhen(socket::close);
    }

    @Test
    void areLeftWhereTheApplicationWasClosedMeanwhile() throws Exception {
        isLeftWhen(() -> isClosed.set(true));
    }

    private void isLeftWhen(Runnable meanwhile) throws IOException, NoSuchAlgorithmException {
        try (var peer = listener.accept()) {
            peer.setSoTimeout(20_000);
            var reader = new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.US_ASCII));
            var key = "";
            for (var line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
                if (line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18)) {
                    key = line.substring(18).strip();
                }
            }
            meanwhile.run();
            welcome(peer, key);
            assertThat(isOver(reader)).as("left").isTrue();
        }
    }

    private static void welcome(Socket peer, String key) throws IOException, NoSuchAlgorithmException {
        var hash =
                MessageDigest.getInstance("SHA-1").digest((key + OF_WEB_SOCKETS).getBytes(StandardCharsets.US_ASCII));
        peer.getOutputStream()
                .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        peer.getOutputStream().flush();
    }

    private static boolean isOver(BufferedReader reader) throws IOException {
        try {
            return reader.read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
