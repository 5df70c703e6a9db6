package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.relay.nginx.Statistics.Media;
import dev.livemeter.relay.nginx.StreamLook.Seen;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat.KeyframeInterval;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamLooksTest {

    private static final Media SMALL = new Media("H264", "AAC", 1280, 720, 30, 0, 0);
    private static final Media LARGE = new Media("H264", "AAC", 1920, 1080, 30, 0, 0);
    private static final SessionId ID = new SessionId("aaaaaaaaaaaaaaaaaaaaaaaaaa");

    private final ManualTime time = ManualTime.create();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final List<SessionId> looked = new ArrayList<>();
    private volatile StreamLooks.Looker looker = (session, expected, begun) -> seen(4);
    private final StreamLooks looks = new StreamLooks(
            (session, expected, begun) -> {
                synchronized (looked) {
                    looked.add(session);
                }
                return looker.look(session, expected, begun);
            },
            workers,
            time,
            new Random(1));

    @AfterEach
    void end() throws Exception {
        looks.close();
        workers.shutdown();
        assertThat(workers.awaitTermination(60, TimeUnit.SECONDS))
                .as("no look goes on")
                .isTrue();
    }

    private static Seen seen(int seconds) {
        return new Seen("H264", "AAC", 1280, 720, 30, 1, 1, new KeyframeInterval(Duration.ofSeconds(seconds), false));
    }

    private int count() {
        synchronized (looked) {
            return looked.size();
        }
    }

    /** Asks every second, as the guard does. */
    private void pass(Duration span, Media media) {
        for (var left = span.toSeconds(); left > 0; left--) {
            time.advance(Duration.ofSeconds(1));
            looks.consider(ID, media);
            Await.until("no look goes on", () -> !looks.isLooking());
        }
    }

    @Test
    void aStreamIsLookedAtSoonThenOnceMoreAndThenSeldom() {
        pass(Duration.ofSeconds(1), SMALL);
        assertThat(looks.of(ID)).contains(seen(4));
        assertThat(count()).isEqualTo(1);
        looker = (session, expected, begun) -> seen(2);
        pass(Duration.ofSeconds(59), SMALL);
        assertThat(count()).isEqualTo(1);
        pass(Duration.ofSeconds(1), SMALL);
        assertThat(count()).isEqualTo(2);
        assertThat(looks.of(ID)).contains(seen(2));
        pass(Duration.ofMinutes(9), SMALL);
        assertThat(count()).isEqualTo(2);
        pass(Duration.ofMinutes(1), SMALL);
        assertThat(count()).isEqualTo(3);
    }

    @Test
    void anotherFormIsLookedAtEarlier() {
        pass(Duration.ofSeconds(20), SMALL);
        assertThat(count()).isEqualTo(1);
        pass(Duration.ofSeconds(1), LARGE);
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void aFormThatChangesAllTheTimeIsNotLookedAtAllTheTime() {
        for (var i = 0; i < 600; i++) {
            pass(Duration.ofSeconds(1), i % 2 == 0 ? SMALL : LARGE);
        }
        assertThat(count()).isBetween(4, 9);
    }

    @Test
    void whatCannotBeSeenIsTriedMoreAndMoreSeldomAndNobodyHearsOfIt() {
        looker = (session, expected, begun) -> {
            throw new IOException("no way");
        };
        pass(Duration.ofMinutes(10), SMALL);
        assertThat(count()).isBetween(4, 7);
        assertThat(looks.of(ID)).isEmpty();
        looker = (session, expected, begun) -> {
            throw new IllegalStateException("a fault of ours");
        };
        pass(Duration.ofMinutes(10), SMALL);
        looker = (session, expected, begun) -> seen(4);
        pass(Duration.ofMinutes(13), SMALL);
        assertThat(looks.of(ID)).contains(seen(4));
    }

    @Test
    void aFewAreLookedAtAtOnce() {
        var go = new CompletableFuture<Seen>();
        looker = (session, expected, begun) -> go.join();
        for (var i = 0; i < 10; i++) {
            looks.consider(new SessionId("bbbbbbbbbbbbbbbbbbbbbbbbb" + i), SMALL);
        }
        Await.until("the first ones are looked at", () -> count() == StreamLooks.AT_ONCE);
        go.complete(seen(1));
        Await.until("they are done", () -> !looks.isLooking());
        assertThat(count()).isEqualTo(StreamLooks.AT_ONCE);
        for (var i = 0; i < 10; i++) {
            looks.consider(new SessionId("bbbbbbbbbbbbbbbbbbbbbbbbb" + i), SMALL);
        }
        Await.until("the next ones are", () -> count() >= 2 * StreamLooks.AT_ONCE);
    }

    @Test
    void aStreamThatIsOverIsForgotten() throws Exception {
        try (var server = new Silent()) {
            looker = server::look;
            looks.consider(ID, SMALL);
            server.await();
            looks.keepOnly(Set.of());
            Await.until("its look is broken off", () -> !looks.isLooking());
            assertThat(looks.of(ID)).isEmpty();
        }
    }

    @Test
    void aLookThatHangsIsBrokenOff() throws Exception {
        try (var server = new Silent()) {
            looker = server::look;
            looks.consider(ID, SMALL);
            server.await();
            time.advance(Duration.ofSeconds(44));
            looks.keepOnly(Set.of(ID));
            assertThat(looks.isLooking()).isTrue();
            time.advance(Duration.ofSeconds(1));
            looks.keepOnly(Set.of(ID));
            Await.until("it is broken off", () -> !looks.isLooking());
        }
    }

    @Test
    void whoClosesBreaksOffEverything() throws Exception {
        try (var server = new Silent()) {
            looker = server::look;
            looks.consider(ID, SMALL);
            server.await();
            looks.close();
            Await.until("it is broken off", () -> !looks.isLooking());
            looks.consider(new SessionId("cccccccccccccccccccccccccc"), SMALL);
            assertThat(count()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatSaysNothingIsLeftSoon() throws Exception {
        try (var server = new Silent()) {
            var tickets = new LookTickets();
            var one = new StreamLooker(server::open, "live", tickets, TimeSource.system(), null);
            var began = System.nanoTime();
            assertThatThrownBy(() -> one.look(ID, true, socket -> {})).isInstanceOf(IOException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));
            assertThat(tickets.toString()).isEqualTo("LookTickets[0]");
        }
    }

    /** Takes connections and never says a word. */
    private static final class Silent implements AutoCloseable {

        private final ServerSocket door = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final CompletableFuture<Void> waiting = new CompletableFuture<>();

        Silent() throws IOException {}

        Socket open(Consumer<Socket> begun) throws IOException {
            return IngestWay.plain("127.0.0.1", door.getLocalPort(), begun);
        }

        Seen look(SessionId session, boolean expected, Consumer<Socket> begun) throws IOException {
            try (var socket = open(begun)) {
                waiting.complete(null);
                socket.getInputStream().read();
                return seen(1);
            }
        }

        void await() throws Exception {
            waiting.get(60, TimeUnit.SECONDS);
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }
}
