package dev.livemeter.benchmarks;

import dev.livemeter.Livemeter;
import dev.livemeter.benchmarks.GateLog.Answered;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What live streams cost the application, nearly all of which are nginx's callbacks: heartbeats of streams and of what they are passed on by. */
final class CallbackLoad implements Part {

    /** As many as nginx passes on with one core, which is all that one nginx uses. */
    private static final int DESTINATIONS_OF_ONE_NGINX = 500;

    /** Every stream has given a heartbeat in that time. */
    private static final Duration BEATS = Duration.ofSeconds(6);

    /** Of a core. */
    private static final double COMPILED = 0.005;

    @Override
    public String name() {
        return "callbacks";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        var streams = plan.streams().live();
        report.condition(streams
                + " live streams to one destination each, then a quarter of them to four each, metered on books in"
                + " memory. One process is all encoders, and each sends a keyframe of 200 bytes a second; the platform"
                + " is an nginx. The relays are a fleet, an nginx for every " + DESTINATIONS_OF_ONE_NGINX
                + " destinations, and send a heartbeat for each stream and each push every 5 s to their gates, which"
                + " answer some and bring the others to the application. Time as the gate has it, in whole"
                + " milliseconds, of those that the application was asked; so the time that all processes wait for the"
                + " cores is in it");
        measure(streams, 1, plan, report);
        measure(Math.max(1, streams / 4), 4, plan, report);
    }

    private static void measure(int streams, int destinations, Plan plan, Report report) throws Exception {
        var where = streams + " streams to " + destinations + (destinations == 1 ? " destination" : " destinations");
        var folder = Files.createTempDirectory("livemeter-benchmark-");
        var hosts = new ArrayList<Host>();
        for (var left = streams * destinations; left > 0; left -= DESTINATIONS_OF_ONE_NGINX) {
            hosts.add(Host.make(folder.resolve("host" + hosts.size())));
        }
        var fleet = RelayFleet.builder();
        for (var number = 0; number < hosts.size(); number++) {
            fleet.host("relay" + number, hosts.get(number).relay(destinations), HostCapacity.megabits(100_000));
        }
        var relays = fleet.build();
        try (var platform = PlainNginx.start(folder.resolve("platform"), List.of("application a { live on; }"));
                var live = Livemeter.builder()
                        .wallet(InMemoryBooks.create(TimeSource.system()))
                        .relay(relays)
                        .provider(new Nearby())
                        .tariff(Tariff.perMinute("USD", "0.10"))
                        .build()) {
            var servers = servers(relays);
            var places = new ArrayList<EncoderCrowd.Place>();
            for (var i = 0; i < streams; i++) {
                var user = "user" + i;
                live.wallets().credit(user, Money.of("USD", "100.00"), "order-" + i);
                for (var one = 0; one < destinations; one++) {
                    live.destinations()
                            .add(user, Destination.custom("to" + one, platform.server("a"), "key" + i + "-" + one));
                }
                places.add(new EncoderCrowd.Place(
                        servers.get(i % servers.size()),
                        live.streamKeys().create(user).reveal()));
            }
            report.progress(where + ": they begin");
            try (var crowd = EncoderCrowd.publish(places)) {
                RelayStage.until("all destinations are live", () -> live(live) == (long) streams * destinations);
                report.progress(where + ": all are live");
                awaitCompiled(plan.window(), where, report);
                var seen = look(longer(plan.window(), BEATS), hosts);
                if (!crowd.isRunning() || live(live) != (long) streams * destinations) {
                    throw new IllegalStateException(live(live) + " of " + streams * destinations
                            + " pushes were left; no encoder had left, so all were expected.");
                }
                tell(where, seen, report);
            }
        }
    }

    /** Where encoders publish to, host by host; all of them must have started. */
    private static List<String> servers(RelayFleet relays) {
        var servers = new ArrayList<String>();
        for (var host : relays.hosts()) {
            var ingest = host.ingest();
            if (ingest == null) {
                throw new IllegalStateException(host.sentence());
            }
            servers.add(ingest.url().toString());
        }
        return servers;
    }

