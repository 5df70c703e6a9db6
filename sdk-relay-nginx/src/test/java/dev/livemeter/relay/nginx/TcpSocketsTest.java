package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.relay.nginx.TcpSockets.Connection;
import dev.livemeter.relay.nginx.TcpSockets.Queue;
import dev.livemeter.relay.nginx.TcpSockets.Worth;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.time.TimeSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TcpSocketsTest {

    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    private static final Set<Peer> THERE = Set.of(new Peer(null, 1936));

    @TempDir
    private Path directory;

    private Map<Connection, Queue> read(String... lines) throws Exception {
        var table = directory.resolve("tcp");
        Files.writeString(table, HEAD + String.join("\n", lines) + "\n");
        return new TcpSockets(table, directory.resolve("missing"), Worth.USUAL, ManualTime.create())
                .read(Set.of(new Peer(null, 1936), new Peer(null, 1937)))
                .orElseThrow();
    }

    @Test
    void tellsWhatWaitsAndWhetherThereIsRoom() throws Exception {
        assertThat(read(
                        "   0: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1",
                        "   1: 0100007F:A001 010200C0:0790 01 000000FF:00000000 00:00000000 00000000     0        0 2",
                        "   2: 0100007F:A002 010200C0:0790 01 00000100:00000000 04:00000049 00000000     0        0 3",
                        "   3: 0100007F:A003 010200C0:0790 01 00000200:00000000 01:00000049 00000002     0        0 4"))
                .isEqualTo(Map.of(
                        new Connection("0100007F:A001", IpLiteral.address("192.0.2.1"), 1936),
                        new Queue(255, false),
                        new Connection("0100007F:A002", IpLiteral.address("192.0.2.1"), 1936),
                        new Queue(256, true),
                        new Connection("0100007F:A003", IpLiteral.address("192.0.2.1"), 1936),
                        new Queue(512, true)));
    }

    @Test
    void readsIpv6() throws Exception {
        var mine = "00000000000000000000000001000000:A001";
        assertThat(read("   0: " + mine
                        + " B80D0120000000000000000001000000:0790 01 00000000:00000000 00:00000000 00000000 0 0 2"))
                .containsOnlyKeys(new Connection(mine, IpLiteral.address("2001:db8::1"), 1936));
    }

    @Test
    void looksForServersOfIpv6OnlyWhereThereCanBeSome() throws Exception {
        var line = "   1: 0100007F:A001 010200C0:0790 01 00000000:00000000 00:00000000 00000000     0        0 2\n";
        var ipv4 = Files.writeString(directory.resolve("tcp"), HEAD);
        var ipv6 = Files.writeString(directory.resolve("tcp6"), HEAD + line);
        var sockets = new TcpSockets(ipv4, ipv6, Worth.USUAL, ManualTime.create());
        var known = new Peer(IpLiteral.address("192.0.2.1"), 1936);
        assertThat(sockets.read(Set.of(known)).orElseThrow()).isEmpty();
        assertThat(sockets.read(Set.of(known, new Peer(IpLiteral.address("2001:db8::1"), 1937)))
                        .orElseThrow())
                .hasSize(1);
        assertThat(sockets.read(THERE).orElseThrow()).hasSize(1);
    }

    @Test
    void leavesOutWhatGoesElsewhereAndWhatIsOver() throws Exception {
        assertThat(read(
                        "   1: 0100007F:A001 010200C0:0792 01 000000FF:00000000 00:00000000 00000000     0    "
                                + "    0 2",
                        "65536: 0100007F:A002 010200C0:0790 06 00000100:00000000 04:00000049 00000000     0   "
                                + "     0 3",
                        "65537: 0100007F:A003 010200C0:0791 01 00000001:00000000 00:00000000 00000000     0   "
                                + "     0 3"))
                .containsOnlyKeys(new Connection("0100007F:A003", IpLiteral.address("192.0.2.1"), 1937));
    }

    @Test
    void aTableThatTakesTooLongIsLeftAloneForAWhile() throws Exception {
        var table = directory.resolve("tcp");
        Files.writeString(
                table,
                HEAD
                        + "   1: 0100007F:A001 010200C0:0790 01 000000FF:00000000 00:00000000 00000000     0        0"
                        + " 2\n");
        var manual = ManualTime.create();
        var step = new AtomicReference<>(Worth.USUAL.longest());
        var sockets = new TcpSockets(table, directory.resolve("missing"), Worth.USUAL, new TimeSource() {
            @Override
            public Instant instant() {
                return manual.instant();
            }

            @Override
            public long nanoTime() {
                manual.advance(step.get().plusNanos(1));
                return manual.nanoTime();
            }
        });
        assertThat(sockets.read(THERE).orElseThrow()).hasSize(1);
        step.set(Duration.ZERO);
        assertThat(sockets.read(THERE)).isEmpty();
        manual.advance(TcpSockets.PAUSE);
        assertThat(sockets.read(THERE).orElseThrow()).hasSize(1);
        assertThat(sockets.read(THERE).orElseThrow()).hasSize(1);
    }

    @Test
    void aTableOfTooManyIsLeftAloneForAWhileHoweverFastItIs() throws Exception {
        var table = directory.resolve("tcp");
        var mine = "   1: 0100007F:A001 010200C0:0790 01 000000FF:00000000 00:00000000 00000000     0        0 2\n";
        var over = "   2: 0100007F:A002 010200C0:0790 06 00000000:00000000 00:00000000 00000000     0        0 0\n";
        var manual = ManualTime.create();
        var sockets = new TcpSockets(table, directory.resolve("missing"), Worth.USUAL, manual);
        Files.writeString(table, HEAD + mine + over.repeat(Worth.USUAL.largest() - 2));
        assertThat(sockets.read(THERE).orElseThrow()).hasSize(1);
        Files.writeString(table, HEAD + mine + over.repeat(Worth.USUAL.largest()));
        assertThat(sockets.read(THERE).orElseThrow()).hasSize(1);
        assertThat(sockets.read(THERE)).isEmpty();
        manual.advance(TcpSockets.PAUSE);
        assertThat(sockets.read(THERE).orElseThrow()).hasSize(1);
    }

    @Test
    void noiseIsNoConnection() throws Exception {
        assertThat(read("", "x", "   1: a b 01 c d e f g", "   1: 0100007F:A001 zz:0790 01 0:0 00:0 0 0 0 2"))
                .isEmpty();
    }

    @Test
    void seesTheConnectionsOfThisMachine() throws Exception {
        try (var door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var socket = new Socket(door.getInetAddress(), door.getLocalPort())) {
            assertThat(new TcpSockets(Worth.ANY, TimeSource.system())
                            .read(Set.of(new Peer(null, door.getLocalPort())))
                            .orElseThrow()
                            .keySet())
                    .anyMatch(connection -> connection.peerPort() == door.getLocalPort()
                            && connection.peer().equals(door.getInetAddress()));
            assertThat(socket.isConnected()).isTrue();
        }
    }
}
