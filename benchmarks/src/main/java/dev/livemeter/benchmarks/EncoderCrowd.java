package dev.livemeter.benchmarks;

import dev.livemeter.rtmp.Deadline;
import dev.livemeter.rtmp.Message;
import dev.livemeter.rtmp.RtmpSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Many encoders in one process of their own. Each sends one small picture a second: what nginx asks about a stream does not depend on how much comes. */
final class EncoderCrowd implements AutoCloseable {

    private static final int CONNECTING = 4;
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration PEEK = Duration.ofMillis(1);
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** nginx asks every minute whether we are there, and waits for half of one. */
    private static final int LISTEN_EACH = 10;

    private static final String OPEN = "open";

    private final Process process;
    private final BufferedReader told;

    /** Where one of them publishes to. */
    record Place(String server, String key) {}

    private EncoderCrowd(Process process) {
        this.process = process;
        this.told = process.inputReader();
    }

    /** Has them begin, one after the other; returns when all are let in. */
    static EncoderCrowd publish(List<Place> places) throws IOException {
        var crowd = new EncoderCrowd(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EncoderCrowd.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        try (var writer = crowd.process.outputWriter()) {
            for (var place : places) {
                writer.write(place.server() + " " + place.key() + "\n");
            }
        }
        if (!OPEN.equals(crowd.told.readLine())) {
            crowd.close();
            throw new IOException("Not all encoders were let in; the reason stands above.");
        }
        return crowd;
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** All of them are gone when it returns: what they had connected is over. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** The process: a server and a key in each line of its input. */
    public static void main(String[] arguments) throws Exception {
        var places = new ArrayList<Place>();
        try (var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                var words = line.split(" ", 2);
                places.add(new Place(words[0], words[1]));
            }
        }
        var encoders = new CopyOnWriteArrayList<Encoder>();
        var sending = new Thread(() -> send(encoders), "sending");
        sending.setDaemon(true);
        sending.start();
        try {
            Load.each(CONNECTING, places.size(), number -> encoders.add(Encoder.begin(places.get(number))));
        } catch (IOException e) {
            System.err.println("An encoder was not let in: " + e);
            System.exit(1);
        }
        System.out.println(OPEN);
        sending.join();
    }

    /** All of them send within a second, evenly spread; those that are still to come need not be waited for. */
    private static void send(List<Encoder> encoders) {
        var next = System.nanoTime();
        var turn = 0L;
        var due = 0.0;
        while (true) {
            var all = encoders.size();
            due += (double) all * SLICE_NANOS / EVERY_NANOS;
            for (; due >= 1; due--) {
                encoders.get((int) (turn++ % all)).goOn();
            }
            next += SLICE_NANOS;
            MeterRun.sleep(Duration.ofNanos(next - System.nanoTime()));
        }
    }

    /** One connection. Used by one thread at a time. */
    private static final class Encoder {

        /** How an encoder describes H.264 of 1280x720. */
        private static final byte[] HEADER = HexFormat.of()
                .parseHex("17000000000142c01fffe100176742c01fda014016ec0440000003004000000f03c60ca801000468ce0fc8");

        private static final byte[] KEYFRAME = keyframe();

        private final Socket socket;
        private final RtmpSession rtmp;
        private final long begunNanos = System.nanoTime();
        private int sent;
        private boolean gone;

        private Encoder(Socket socket, RtmpSession rtmp) {
            this.socket = socket;
            this.rtmp = rtmp;
        }

        /** The mark of a keyframe, and a picture that nobody decodes. */
        private static byte[] keyframe() {
            var bytes = new byte[200];
            bytes[0] = 0x17;
            bytes[1] = 1;
            return bytes;
        }

        static Encoder begin(Place place) throws IOException {
            var server = URI.create(place.server());
            var socket = new Socket();
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), (int) ANSWER.toMillis());
            socket.setTcpNoDelay(true);
            var rtmp = new RtmpSession(socket, Deadline.in(ANSWER));
            rtmp.shakeHands();
            rtmp.connect(server);
            var said = rtmp.publish(place.key()).code();
            if (!said.equals("NetStream.Publish.Start")) {
                throw new IOException("nginx said '" + said + "'");
            }
            rtmp.media(Message.VIDEO, 0, HEADER);
            return new Encoder(socket, rtmp);
        }

        void goOn() {
            if (gone) {
                return;
            }
            try {
                var millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
                rtmp.media(Message.VIDEO, (int) millis, KEYFRAME);
                if (++sent % LISTEN_EACH == 0 && socket.getInputStream().available() > 0) {
                    rtmp.until(Deadline.in(ANSWER));
                    while (rtmp.speaksWithin(PEEK)) {
                        rtmp.heard();
                    }
                }
            } catch (IOException e) {
                System.err.println("An encoder was thrown out: " + e);
                gone = true;
            }
        }
    }
}
