package dev.livemeter.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays the callbacks of an nginx with many streams, in a process of its own, so that the application's processor time is the application's alone. */
final class CallbackTraffic implements AutoCloseable {

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration IDLE_SLOT = Duration.ofSeconds(2);

    /** From one question of an idle slot to its next: it waits 50 s for its answer. Slots of streams that began at different times ask at different times, and not all at once. */
    private static final Duration IDLE_ROUND = IDLE_SLOT.plusSeconds(50);

    private static final int THREADS = 32;

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
     * @param application the port behind the gate, where idle slots ask: one nginx has no more than 2,000 of them, and its gate would not have the connections for those of several
     * @param slots of each stream; the first leads somewhere
     * @param keys of the streams
     */
    static CallbackTraffic start(String callbacks, int application, int slots, Duration window, List<String> keys)
            throws IOException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CallbackTraffic.class.getName(),
                        callbacks,
                        Integer.toString(application),
                        Integer.toString(slots),
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

    /** The process: {@code CALLBACKS APPLICATION SLOTS MILLIS}, keys on its input. */
    public static void main(String[] arguments) throws Exception {
        var keys = new ArrayList<String>();
        try (var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            reader.lines().forEach(keys::add);
        }
        var player =
                new Player(URI.create(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        player.play(keys, Duration.ofMillis(Long.parseLong(arguments[3])));
        System.exit(0);
    }

    private static final class Player {
        private final URI callbacks;
        private final int application;
        private final int slots;
        private final AtomicInteger clients = new AtomicInteger();
        private final ConcurrentLinkedQueue<long[]> times = new ConcurrentLinkedQueue<>();
        private final AtomicInteger asked = new AtomicInteger();
        private final IdleQuestions waiting;
        private final ConcurrentLinkedQueue<Calls> farewells = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean looking = new AtomicBoolean();
        private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);

        Player(URI callbacks, int application, int slots) throws IOException {
            this.callbacks = callbacks;
            this.application = application;
            this.slots = slots;
            this.waiting = new IdleQuestions();
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
            System.out.println((found.length + asked.get()) + " " + at(found, 50) + " " + at(found, 99));
        }

        private static double at(long[] sorted, int percent) {
            return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
        }

        private void open(String key, int index, int of) throws IOException {
            var ingest = clients.incrementAndGet();
            var location =
                    call("ingest/publish", "publish", "live", ingest, key, "").location();
            var session = location.isEmpty() ? key : location;
            var slot = clients.incrementAndGet();
            call("slot1/publish", "publish", "slot1", slot, session, "");
            var push = clients.incrementAndGet();
            call("slot1/play", "play", "slot1", push, session, "");
            var inner = clients.incrementAndGet();
            // Spread over the interval, as streams that began at different times are.
            repeat(HEARTBEAT, index, of, () -> {
                call("ingest/update", "update_publish", "live", ingest, session, "&time=60");
                call("ingest/update", "update_play", "live", inner, session, "&time=60");
                call("slot1/update", "update_publish", "slot1", slot, session, "&time=60");
                call("slot1/update", "update_play", "slot1", push, session, "&time=60");
            });
            farewells.add(() -> call("ingest/publish_done", "publish_done", "live", ingest, session, ""));
            for (var idle = 2; idle <= slots; idle++) {
                var room = "slot" + idle;
                var first = IDLE_ROUND.toNanos() / (of * (long) slots) * ((long) index * slots + idle);
                var unused = threads.schedule(() -> waiting.ask(room), first, TimeUnit.NANOSECONDS);
            }
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

        private Answer call(String path, String event, String application, int client, String stream, String more)
                throws IOException {
            var request = request(
                    path,
                    "app=" + application + "&flashver=FMLE/3.0&swfurl=&tcurl=rtmp%3A%2F%2F127.0.0.1%2F" + application
                            + "&pageurl=&addr=127.0.0.1&clientid=" + client + "&call=" + event + "&name=" + stream
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

        /** Slots that lead nowhere: each asks, waits for its answer however long, and asks again a while after it was sent away. */
        private final class IdleQuestions {

            private final Selector selector = Selector.open();
            private final ConcurrentLinkedQueue<Question> fresh = new ConcurrentLinkedQueue<>();

            private record Question(SocketChannel channel, String room) {}

            IdleQuestions() throws IOException {
                var thread = new Thread(this::listen, "idle");
                thread.setDaemon(true);
                thread.start();
            }

            void ask(String room) {
                try {
                    var channel = SocketChannel.open(
                            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), application));
                    channel.write(ByteBuffer.wrap(request(
                            "slots/connect",
                            "app=" + room + "&flashver=LNX.11,1,102,55&swfurl=&tcurl=rtmp://127.0.0.1:1936/" + room
                                    + "&pageurl=&addr=127.0.0.1&epoch=48751889&call=connect")));
                    channel.configureBlocking(false);
                    if (looking.get()) {
                        asked.incrementAndGet();
                    }
                    fresh.add(new Question(channel, room));
                    selector.wakeup();
                } catch (IOException e) {
                    System.err.println("An idle slot could not ask: " + e);
                }
            }

            private void listen() {
                try {
                    while (true) {
                        selector.select();
                        for (var one = fresh.poll(); one != null; one = fresh.poll()) {
                            one.channel().register(selector, SelectionKey.OP_READ, one);
                        }
                        for (var key : selector.selectedKeys()) {
                            var question = (Question) key.attachment();
                            question.channel().close();
                            var unused = threads.schedule(
                                    () -> ask(question.room()), IDLE_SLOT.toNanos(), TimeUnit.NANOSECONDS);
                        }
                        selector.selectedKeys().clear();
                    }
                } catch (RejectedExecutionException over) {
                    // It is the end.
                } catch (IOException e) {
                    System.err.println("Idle slots are not listened to any more: " + e);
                }
            }
        }
    }
}
