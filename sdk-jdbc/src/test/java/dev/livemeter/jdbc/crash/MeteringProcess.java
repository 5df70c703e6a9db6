package dev.livemeter.jdbc.crash;

import com.zaxxer.hikari.HikariDataSource;
import dev.livemeter.event.LiveEvent.SessionFenced;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Payee;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.HoldResult;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The process that is killed: meters sessions of a few wallets and says what it delivers, before it tells the meter. Ends when nobody
 * listens to it any more.
 */
final class MeteringProcess {

    private static final int THREADS = 4;
    private static final int MOST_SECONDS_TO_END = 120;
    private static final int FAILED = 1;
    private static final int ALONE = 3;
    private static final int HUNG = 4;
    private static final String[] TARIFFS = {"0.10", "6.00", "0.0961"};

    private final Orders orders;
    private final PrintStream out;
    private final Random random;
    private final Charging charging = new Charging(() -> say(Story.charging()), () -> say(Story.charged()));
    private final Fuse fuse;
    private final ExecutorService workers = Executors.newFixedThreadPool(THREADS);
    private final TickTime time = new TickTime(workers, Duration.ZERO);
    private final JdbcWallet wallet;
    private final Node node;
    private final Set<SessionId> live = ConcurrentHashMap.newKeySet();

    private MeteringProcess(Orders orders, HikariDataSource pool, PrintStream out) {
        this.orders = orders;
        this.out = out;
        this.random = new Random(orders.seed());
        this.fuse = new Fuse(orders.fuse(), orders.fuseAt(), charging::isUnderWayHere, () -> say(Story.ready()));
        this.wallet = JdbcWallet.on(JdbcStorage.on(JdbcCalls.of(pool, fuse)), TimeSource.system());
        this.node = new Node(wallet, charging.watching(wallet), time, time, rules -> rules, this::cut);
    }

    @SuppressWarnings("CatchAndPrintStackTrace") // its log is the stream of errors, and its parent reads it
    public static void main(String[] args) {
        var code = FAILED;
        try {
            meter(Orders.parse(List.of(args)));
            code = 0;
        } catch (Exception | Error e) {
            e.printStackTrace();
        } finally {
            System.err.flush();
            // Threads that are left over must not keep alive what is over.
            Runtime.getRuntime().halt(code);
        }
    }

    private static void meter(Orders orders) throws IOException {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        // Whatever logs must not speak in between.
        System.setOut(System.err);
        if (orders.place().isExclusive()) {
            if (isToBegin()) {
                try (var pool = orders.place().pool(THREADS + 1)) {
                    new MeteringProcess(orders, pool, out).run();
                }
            }
        } else {
            // It gets ready while another one is at it.
            try (var pool = orders.place().pool(THREADS + 1)) {
                var process = new MeteringProcess(orders, pool, out);
                if (isToBegin()) {
                    process.run();
                }
            }
        }
    }

    /** Whoever started it says when to begin. */
    private static boolean isToBegin() throws IOException {
        if (System.in.read() < 0) {
            return false;
        }
        daemon("parent", MeteringProcess::dieWithParent);
        daemon("watch", MeteringProcess::dieWhenItTakesTooLong);
        return true;
    }

    private static void daemon(String name, Runnable run) {
        var thread = new Thread(run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void dieWithParent() {
        try {
            while (System.in.read() >= 0) {
                // nothing more is said to it
            }
        } catch (IOException e) {
            // as good as the end
        }
        Runtime.getRuntime().halt(ALONE);
    }

    /** Sooner than its parent gives it up, so that it can say where it hangs. */
    private static void dieWhenItTakesTooLong() {
        LockSupport.parkNanos(Child.PATIENCE.minusSeconds(20).toNanos());
        System.err.println("The process is not through after " + Child.PATIENCE.minusSeconds(20) + "; its threads:");
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            System.err.println(thread);
            for (var frame : stack) {
                System.err.println("    at " + frame);
            }
        });
        System.err.flush();
        Runtime.getRuntime().halt(HUNG);
    }

