package dev.livemeter.benchmarks;

import dev.livemeter.relay.nginx.NginxRelay;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a relayed stream costs nginx: destinations of each user's own, against the same pushes written into the configuration. */
final class RelayLoad implements Part {

    private static final int DESTINATIONS = 2;

    /** After this all pushes of the plain relay run; it tells nobody. */
    private static final Duration WARM = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "relay";
    }

    private record Seen(double cores, double ownCores) {}

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        var streams = plan.streams().relayed();
        report.condition(
                streams + " encoders at a time (" + Encoders.PICTURE + "), " + DESTINATIONS
                        + " destinations each on an nginx of their own, without TLS; both relays run, and are used by turns; nginx's processor time alone, read from the kernel");
        var folder = Files.createTempDirectory("livemeter-benchmark-");
        try (var encoders = Encoders.prepare(folder);
                var platform = PlainNginx.start(
                        folder.resolve("platform"),
                        List.of("application a { live on; }", "application b { live on; }"));
                var plain = PlainNginx.start(
                        folder.resolve("plain"),
                        List.of("application live { live on; push " + platform.server("a") + "; push "
                                + platform.server("b") + "; }"));
                var relay = NginxRelay.local(RelayStage.settings(folder.resolve("relay"), 10))) {
            var authority = new ScriptedAuthority(key -> List.of(
                    RelayStage.push("a", platform.server("a"), key), RelayStage.push("b", platform.server("b"), key)));
            var ingest = relay.open(authority).url().toString();
            var ours = Long.parseLong(
                    Files.readString(folder.resolve("relay/nginx.pid")).strip());
            var configured = new ArrayList<Seen>();
            var own = new ArrayList<Seen>();
            for (var round = 0; round < plan.rounds(); round++) {
                report.progress("round " + (round + 1) + " of " + plan.rounds());
                configured.add(look(plan, encoders, plain.server("live"), plain.pid(), () -> MeterRun.sleep(WARM)));
                var before = authority.live();
                own.add(look(plan, encoders, ingest, ours, () -> {
                    RelayStage.until(
                            "all destinations are live", () -> authority.live() - before >= streams * DESTINATIONS);
                    MeterRun.sleep(Duration.ofSeconds(2));
                }));
                RelayStage.until("all encoders are gone", () -> authority.present() == 0);
            }
            tell(streams, configured, own, report);
        }
    }

    private static Seen look(Plan plan, Encoders encoders, String server, long pid, Runnable warm) throws Exception {
        for (var i = 0; i < plan.streams().relayed(); i++) {
            encoders.publish(server, "stream" + i);
        }
        try {
            warm.run();
            var before = ProcessorTime.ofTree(pid);
            var ownBefore = ProcessorTime.own();
            var from = System.nanoTime();
            MeterRun.sleep(plan.window().dividedBy(3));
            var seconds = (System.nanoTime() - from) / 1e9;
            return new Seen(
                    ProcessorTime.ofTree(pid).minus(before).toNanos() / 1e9 / seconds,
                    ProcessorTime.own().minus(ownBefore).toNanos() / 1e9 / seconds);
        } finally {
            encoders.stop();
        }
    }

    private static void tell(int streams, List<Seen> plain, List<Seen> own, Report report) {
        var lines = (double) streams * DESTINATIONS;
        var where = "nginx";
        report.figure(where, "pushes in the configuration: one destination", "% of a core", cores(plain, 100 / lines));
        report.figure(where, "destinations of one's own: one destination", "% of a core", cores(own, 100 / lines));
        var ratios = new double[plain.size()];
        for (var i = 0; i < ratios.length; i++) {
            ratios[i] = own.get(i).cores() / Math.max(plain.get(i).cores(), 1e-3);
        }
        report.figure(where, "own / in the configuration; processor", "x", Samples.of(ratios), "<= 1.5");
        report.figure(
                where,
                "own: streams with " + DESTINATIONS + " destinations for each core",
                "",
                Samples.of(own.stream().mapToDouble(seen -> streams / Math.max(seen.cores(), 1e-3))));
        report.figure(
                "program",
                "one stream",
                "% of a core",
                Samples.of(own.stream().mapToDouble(seen -> 100 * seen.ownCores() / streams)));
    }

    private static Samples cores(List<Seen> all, double factor) {
        return Samples.of(all.stream().mapToDouble(seen -> seen.cores() * factor));
    }
}
