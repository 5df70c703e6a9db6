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

/** What nginx's callbacks cost the application: heartbeats of live streams, and questions of slots that lead nowhere. */
final class CallbackLoad implements Part {

    private static final Pattern CALLBACK = Pattern.compile("on_publish (http://[^;]*)/ingest/publish;");
    private static final Pattern APPLICATION =
            Pattern.compile("upstream gate_application \\{\\s+server 127\\.0\\.0\\.1:([0-9]+) ");

    @Override
    public String name() {
        return "callbacks";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        var publishers = plan.streams().played();
        report.condition(publishers
                + " live streams to one destination each, metered on books in memory; another process plays the"
                + " callbacks that nginx-rtmp would send, a connection each: all heartbeats every 5 s, the question of an idle slot again 2 s after its answer. They come to the gate in the relay's own nginx,"
                + " which answers some and brings the others to the application; those of idle slots, which it would only bring there, come to the application directly; from the connection to the"
                + " closed answer, so the time that all three processes wait for the cores is in it");
        measure(publishers, 4, plan, report);
        measure(Math.max(1, publishers / 4), 10, plan, report);
    }

    private static void measure(int publishers, int slots, Plan plan, Report report) throws Exception {
        var where = publishers + " streams with " + slots + " slots";
        var folder = Files.createTempDirectory("livemeter-benchmark-");
        try (var live = Livemeter.builder()
                .wallet(InMemoryBooks.create(TimeSource.system()))
                .relay(NginxRelay.local(RelayStage.settings(folder, slots)))
                .provider(new Nowhere())
                .tariff(Tariff.perMinute("USD", "0.10"))
                .build()) {
            var keys = new ArrayList<String>();
            for (var i = 0; i < publishers; i++) {
                var user = "user" + i;
                live.wallets().credit(user, Money.of("USD", "100.00"), "order-" + i);
                live.destinations().add(user, Destination.custom("one", "rtmp://127.0.0.1:9/app", "key" + i));
                keys.add(live.streamKeys().create(user).reveal());
            }
            try (var traffic = CallbackTraffic.start(
                    found(CALLBACK, folder),
                    Integer.parseInt(found(APPLICATION, folder)),
                    slots,
                    plan.window(),
                    keys)) {
                traffic.await("open");
                RelayStage.until("all destinations are live", () -> live(live) == publishers);
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
                if (left != publishers) {
                    throw new IllegalStateException(left + " of " + publishers
                            + " streams were left: the callbacks that were played were not as nginx's are.");
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

    /** Where nginx would send them, its token included; or where the gate brings them to. */
    private static String found(Pattern place, Path folder) throws IOException {
        var conf = place.matcher(Files.readString(folder.resolve("nginx.conf")));
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