    /**
     * Waits until the compilers have next to nothing left to do: at so few callbacks a second that takes minutes, of the days that a host runs. It waits
     * for four windows at least, and for sixteen at most; what they still do then is told, and counts.
     */
    private static void awaitCompiled(Duration window, String where, Report report) {
        MeterRun.sleep(window.multipliedBy(4));
        for (var waited = 4; waited < 16; waited++) {
            var before = ProcessorTime.ownCompilers();
            MeterRun.sleep(window);
            var share = ProcessorTime.ownCompilers().minus(before).toNanos() / (double) window.toNanos();
            report.progress(where + String.format(": the compilers take %.1f %% of a core", 100 * share));
            if (share < COMPILED) {
                return;
            }
        }
    }

    /** What was seen in so many seconds; of processors, how many cores. */
    private record Seen(double seconds, List<Answered> callbacks, double own, double compilers, double nginx) {}

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Seen look(Duration window, List<Host> hosts) throws IOException {
        var pids = new ArrayList<Long>();
        for (var host : hosts) {
            pids.add(host.pid());
        }
        var began = Instant.now();
        var from = System.nanoTime();
        var own = ProcessorTime.own();
        var compilers = ProcessorTime.ownCompilers();
        var theirs = ofAll(pids);
        MeterRun.sleep(window);
        var seconds = (System.nanoTime() - from) / 1e9;
        var ownCores = ProcessorTime.own().minus(own).toNanos() / 1e9 / seconds;
        var compilerCores = ProcessorTime.ownCompilers().minus(compilers).toNanos() / 1e9 / seconds;
        var nginxCores = ofAll(pids).minus(theirs).toNanos() / 1e9 / seconds;
        var ended = Instant.now();
        MeterRun.sleep(Duration.ofSeconds(GateLog.WRITTEN_WITHIN_SECONDS));
        var callbacks = new ArrayList<Answered>();
        for (var host : hosts) {
            callbacks.addAll(host.log().between(began, ended, host.configuration()));
        }
        return new Seen(seconds, callbacks, ownCores, compilerCores, nginxCores);
    }

    private static Duration ofAll(List<Long> pids) {
        return pids.stream().map(ProcessorTime::ofTree).reduce(Duration.ZERO, Duration::plus);
    }

    private static void tell(String where, Seen seen, Report report) {
        var asked = Samples.of(seen.callbacks().stream().filter(Answered::asked).mapToDouble(Answered::millis));
        report.figure(where, "callbacks", "1/s", Samples.of(seen.callbacks().size() / seen.seconds()));
        report.figure(
                where, "callbacks that the application was asked", "1/s", Samples.of(asked.count() / seen.seconds()));
        report.figure(where, "answered within; median", "ms", Samples.of(asked.median()));
        report.figure(where, "answered within; 99th percentile", "ms", Samples.of(asked.percentile(99)), "<= 20");
        report.figure(where, "the application's processor", "% of a core", Samples.of(100 * seen.own()), "<= 10");
        report.figure(where, "the same; of which the compilers", "% of a core", Samples.of(100 * seen.compilers()));
        report.figure(
                where,
                "the application's processor for one callback",
                "us",
                Samples.of(1e6 * seen.own() * seen.seconds() / seen.callbacks().size()));
        report.figure(where, "all nginx's processor", "% of a core", Samples.of(100 * seen.nginx()));
    }

    private static long live(Livemeter live) {
        return live.sessions().running().stream()
                .flatMap(session -> session.destinations().stream())
                .filter(destination -> destination.state() == State.LIVE)
                .count();
    }

    /** One nginx of ours, and what it writes down. */
    private record Host(Path folder, GateLog log) {

        static Host make(Path folder) throws IOException {
            return new Host(folder, GateLog.in(folder.resolve("log")));
        }

        NginxRelay relay(int destinations) {
            return NginxRelay.local(
                    RelayStage.plan(work(), destinations).binary(log.nginx()).build());
        }

        private Path work() {
            return folder.resolve("relay");
        }

        Path configuration() {
            return work().resolve("nginx.conf");
        }

        long pid() throws IOException {
            return Long.parseLong(Files.readString(work().resolve("nginx.pid")).strip());
        }
    }

    /** A platform at the address that is given. */
    private static final class Nearby implements StreamProvider {
        @Override
        public String name() {
            return "custom";
        }

        @Override
        public String displayName() {
            return "Nearby";
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
