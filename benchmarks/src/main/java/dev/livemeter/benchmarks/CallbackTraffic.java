package dev.livemeter.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays the callbacks of an nginx with many streams, in a process of its own, so that the application's processor time is the application's alone. */
final class CallbackTraffic implements AutoCloseable {

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int THREADS = 32;

    /** Where all streams go to, as far as the application knows; the rest is each one's key. */
    static final String SERVER = "rtmp://127.0.0.1:9/app";

    private final Process process;
    private final BufferedReader told;

    /** What was found; times in milliseconds. */
    record Result(long count, double median, double high) {}

    private CallbackTraffic(Process process) {
        this.process = process;
        this.told = process.inputReader();
    }

    /**
     * Begins.
     *
     * @param callbacks where to, up to the token
     * @param destinations of each stream; the first stream goes to the keys {@code key0-0}, {@code key0-1} and so on
     * @param keys of the streams
     */
    static CallbackTraffic start(String callbacks, int destinations, Duration window, List<String> keys)
            throws IOException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CallbackTraffic.class.getName(),
                        callbacks,
                        Integer.toString(destinations),
                        Long.toString(window.toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var writer = process.outputWriter()) {
            writer.write(String.join("\n", keys) + "\n");
        }
        return new CallbackTraffic(process);
    }

    /** Waits until it says so. */
    void await(String word) throws IOException {
        for (var line = told.readLine(); line != null; line = told.readLine()) {
            if (line.equals(word)) {
                return;
            }
        }
        throw new IOException("The process that plays the callbacks ended before it said '" + word + "'.");
    }

    /** Waits for the end. */
    Result result() throws IOException {
        await("result");
        var numbers = told.readLine().split(" ", -1);
        return new Result(Long.parseLong(numbers[0]), Double.parseDouble(numbers[1]), Double.parseDouble(numbers[2]));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The process: {@code CALLBACKS DESTINATIONS MILLIS}, keys on its input. */
    public static void main(String[] arguments) throws Exception {
        var keys = new ArrayList<String>();
        try (var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            reader.lines().forEach(keys::add);
        }
        var player = new Player(URI.create(arguments[0]), Integer.parseInt(arguments[1]));
        player.play(keys, Duration.ofMillis(Long.parseLong(arguments[2])));
        System.exit(0);
    }

    private static final class Player {
        private final URI callbacks;
        private final int destinations;
        private final AtomicInteger clients = new AtomicInteger();
        private final ConcurrentLinkedQueue<long[]> times = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Calls> farewells = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean looking = new AtomicBoolean();
        private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);

        Player(URI callbacks, int destinations) {
            this.callbacks = callbacks;
            this.destinations = destinations;
        }

        void play(List<String> keys, Duration window) throws Exception {
            for (var i = 0; i < keys.size(); i++) {
                open(keys.get(i), i, keys.size());
            }
            System.out.println("open");
            // By then the other process has compiled what it needs: at so few callbacks a second that takes long.
            Thread.sleep(Math.max(
                    HEARTBEAT.multipliedBy(4).toMillis(), window.multipliedBy(4).toMillis()));
            looking.set(true);
            System.out.println("looking");
            Thread.sleep(window.toMillis());
            looking.set(false);
            System.out.println("looked");
            // The application counts who is there before they go.
            Thread.sleep(1_000);
            threads.shutdownNow();
            for (var farewell : farewells) {
                farewell.make();
            }
            var found = times.stream().mapToLong(time -> time[0]).toArray();
            Arrays.sort(found);
            System.out.println("result");
            System.out.println(found.length + " " + at(found, 50) + " " + at(found, 99));
        }

        private static double at(long[] sorted, int percent) {
            return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
        }

        private void open(String key, int index, int of) throws IOException, InterruptedException {
            var ingest = clients.incrementAndGet();
            var location = call("ingest/publish", "publish", "live", "127.0.0.1", ingest, key, "")
                    .location();
            var session = location.isEmpty() ? key : location;
            // What nginx itself answers to the order that follows, it has no such stream, comes after the push that is
            // played.
            push("play", session, "127.0.0.1:1936/anchor", clients.incrementAndGet());
            var pushes = new TreeMap<Integer, String>();
            for (var one = 0; one < destinations; one++) {
                var address = SERVER.substring("rtmp://".length()) + "/key" + index + "-" + one;
                pushes.put(begun(session, address), address);
            }
            // Spread over the interval, as streams that began at different times are.
            repeat(HEARTBEAT, index, of, () -> {
                call("ingest/update", "update_publish", "live", "127.0.0.1", ingest, session, "&time=60");
                for (var push : pushes.entrySet()) {
                    push("update_play", session, push.getValue(), push.getKey());
                }
            });
            farewells.add(() -> call("ingest/publish_done", "publish_done", "live", "127.0.0.1", ingest, session, ""));
        }

        /** The application expects a push some moments after it heard that nginx has the stream. */
        private int begun(String session, String address) throws IOException, InterruptedException {
            var until = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < until) {
                var client = clients.incrementAndGet();
                if (push("play", session, address, client) == 200) {
                    return client;
                }
                Thread.sleep(2);
            }
            throw new IOException("A push that was played was not expected.");
        }

        private int push(String event, String session, String address, int client) throws IOException {
            var path = event.startsWith("update") ? "ingest/update" : "ingest/" + event;
            return call(path, event, "", address, client, session, "&time=60&timestamp=60000")
                    .status();
        }

        /** Something that may fail. */
        private interface Calls {
            void make() throws IOException;
        }

        private void repeat(Duration every, int index, int of, Calls calls) {
            var first = every.toNanos() / of * (index % of);
            var unused = threads.scheduleAtFixedRate(
                    () -> {
                        try {
                            calls.make();
                        } catch (IOException e) {
                            System.err.println("A callback was not answered: " + e);
                        }
                    },
                    first,
                    every.toNanos(),
                    TimeUnit.NANOSECONDS);
        }

        private record Answer(int status, String location) {}

        private Answer call(
                String path, String event, String application, String address, int client, String stream, String more)
                throws IOException {
            var request = request(
                    path,
                    "app=" + application + "&flashver=FMLE/3.0&swfurl=&tcurl=rtmp%3A%2F%2F127.0.0.1%2F" + application
                            + "&pageurl=&addr=" + address + "&clientid=" + client + "&call=" + event + "&name=" + stream
                            + "&type=live" + more);
            var from = System.nanoTime();
            try (var socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), callbacks.getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(request);
                var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                note(System.nanoTime() - from);
                return new Answer(Integer.parseInt(answer.substring(9, 12)), location(answer));
            }
        }

        private byte[] request(String path, String form) {
            var body = form.getBytes(StandardCharsets.UTF_8);
            var head = ("POST " + callbacks.getPath() + "/" + path + " HTTP/1.0\r\nHost: 127.0.0.1\r\n"
                            + "Content-Type: application/x-www-form-urlencoded\r\nConnection: Close\r\nContent-Length: "
                            + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8);
            var request = Arrays.copyOf(head, head.length + body.length);
            System.arraycopy(body, 0, request, head.length, body.length);
            return request;
        }

        private void note(long nanos) {
            if (looking.get()) {
                times.add(new long[] {nanos});
            }
        }

        private static String location(String answer) {
            return answer.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("location:"))
                    .map(line -> line.substring(9).strip())
                    .findFirst()
                    .orElse("");
        }
    }
}
