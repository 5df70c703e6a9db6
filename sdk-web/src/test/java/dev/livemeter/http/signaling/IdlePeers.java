package dev.livemeter.http.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Very many peers that do nothing, in a process of their own: a process may have so many files open, and each connection is one at either end. They end with their standard input, and so with
 * whoever started them.
 */
final class IdlePeers implements AutoCloseable {

    private static final String HELD = "HELD";
    private static final String STORM = "all at once";

    private final Process process;
    private final BufferedReader answers;

    private IdlePeers(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    /** Starts them, some after the others, and returns once all are connected. */
    static IdlePeers connect(int port, int count) throws IOException {
        return start(port, count, "16 at a time");
    }

    /** The same, but all ask for their upgrade before anybody reads an answer. */
    static IdlePeers storm(int port, int count) throws IOException {
        return start(port, count, STORM);
    }

    private static IdlePeers start(int port, int count, String how) throws IOException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        IdlePeers.class.getName(),
                        Integer.toString(port),
                        Integer.toString(count),
                        how)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var peers = new IdlePeers(process);
        var answer = peers.answers.readLine();
        if (!HELD.equals(answer)) {
            peers.close();
            throw new IOException("Instead of holding " + count + " connections it answered " + answer + ".");
        }
        return peers;
    }

    /** One of them sends a ping, and has to hear a pong. */
    void requireAlive(int number) throws IOException {
        process.outputWriter(StandardCharsets.US_ASCII).append(number + "\n").flush();
        assertThat(answers.readLine()).as("the answer to peer " + number).isEqualTo("pong ");
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** What the process does: arguments are the port, how many, and how they come. */
    public static void main(String[] arguments) throws Exception {
        var port = Integer.parseInt(arguments[0]);
        var count = Integer.parseInt(arguments[1]);
        var peers = arguments[2].equals(STORM) ? connectAtOnce(port, count) : connectAll(port, count);
        System.out.println(HELD);
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (var order = orders.readLine(); order != null; order = orders.readLine()) {
            var peer = peers.get(Integer.parseInt(order));
            peer.send(new byte[] {(byte) 0x89, (byte) 0x80, 0, 0, 0, 0});
            System.out.println(peer.text());
        }
        System.exit(0);
    }

    private static List<RawPeer> connectAtOnce(int port, int count) throws IOException {
        var peers = new ArrayList<RawPeer>(count);
        for (var number = 0; number < count; number++) {
            peers.add(RawPeer.begin(port, "idle" + number));
        }
        for (var peer : peers) {
            peer.awaitOpen();
        }
        return peers;
    }

    private static List<RawPeer> connectAll(int port, int count) throws Exception {
        var pool = Executors.newFixedThreadPool(16);
        try {
            var peers = new ArrayList<RawPeer>(count);
            for (var one : pool.invokeAll(IntStream.range(0, count)
                    .mapToObj(number -> (Callable<RawPeer>) () -> RawPeer.open(port, "idle" + number))
                    .toList())) {
                peers.add(one.get());
            }
            return peers;
        } finally {
            pool.shutdown();
        }
    }
}
