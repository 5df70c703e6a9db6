package dev.livemeter.benchmarks;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.regex.Pattern;

/** What nginx's callbacks cost the application: heartbeats of live streams and of what they are passed on by. */
final class CallbackLoad implements Part {

    private static final Pattern CALLBACK = Pattern.compile("on_publish (http://[^;]*)/ingest/publish;");

    @Override
    public String name() {
        return "callbacks";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        var publishers = plan.streams().played();
        report.condition(publishers
                + " live streams to one destination each, then a quarter of them to four each, metered on books in memory; another process plays the"
                + " callbacks that nginx-rtmp would send, a connection each: the heartbeats of all streams and of all pushes every 5 s. They come to the gate in the relay's own nginx,"
                + " which answers some and brings the others to the application; from the connection to the"
                + " closed answer, so the time that all three processes wait for the cores is in it");
        measure(publishers, 1, plan, report);
        measure(Math.max(1, publishers / 4), 4, plan, report);
    }

    private static void measure(int publishers, int destinations, Plan plan, Report report) throws Exception {
        var where = publishers + " streams to " + destinations + (destinations == 1 ? " destination" : " destinations");
        var folder = Files.createTempDirectory("livemeter-benchmark-");
        try (var live = Livemeter.builder()
                .wallet(InMemoryBooks.create(TimeSource.system()))
                .relay(NginxRelay.local(RelayStage.settings(folder, destinations)))
                .provider(new Nowhere())
                .tariff(Tariff.perMinute("USD", "0.10"))
                .build()) {
            var keys = new ArrayList<String>();
            for (var i = 0; i < publishers; i++) {
                var user = "user" + i;
                live.wallets().credit(user, Money.of("USD", "100.00"), "order-" + i);
                for (var one = 0; one < destinations; one++) {
                    live.destinations()
                            .add(user, Destination.custom("to" + one, CallbackTraffic.SERVER, "key" + i + "-" + one));
                }
                keys.add(live.streamKeys().create(user).reveal());
            }
            try (var traffic = CallbackTraffic.start(found(folder), destinations, plan.window(), keys)) {
                traffic.await("open");
                RelayStage.until("all destinations are live", () -> live(live) == (long) publishers * destinations);
                // What was compiled meanwhile is no part of it.
                traffic.await("looking");
                var nginx = Long.parseLong(
                        Files.readString(folder.resolve("nginx.pid")).strip());
                var before = ProcessorTime.own();
                var gateBefore = ProcessorTime.ofTree(nginx);
                var from = System.nanoTime();
                traffic.await("looked");
                var seconds = (System.nanoTime() - from) / 1e9;
                var cores = ProcessorTime.own().minus(before).toNanos() / 1e9 / seconds;
                var gate = ProcessorTime.ofTree(nginx).minus(gateBefore).toNanos() / 1e9 / seconds;
                var left = live(live);
                var seen = traffic.result();
                if (left != (long) publishers * destinations) {
                    throw new IllegalStateException(left + " of " + publishers * destinations
                            + " pushes were left: the callbacks that were played were not as nginx's are.");
                }
                report.figure(where, "callbacks", "1/s", Samples.of(seen.count() / seconds));
                report.figure(where, "answered within; median", "ms", Samples.of(seen.median()));
                report.figure(where, "answered within; 99th percentile", "ms", Samples.of(seen.high()), "<= 20");
                report.figure(where, "the application's processor", "% of a core", Samples.of(100 * cores), "<= 10");
                report.figure(
                        where,
                        "the application's processor for one callback",
                        "us",
                        Samples.of(1e6 * cores * seconds / seen.count()));
                report.figure(where, "the gate's processor, in nginx", "% of a core", Samples.of(100 * gate));
            }
        }
    }

    private static long live(Livemeter live) {
        return live.sessions().running().stream()
                .flatMap(session -> session.destinations().stream())
                .filter(destination -> destination.state() == State.LIVE)
                .count();
    }

    /** Where nginx would send them, its token included. */
    private static String found(Path folder) throws IOException {
        var conf = CALLBACK.matcher(Files.readString(folder.resolve("nginx.conf")));
        if (!conf.find()) {
            throw new IOException("nginx.conf names no place for callbacks.");
        }
        return conf.group(1);
    }

    /** A platform at the address that is given. */
    private static final class Nowhere implements StreamProvider {
        @Override
        public String name() {
            return "custom";
        }

        @Override
        public String displayName() {
            return "Nowhere";
        }

        @Override
        public Check check(Destination destination) {
            return new Check.Accepted();
        }

        @Override
        public Preparation prepare(Destination destination) {
            return new Preparation.Ready(
                    new PushTarget(Objects.requireNonNull(destination.server()), destination.requireKey()));
        }
    }
}