    private void run() {
        node.meter.start(orders.place().isExclusive());
        open(0, orders.sessions() / 2);
        fuse.light();
        for (var tick = 1; tick <= orders.ticks(); tick++) {
            say(Story.tick(tick));
            time.tick();
            live.forEach(node.meter::alive);
            time.work();
            say(Story.acknowledged(tick));
            LockSupport.parkNanos(orders.rest().toNanos());
            if (tick == 2) {
                open(orders.sessions() / 2, orders.sessions());
            }
            if (tick > 3) {
                endSome();
            }
        }
        live.forEach(id -> end(id, EndCause.LEFT));
        time.work();
        // What was not answered is asked for again, after a while.
        for (var second = 0;
                second < MOST_SECONDS_TO_END && !node.meter.running().isEmpty();
                second++) {
            time.tick();
            time.work();
        }
        node.meter.end();
        node.told(SessionFenced.class).forEach(event -> say(Story.fenced(event.session())));
        say(Story.done(fuse.calls(), fuse.commits()));
    }

    private void open(int from, int to) {
        var opened = IntStream.range(from, to)
                .mapToObj(number -> CompletableFuture.runAsync(() -> open(number), workers))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(opened).join();
    }

    private void open(int number) {
        var payer = orders.payer(number);
        var payee = number % 4 == 0
                ? null
                : new Payee(UserId.of("payee-" + number % 3), new Share(number % 2 == 0 ? 7_000 : 3_333));
        var tariff = tariff(number);
        var id = node.meter.newId();
        say(Story.opening(id, payer, payee, tariff));
        var terms = new SessionTerms(Lane.CALL, payer, payee, "", null, List.of());
        var result = node.meter.open(id, terms, tariff, 1, wallet.balance(payer).orElseThrow());
        if (result instanceof HoldResult.Placed) {
            say(Story.delivered(id, time.seconds()));
            live.add(id);
            node.meter.delivered(id);
        } else {
            say(Story.refused(id));
        }
    }

    private static Tariff tariff(int number) {
        var tariff = Tariff.perMinute("USD", TARIFFS[number % 3]);
        return switch (number % 3) {
            case 0 -> tariff;
            case 1 -> tariff.in(Increment.SECONDS);
            default -> tariff.in(Increment.SECONDS).withFree(Duration.ofSeconds(3));
        };
    }

    private void endSome() {
        var ended = live.stream()
                .sorted(Comparator.comparing(SessionId::value))
                .filter(id -> random.nextInt(20) == 0)
                .toList();
        ended.forEach(id -> end(id, random.nextInt(3) == 0 ? EndCause.LOST : EndCause.LEFT));
    }

    private void end(SessionId id, EndCause cause) {
        if (live.remove(id)) {
            say(Story.ended(id, time.seconds()));
            node.meter.ended(id, cause);
        }
    }

    private void cut(SessionId id) {
        live.remove(id);
        say(Story.cut(id, time.seconds()));
    }

    private void say(String line) {
        synchronized (out) {
            // One write for the whole line, with an end that shows it is whole.
            out.print(line + ";\n");
            out.flush();
        }
    }

    /**
     * What it is to do.
     *
     * @param prefix of its payers, who have wallets already
     * @param ticks how many seconds it delivers
     * @param rest how long nothing happens after each of them
     * @param fuse at which calls of its settlements it stops, to be killed there
     */
    record Orders(
            Place place,
            long seed,
            String prefix,
            int payers,
            int sessions,
            int ticks,
            Duration rest,
            Fuse.Kind fuse,
            long fuseAt) {

        List<String> words() {
            return List.of(
                    place.url(),
                    place.user(),
                    place.password(),
                    Long.toString(seed),
                    prefix,
                    Integer.toString(payers),
                    Integer.toString(sessions),
                    Integer.toString(ticks),
                    rest.toString(),
                    fuse.name(),
                    Long.toString(fuseAt));
        }

        static Orders parse(List<String> words) {
            return new Orders(
                    new Place(words.get(0), words.get(1), words.get(2)),
                    Long.parseLong(words.get(3)),
                    words.get(4),
                    Integer.parseInt(words.get(5)),
                    Integer.parseInt(words.get(6)),
                    Integer.parseInt(words.get(7)),
                    Duration.parse(words.get(8)),
                    Fuse.Kind.valueOf(words.get(9)),
                    Long.parseLong(words.get(10)));
        }

        List<UserId> wallets() {
            return IntStream.range(0, payers).mapToObj(this::payer).toList();
        }

        private UserId payer(int number) {
            return UserId.of(prefix + "-" + number % payers);
        }
    }
}
