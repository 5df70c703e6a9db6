package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.livemeter.spi.SignalingTransport;
import dev.livemeter.spi.SignalingTransport.Connection;
import dev.livemeter.spi.SignalingTransport.Ending;
import dev.livemeter.spi.SignalingTransport.Endpoint;
import dev.livemeter.spi.SignalingTransport.Handshake;
import dev.livemeter.spi.SignalingTransport.Receiver;
import dev.livemeter.spi.SignalingTransport.SendResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SignalingTransport} keeps: the rules of {@code docs/contracts/signaling-transport.md}. Extend it, supply a transport and a
 * way to connect to it, inherit the tests.
 */
public abstract class SignalingTransportContract {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Recorder endpoint = new Recorder();
    private SignalingTransport transport;

    /** For those who extend it. */
    protected SignalingTransportContract() {}

    /** A fresh transport that is not open yet, with a queue of at most {@link #queueLimit()} frames for each peer. */
    protected abstract SignalingTransport create();

    /** How many frames a peer may leave unread. */
    protected abstract int queueLimit();

    /** Connects a client with that query; empty if it was turned away. */
    protected abstract Optional<Client> connect(SignalingTransport transport, String query);

    /** The far end of a connection, as a test uses it. */
    protected interface Client {

        void send(String frame);

        /** The next frame, or empty if none comes within a second. */
        Optional<String> read();

        void leave();

        boolean isConnected();
    }

