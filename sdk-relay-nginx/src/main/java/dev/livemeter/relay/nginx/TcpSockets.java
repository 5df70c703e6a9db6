package dev.livemeter.relay.nginx;

import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Linux tells of the established TCP connections of this machine: how much each has sent that its peer did not take yet. nginx knows only what it
 * handed over, and the kernel holds megabytes. Where there is no such table, nothing is known. Thread-safe.
 */
final class TcpSockets {

    private static final Logger log = LoggerFactory.getLogger(TcpSockets.class);

    private static final Path IPV4 = Path.of("/proc/net/tcp");
    private static final Path IPV6 = Path.of("/proc/net/tcp6");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern ENDPOINT = Pattern.compile("([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})");
    private static final Pattern PAIR = Pattern.compile("([0-9A-F]{1,8}):([0-9A-F]{1,8})");
    private static final String ESTABLISHED = "01";
    private static final int PORT_DIGITS = 4;

    /** The timer by which a sender asks whether its peer has room again. */
    private static final String ZERO_WINDOW_PROBE = "04";

    /** One loss is everyday; from the second repetition on nothing was acknowledged for more than half a second. */
    private static final int REPETITIONS = 2;

    static final Duration PAUSE = Duration.ofSeconds(60);

    private final Path ipv4;
    private final Path ipv6;
    private final Worth worth;
    private final TimeSource time;
    private volatile long notBeforeNanos;

    TcpSockets(Worth worth, TimeSource time) {
        this(IPV4, IPV6, worth, time);
    }

    TcpSockets(Path ipv4, Path ipv6, Worth worth, TimeSource time) {
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.worth = worth;
        this.time = time;
        this.notBeforeNanos = time.nanoTime();
    }

    /**
     * What a reading may cost; after one that cost more the table is left alone for a while.
     *
     * @param longest how long it may take
     * @param largest of how many connections
     */
    record Worth(Duration longest, int largest) {

        /**
         * The kernel writes the whole table for each reading, connections that are over included, and each callback leaves one for a minute. The table is read every second, so many of them are not worth it even where
         * that goes fast.
         */
        static final Worth USUAL = new Worth(Duration.ofMillis(100), 20_000);

        /** For who wants to know whatever it costs. */
        static final Worth ANY = new Worth(Duration.ofSeconds(60), Integer.MAX_VALUE);
    }

    /** A connection, by its two ends as the table writes them; the local one makes it unique. */
    record Connection(String local, InetAddress peer, int peerPort) {}

    /**
     * What waits in a connection.
     *
     * @param bytes handed over to the kernel and not acknowledged by the peer
     * @param blocked whether the peer has no room, or answers no more
     */
    record Queue(long bytes, boolean blocked) {}

    /** Those to the ports of these servers, none where the machine has no such table; empty for a while after that took too long. */
    Optional<Map<Connection, Queue>> read(Set<Peer> peers) {
        var peerPorts = peers.stream().map(Peer::port).collect(Collectors.toUnmodifiableSet());
        var from = time.nanoTime();
        if (from - notBeforeNanos < 0) {
            return Optional.empty();
        }
        var found = new HashMap<Connection, Queue>();
        var connections = 0;
        for (var table : tables(peers)) {
            try (var lines = Files.newBufferedReader(table, StandardCharsets.US_ASCII)) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    connections++;
                    if (isOfInterest(line, peerPorts)) {
                        read(line, found);
                    }
                }
            } catch (IOException none) {
                // Another system than Linux, or one without IPv6.
            }
        }
        if (connections > worth.largest()
                || time.nanoTime() - from > worth.longest().toNanos()) {
            log.debug(
                    "The machine's table of connections is so long that it is left alone for {} s.", PAUSE.toSeconds());
            notBeforeNanos = time.nanoTime() + PAUSE.toNanos();
        }
        return Optional.of(found);
    }

    /** The kernel goes through all connections for either table, so the one of IPv6 is left out where no server can be in it. */
    private List<Path> tables(Set<Peer> peers) {
        return peers.stream().allMatch(peer -> peer.address() instanceof Inet4Address)
                ? List.of(ipv4)
                : List.of(ipv4, ipv6);
    }

    /** Most lines of a busy machine are of connections that are over, or of others; they are not taken apart. */
    private static boolean isOfInterest(String line, Set<Integer> peerPorts) {
        var local = line.indexOf(": ") + 2;
        var peer = line.indexOf(' ', local) + 1;
        var state = line.indexOf(' ', peer) + 1;
        if (local < 2 || peer == 0 || state < peer + PORT_DIGITS || !line.startsWith(ESTABLISHED + " ", state)) {
            return false;
        }
        try {
            return peerPorts.contains(Integer.parseInt(line, state - 1 - PORT_DIGITS, state - 1, 16));
        } catch (NumberFormatException noise) {
            return false;
        }
    }

    private static void read(String line, Map<Connection, Queue> found) {
        var columns = BLANKS.split(line.strip(), 8);
        if (columns.length < 8 || !ESTABLISHED.equals(columns[3])) {
            return;
        }
        var peer = ENDPOINT.matcher(columns[2]);
        var queues = PAIR.matcher(columns[4]);
        if (!peer.matches() || !queues.matches()) {
            return;
        }
        var address = address(peer.group(1));
        if (address != null) {
            var blocked = columns[5].startsWith(ZERO_WINDOW_PROBE + ":") || repetitions(columns[6]) >= REPETITIONS;
            found.put(
                    new Connection(columns[1], address, Integer.parseInt(peer.group(2), 16)),
                    new Queue(Long.parseLong(queues.group(1), 16), blocked));
        }
    }

    private static long repetitions(String hex) {
        return hex.matches("[0-9A-F]{1,8}") ? Long.parseLong(hex, 16) : 0;
    }

    /** The table shows addresses as words of four bytes, each in the order of the machine. */
    private static @Nullable InetAddress address(String hex) {
        var bytes = new byte[hex.length() / 2];
        for (var at = 0; at < bytes.length; at++) {
            var place = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? (at & ~3) + 3 - (at & 3) : at;
            bytes[place] = (byte) Integer.parseInt(hex, at * 2, at * 2 + 2, 16);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException never) {
            return null;
        }
    }
}
