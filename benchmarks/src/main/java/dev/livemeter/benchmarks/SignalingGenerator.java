package dev.livemeter.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongPredicate;

/** Clients of a signaling server, in one thread of a process of their own. Prints what it finds, a name and a number on each line. */
public final class SignalingGenerator {

    private static final String HEARTBEAT = "{\"type\":\"HEARTBEAT\"}";

    /** Small messages of which nodes know that they are candidates; others are offers and answers, whatever their size. */
    private static final String CANDIDATE = "candidate";

    /** Who floods, and whom, may call each other: they are a pair, as far as an authority can see. */
    private static final String FLOOD = "flood";

    private static final Duration TOKENS_HOLD_FOR = Duration.ofHours(1);
    private static final int FLOOD_BYTES = 64 * 1024;
    private static final int BYSTANDING_PAIRS = 16;
    private static final int BYSTANDERS_PER_SECOND = 2_000;

    /** So many messages of 64 KiB at most go out before the others are looked after. */
    private static final int FLOOD_AT_ONCE = 16;

    private static final long MOST_SETTLING_NANOS = 2_000_000_000L;

    private final Selector selector = Selector.open();
    private final SignalingTokens tokens = new SignalingTokens();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    private final int port;
    private final int otherPort;
    private long[] delays = new long[1 << 16];
    private int received;
    private int named;
    private boolean echo;
    private boolean flooding;

    private SignalingGenerator(int port, int otherPort) throws IOException {
        this.port = port;
        this.otherPort = otherPort;
    }

