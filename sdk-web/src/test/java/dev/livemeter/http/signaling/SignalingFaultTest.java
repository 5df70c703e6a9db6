package dev.livemeter.http.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.http.jetty.SignalingPort;
import dev.livemeter.peer.PeerId;
import dev.livemeter.signaling.SignalingLimits;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.spi.PeerAuthority;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that break, come all at once, come and go for ever, or are very many. */
class SignalingFaultTest {

    private static final int MOST_IDLE = 10_000;
    private static final int MANY_AT_ONCE = 3_000;

    private OwnServer server = start(0);
    private final List<RawPeer> peers = new ArrayList<>();

    private static OwnServer start(int port) {
        var signaling = SignalingServer.builder()
                .options(SignalingOptions.builder()
                        .mostPeers(2 * MOST_IDLE)
                        .limits(SignalingLimits.defaults().withMessageBytes(100_000))
                        .build())
                .build();
        return new OwnServer(signaling, SignalingPort.open(signaling, "127.0.0.1", port));
    }

    @BeforeEach
    void warmUp() throws IOException {
        open("warm").close();
        eventually(() -> server.signaling().metrics().peers() == 0);
    }

    @AfterEach
    void close() throws IOException {
        for (var peer : peers) {
            peer.close();
        }
        server.close();
    }

    private RawPeer open(String id) throws IOException {
        var peer = RawPeer.open(server.port().port(), id);
        synchronized (peers) {
            peers.add(peer);
        }
        return peer;
    }

    @Test
    void framesThatBreakTheProtocolCloseTheirSenderAlone() throws IOException {
        var bystander = open("bystander");
        var faults = List.of(
                List.of(1002, 0xc1, 0x80, 0, 0, 0, 0),
                List.of(1002, 0x81, 0x01, 0x78),
                List.of(1002, 0x83, 0x80, 0, 0, 0, 0),
                List.of(1002, 0x80, 0x80, 0, 0, 0, 0),
                List.of(1002, 0x89, 0xfe, 0, 126, 0, 0, 0, 0),
                List.of(1009, 0x81, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0),
                List.of(1009, 0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        for (var fault : faults) {
            var peer = open("mallory");
            var bytes = new byte[fault.size() - 1];
            for (var i = 0; i < bytes.length; i++) {
                bytes[i] = fault.get(i + 1).byteValue();
            }
            peer.send(bytes);
            assertThat(peer.text()).isEqualTo("closed " + fault.get(0));
            assertThat(peer.isHungUp()).isTrue();
        }
        requireAlive(bystander, "bystander");
    }

    @Test
    void pingsAreAnsweredAndGoodbyesToo() throws IOException {
        var peer = open("alice");
        peer.send(new byte[] {(byte) 0x89, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
        assertThat(peer.text()).isEqualTo("pong hi");
        peer.send(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xe9});
        assertThat(peer.text()).isEqualTo("closed 1001");
        assertThat(peer.isHungUp()).isTrue();
    }

    @Test
    void whoHangsUpInTheMiddleOfAFrameIsLost() throws IOException {
        var peer = open("alice");
        peer.send(new byte[] {(byte) 0x81, (byte) 0xff, 0, 0});
        peer.close();
        eventually(() -> server.signaling().metrics().lost() == 2); // with the one that warmed up
    }

    @Test
    void allWhoWereThereComeBackAtOnceAfterARestart() throws Exception {
        var port = server.port().port();
        try (var before = IdlePeers.connect(port, MANY_AT_ONCE)) {
            before.requireAlive(0);
            assertThat(server.signaling().metrics().peers()).isEqualTo(MANY_AT_ONCE);
            server.close();
            server = start(port);
            try (var again = IdlePeers.storm(port, MANY_AT_ONCE)) {
                assertThat(server.signaling().metrics().peers()).isEqualTo(MANY_AT_ONCE);
                for (var number = 0; number < MANY_AT_ONCE; number += 500) {
                    again.requireAlive(number);
                }
                requireAlive(open("alice"), "alice");
                assertThat(server.signaling().metrics().lost()).isZero();
            }
        }
    }

    @Test
    void tenThousandStayConnectedAndAreServed() throws Exception {
        try (var idle = IdlePeers.connect(server.port().port(), MOST_IDLE)) {
            assertThat(server.signaling().metrics().peers()).isEqualTo(MOST_IDLE);
            var before = server.signaling().metrics();
            for (var number = 0; number < MOST_IDLE; number += 1_000) {
                idle.requireAlive(number);
            }
            // Nor does anybody else notice them.
            requireAlive(open("alice"), "alice");
            assertThat(server.signaling().metrics().lost()).isEqualTo(before.lost());
            assertThat(server.signaling().metrics().peers()).isEqualTo(MOST_IDLE + 1);
        }
        eventually(() -> server.signaling().metrics().peers() == 1);
    }

    @Test
    void anAuthorityThatThinksForLongKeepsNobodyWaiting() throws Exception {
        server.close();
        var thought = new CountDownLatch(1);
        var signaling = SignalingServer.builder()
                .authority(new PeerAuthority() {
                    @Override
                    public Admission admit(PeerRequest request) {
                        if (request.id().value().startsWith("slow")) {
                            try {
                                thought.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }
                        return new Admission.Admitted(Duration.ZERO);
                    }

                    @Override
                    public boolean mayCall(PeerId caller, PeerId callee) {
                        return true;
                    }
                })
                .build();
        server = new OwnServer(signaling, SignalingPort.open(signaling, "127.0.0.1", 0));
        var alice = open("alice");
        var pool = Executors.newFixedThreadPool(16);
        try {
            var slow = IntStream.range(0, 16)
                    .mapToObj(number -> pool.submit(() -> open("slow" + number)))
                    .toList();
            for (var i = 0; i < 100; i++) {
                requireAlive(alice, "alice");
            }
            open("bob");
            assertThat(slow).noneMatch(Future::isDone);
            thought.countDown();
            for (var one : slow) {
                one.get();
            }
        } finally {
            thought.countDown();
            pool.shutdown();
        }
    }

    /** Says something to itself, which it has to hear. */
    private static void requireAlive(RawPeer peer, String id) throws IOException {
        peer.say("{\"type\":\"OFFER\",\"dst\":\"" + id + "\",\"payload\":1}");
        assertThat(peer.text())
                .isEqualTo("{\"type\":\"OFFER\",\"src\":\"" + id + "\",\"dst\":\"" + id + "\",\"payload\":1}");
    }

    private static void eventually(BooleanSupplier condition) {
        var end = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within a minute").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