    @BeforeEach
    void open() {
        transport = create();
        transport.open(endpoint);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @Nested
    class Connecting {

        @Test
        @Rule("SIG-01")
        void endpointSeesTheQueryAsItWasSent() {
            accepted("key=peerjs&id=alice&token=t%20t");
            assertThat(endpoint.handshakes.get(0).query()).isEqualTo("key=peerjs&id=alice&token=t%20t");
        }

        @Test
        @Rule("SIG-02")
        void turnedAwayMeansNoConnectionAndNoClosedCall() {
            endpoint.accept = false;
            var client = connect(transport, "id=mallory");
            assertThat(client.map(Client::isConnected).orElse(false)).isFalse();
            assertThat(endpoint.closed).isEmpty();
        }

        @Test
        @Rule("SIG-03")
        void everyConnectionIsOneOfItsOwn() {
            accepted("id=a");
            accepted("id=b");
            assertThat(endpoint.connections.get(0)).isNotSameAs(endpoint.connections.get(1));
        }
    }

    @Nested
    class Carrying {

        @Test
        @Rule("SIG-04")
        void framesToThePeerKeepTheirOrder() {
            var client = accepted("id=a");
            var frames = numbered(queueLimit());
            frames.forEach(frame -> assertThat(send(endpoint.last(), frame)).isEqualTo(SendResult.QUEUED));
            frames.forEach(frame -> assertThat(client.read()).contains(frame));
        }

        @Test
        @Rule("SIG-05")
        void framesFromThePeerKeepTheirOrder() {
            var client = accepted("id=a");
            var frames = numbered(50);
            frames.forEach(client::send);
            eventually(() -> endpoint.received.size() == 50);
            assertThat(endpoint.received).isEqualTo(frames);
            assertThat(endpoint.mostAtOnce.get()).isEqualTo(1);
        }

        @Test
        @Rule("SIG-06")
        void sendingToAConnectionThatIsGoneSaysSo() {
            accepted("id=a").leave();
            eventually(() -> !endpoint.closed.isEmpty());
            assertThat(send(endpoint.last(), "x")).isEqualTo(SendResult.NOT_CONNECTED);
        }

        @Test
        @Rule("SIG-07")
        void aPeerThatDoesNotReadIsDroppedAndDisturbsNoOther() {
            accepted("id=slow");
            var slow = endpoint.last();
            var other = accepted("id=other");
            var result = SendResult.QUEUED;
            for (var i = 0; i < 1_000_000 && result == SendResult.QUEUED; i++) {
                result = send(slow, "x".repeat(1_000));
            }
            assertThat(result).isEqualTo(SendResult.OVERFLOW);
            eventually(() -> endpoint.closed.contains(slow));
            assertThat(send(endpoint.last(), "still here")).isEqualTo(SendResult.QUEUED);
            assertThat(other.read()).contains("still here");
        }
    }

    @Nested
    class Closing {

        @Test
        @Rule("SIG-08")
        void aPeerThatLeavesIsReportedOnce() {
            var client = accepted("id=a");
            client.leave();
            client.leave();
            eventually(() -> !endpoint.closed.isEmpty());
            assertThat(endpoint.closed).containsExactly(endpoint.last());
        }

        @Test
        @Rule("SIG-09")
        void disconnectIsIdempotentAndDeliversWhatIsQueued() {
            var client = accepted("id=a");
            send(endpoint.last(), "LEAVE");
            endpoint.last().disconnect(Ending.DONE, "kicked", Duration.ofSeconds(1));
            endpoint.last().disconnect(Ending.VIOLATION, "kicked", Duration.ofSeconds(1));
            assertThat(client.read()).contains("LEAVE");
            eventually(() -> !client.isConnected());
            eventually(() -> !endpoint.closed.isEmpty());
            endpoint.last().disconnect(Ending.DONE, "kicked", Duration.ofSeconds(1));
            assertThat(endpoint.closed).containsExactly(endpoint.last());
        }

        @Test
        @Rule("SIG-11")
        void whatIsSentBeforeTheEndpointAnsweredArrivesFirst() {
            endpoint.greeting = "welcome";
            var client = accepted("id=a");
            send(endpoint.last(), "and more");
            assertThat(client.read()).contains("welcome");
            assertThat(client.read()).contains("and more");
        }

        @Test
        @Rule("SIG-10")
        void closeEndsEveryConnection() {
            accepted("id=a");
            accepted("id=b");
            transport.close();
            transport.close();
            eventually(() -> endpoint.closed.size() == 2);
            assertThat(connect(transport, "id=c").map(Client::isConnected).orElse(false))
                    .isFalse();
        }
    }

    private Client accepted(String query) {
        return connect(transport, query).orElseThrow(() -> new AssertionError("The transport let nobody in."));
    }

    private static SendResult send(Connection connection, String frame) {
        return connection.send(frame.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> "frame " + i).toList();
    }

    private static void eventually(BooleanSupplier condition) {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                fail("It did not come true within " + PATIENCE + ".");
            }
            Thread.onSpinWait();
        }
    }

    private static final class Recorder implements Endpoint {

        private final List<Handshake> handshakes = new CopyOnWriteArrayList<>();
        private final List<Connection> connections = new CopyOnWriteArrayList<>();
        private final List<String> received = new CopyOnWriteArrayList<>();
        private final List<Connection> closed = new CopyOnWriteArrayList<>();
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger mostAtOnce = new AtomicInteger();
        private volatile boolean accept = true;
        private volatile @Nullable String greeting;

        @Override
        public @Nullable Receiver connected(Handshake handshake, Connection connection) {
            handshakes.add(handshake);
            connections.add(connection);
            var first = greeting;
            if (first != null) {
                assertThat(SignalingTransportContract.send(connection, first)).isEqualTo(SendResult.QUEUED);
            }
            return accept ? new Hearing(connection) : null;
        }

        Connection last() {
            return connections.get(connections.size() - 1);
        }

        private final class Hearing implements Receiver {

            private final Connection connection;

            private Hearing(Connection connection) {
                this.connection = connection;
            }

            @Override
            public void received(byte[] buffer, int offset, int length) {
                mostAtOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
                received.add(new String(buffer, offset, length, StandardCharsets.UTF_8));
                inside.decrementAndGet();
            }

            @Override
            public void closed(SignalingTransport.Closing how) {
                closed.add(connection);
            }
        }
    }
}