    /**
     * Runs orders from standard input, one on a line, until it ends.
     *
     * @param arguments the server's port; and that of another node, where each pair has one of its peers
     * @throws IOException where a connection failed that should not
     */
    public static void main(String[] arguments) throws IOException {
        var generator = new SignalingGenerator(
                Integer.parseInt(arguments[0]), Integer.parseInt(arguments[arguments.length - 1]));
        var in = new java.io.BufferedReader(
                new java.io.InputStreamReader(System.in, java.nio.charset.StandardCharsets.UTF_8));
        var idle = new ArrayList<SignalingSocket>();
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var words = line.split(" ", -1);
            var millis = Integer.parseInt(words[words.length - 1]);
            switch (words[0]) {
                case "pairs" ->
                    generator.pairs(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]), millis);
                case "cycles" -> generator.cycles(Integer.parseInt(words[1]), millis);
                case "idle" -> generator.idle(idle, Integer.parseInt(words[1]));
                case "heartbeats" -> generator.heartbeats(idle, Integer.parseInt(words[1]), millis);
                case "flood" -> generator.flood(words[1], Integer.parseInt(words[2]), millis);
                case "close" -> {
                    for (var socket : idle) {
                        socket.close();
                    }
                    idle.clear();
                    generator.selector.selectNow();
                }
                default -> throw new IllegalArgumentException("There is no order '" + words[0] + "'.");
            }
            System.out.println("done 0");
            System.out.flush();
        }
    }

    /** Pairs that answer each other, one message under way in each; or so many messages a second in all. */
    private void pairs(String name, int count, int perSecond, int millis) throws IOException {
        var pairs = pairs(name, count, payload(name, "OFFER"), payload(name, "ANSWER"));
        echo = perSecond == 0;
        received = 0;
        var began = System.nanoTime();
        var end = began + millis * 1_000_000L;
        if (perSecond == 0) {
            for (var i = 0; i < pairs.size(); i += 2) {
                pairs.get(i).send();
            }
            turn(now -> now < end);
        } else {
            var pace = new Pace(pairs, perSecond, began);
            turn(now -> {
                pace.send(now);
                return now < end;
            });
        }
        print("rate", received * 1e9 / (System.nanoTime() - began));
        printDelays();
        closeAll(pairs);
    }

    /** So many messages a second in all, from somebody else each time, whether or not the ones before have arrived. */
    private static final class Pace {

        private final List<SignalingSocket> sockets;
        private final long perSecond;
        private final long began;
        private long sent;

        Pace(List<SignalingSocket> sockets, long perSecond, long began) {
            this.sockets = sockets;
            this.perSecond = perSecond;
            this.began = began;
        }

        void send(long now) {
            for (; sent < (now - began) * perSecond / 1_000_000_000L; sent++) {
                SignalingGenerator.send(sockets.get((int) (sent % sockets.size())));
            }
        }
    }

    private static void send(SignalingSocket socket) {
        try {
            socket.send();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private SignalingSocket socket(int at, String id) throws IOException {
        return new SignalingSocket(
                selector, at, id, tokens.issue(id, Instant.now().plus(TOKENS_HOLD_FOR)));
    }

    private List<SignalingSocket> pairs(String name, int count, String offer, String answer) throws IOException {
        var sockets = new ArrayList<SignalingSocket>();
        for (var i = 0; i < count; i++) {
            // Never an id twice: the server may not have noticed yet that the one before is gone.
            var id = name + named++;
            var one = socket(port, id + "a");
            var other = socket(otherPort, id + "b");
            one.partner = other;
            other.partner = one;
            var isCandidate = name.startsWith(CANDIDATE);
            one.message = SignalingSocket.frame(message(isCandidate ? "CANDIDATE" : "OFFER", id + "b", offer));
            other.message = SignalingSocket.frame(message(isCandidate ? "CANDIDATE" : "ANSWER", id + "a", answer));
            sockets.add(one);
            sockets.add(other);
        }
        awaitOpen(sockets);
        return sockets;
    }

    private static String message(String type, String to, String payload) {
        return "{\"type\":\"" + type + "\",\"payload\":" + payload + ",\"dst\":\"" + to + "\"}";
    }

    /** About as large as what the client sends: descriptions of 6 kB, candidates of 330 bytes. */
    private static String payload(String name, String type) {
        var line = "a=rtpmap:96 VP8/90000\\r\\na=rtcp-fb:96 goog-remb\\r\\n";
        var size = name.startsWith("small") || name.startsWith(CANDIDATE)
                ? 250
                : name.startsWith("huge") ? FLOOD_BYTES : type.equals("OFFER") ? 6_150 : 5_850;
        var text = line.repeat(size / line.length() + 1).substring(0, size).replaceAll("\\\\[^rn]?$", "x");
        return "{\"sdp\":{\"type\":\"" + type.toLowerCase(Locale.ROOT) + "\",\"sdp\":\"" + text.replaceAll("\\\\$", "x")
                + "\"},\"type\":\"media\",\"connectionId\":\"mc_abcdefghijk\"}";
    }

    private void awaitOpen(List<SignalingSocket> sockets) throws IOException {
        received = 0;
        echo = false;
        // OPEN is the first frame of each
        turn(now -> received < sockets.size());
        received = 0;
    }

    /** Goes on for as long as it is told to. */
    private void turn(LongPredicate goOn) throws IOException {
        while (goOn.test(System.nanoTime())) {
            selector.select(
                    key -> {
                        var socket = (SignalingSocket) key.attachment();
                        try {
                            if (key.isWritable()) {
                                socket.writeMore();
                            }
                            if (key.isValid() && key.isReadable()) {
                                heard(socket, socket.read(buffer));
                            }
                        } catch (IOException broken) {
                            socket.closed = true;
                            key.cancel();
                        }
                    },
                    1);
        }
    }

    private void heard(SignalingSocket socket, int frames) throws IOException {
        for (var i = 0; i < frames; i++) {
            var partner = socket.partner;
            if (flooding && partner == null) {
                // what the flooder is told
                continue;
            }
            if (received == delays.length) {
                delays = Arrays.copyOf(delays, 2 * delays.length);
            }
            var sent = partner == null ? null : partner.sentNanos.poll();
            delays[received++] = sent == null ? 0 : System.nanoTime() - sent;
            if (echo && partner != null) {
                socket.send();
            }
        }
    }

    private void printDelays() {
        var sorted = Arrays.copyOf(delays, received);
        Arrays.sort(sorted);
        if (received > 0) {
            print("p50", sorted[received / 2] / 1e6);
            print("p99", sorted[(int) (received * 0.99)] / 1e6);
        }
    }

    private void closeAll(List<SignalingSocket> sockets) throws IOException {
        echo = false;
        for (var socket : sockets) {
            socket.close();
        }
        selector.selectNow();
    }

    /** Connects, waits for OPEN and closes, over and over. */
    private void cycles(int atOnce, int millis) throws IOException {
        var end = System.nanoTime() + millis * 1_000_000L;
        var began = System.nanoTime();
        var cycles = 0;
        while (System.nanoTime() < end) {
            var sockets = new ArrayList<SignalingSocket>();
            for (var i = 0; i < atOnce; i++) {
                sockets.add(socket(port, "cycle" + named++));
            }
            awaitOpen(sockets);
            closeAll(sockets);
            cycles += atOnce;
        }
        print("cycles", cycles * 1e9 / (System.nanoTime() - began));
    }

    private void idle(List<SignalingSocket> idle, int count) throws IOException {
        var began = System.nanoTime();
        var fresh = new ArrayList<SignalingSocket>();
        for (var i = 0; i < count; i++) {
            fresh.add(socket(port, "idle" + (idle.size() + i)));
            if (fresh.size() % 100 == 0) {
                var open = fresh.size();
                turn(now -> received < open);
            }
        }
        turn(now -> received < fresh.size());
        received = 0;
        idle.addAll(fresh);
        print("connects", count * 1e9 / (System.nanoTime() - began));
    }

    private void heartbeats(List<SignalingSocket> idle, int perSecond, int millis) throws IOException {
        var frame = SignalingSocket.frame(HEARTBEAT);
        var began = System.nanoTime();
        var sent = new long[1];
        turn(now -> {
            for (; sent[0] < (now - began) * perSecond / 1_000_000_000L; sent[0]++) {
                try {
                    idle.get((int) (sent[0] % idle.size())).write(frame.duplicate());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
            return now < began + millis * 1_000_000L;
        });
    }

    /**
     * Sends very much, as fast as the server takes it, to one that does not read, or to one that is not there. Meanwhile bystanders send at a fixed rate:
     * were there one message under way at a time, a long stall would count as a single message among thousands.
     */
    private void flood(String to, int mebibytes, int millis) throws IOException {
        var bystanders = pairs("small-by", BYSTANDING_PAIRS, payload("small", "OFFER"), payload("small", "ANSWER"));
        var deaf = socket(port, FLOOD + "b");
        var flooder = socket(port, FLOOD + "a");
        awaitOpen(List.of(deaf, flooder));
        deaf.stopReading();
        var receiver = FLOOD + (to.equals("deaf") ? "b" : "c");
        var frame = SignalingSocket.frame(message("OFFER", receiver, "\"" + "x".repeat(FLOOD_BYTES) + "\""));
        var left = new int[] {mebibytes * 16};
        flooding = true;
        var began = System.nanoTime();
        var end = began + millis * 1_000_000L;
        var pace = new Pace(bystanders, BYSTANDERS_PER_SECOND, began);
        turn(now -> {
            pace.send(now);
            for (var i = 0; i < FLOOD_AT_ONCE && left[0] > 0 && !flooder.isSending() && !flooder.closed; i++) {
                left[0]--;
                write(flooder, frame);
            }
            return (left[0] > 0 || flooder.isSending()) && !flooder.closed && now < end;
        });
        var unsent = left[0] + (flooder.isSending() || flooder.closed ? 1 : 0);
        print("sent", mebibytes - unsent / 16.0);
        print("seconds", (System.nanoTime() - began) / 1e9);
        // What bystanders have sent by now still has to arrive; what they would send afterwards does not count.
        var settled = System.nanoTime() + MOST_SETTLING_NANOS;
        turn(now -> now < settled && bystanders.stream().anyMatch(one -> !one.sentNanos.isEmpty()));
        flooding = false;
        printDelays();
        closeAll(bystanders);
        // those stay, so that what they cost can be seen
    }

    private static void write(SignalingSocket socket, ByteBuffer frame) {
        try {
            socket.write(frame.duplicate());
        } catch (IOException dropped) {
            socket.closed = true;
        }
    }

    private static void print(String name, double value) {
        System.out.println(name + " " + String.format(Locale.ROOT, "%.6f", value));
    }
}
