package dev.livemeter.benchmarks;

import com.sun.net.httpserver.HttpServer;
import dev.livemeter.benchmarks.FlvWatch.Wanted;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.spi.RelayAuthority.Push;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** How soon pictures are at a platform: after an encoder began, against pushes in the configuration, and after a destination was added on air. */
final class RelayDelay implements Part {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final double GOAL_ADDED = Encoders.KEYFRAMES.toMillis() + 2_500;

    @Override
    public String name() {
        return "delay";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        report.condition("One encoder at a time (" + Encoders.PICTURE
                + "), one destination, an nginx that records what comes; from nginx's"
                + " question whether somebody may publish until the picture is in the recording; by turns");
        var folder = Files.createTempDirectory("livemeter-benchmark-");
        var arrived = Files.createDirectories(folder.resolve("arrived"));
        try (var encoders = Encoders.prepare(folder);
                var platform = PlainNginx.start(
                        folder.resolve("platform"),
                        List.of("application a { live on; record all; record_path \"" + arrived
                                + "\"; record_unique on; record_suffix .flv; }"));
                var doorbell = Doorbell.open();
                var plain = PlainNginx.start(
                        folder.resolve("plain"),
                        List.of("application live { live on; on_publish " + doorbell.url() + "; push "
                                + platform.server("a") + "; }"));
                var relay = NginxRelay.local(RelayStage.settings(folder.resolve("relay"), 10))) {
            var authority = new ScriptedAuthority(key -> List.of(RelayStage.push("a", platform.server("a"), key)));
            var ingest = relay.open(authority).url().toString();
            var asked = new Asked(encoders, arrived);
            var plainly = new ArrayList<Double>();
            var ours = new ArrayList<Double>();
            var added = new ArrayList<Double>();
            for (var run = 0; run < plan.streams().starts(); run++) {
                report.progress("stream " + (run + 1) + " of " + plan.streams().starts());
                var one = "plain" + run;
                plainly.add(asked.firstPicture(plain.server("live"), one, doorbell::rangAt));
                var other = "ours" + run;
                ours.add(asked.firstPicture(
                        ingest, other, () -> authority.admitted(other).atNanos()));
                added.add(added(relay, authority, other, platform, arrived));
                encoders.stop();
                RelayStage.until("the encoder is gone", () -> authority.present() == 0);
            }
            tell(plainly, ours, added, report);
        }
    }

    private static double added(
            NginxRelay relay, ScriptedAuthority authority, String key, PlainNginx platform, Path arrived)
            throws Exception {
        var from = System.nanoTime();
        var more = List.<Push>of(
                RelayStage.push("a", platform.server("a"), key),
                RelayStage.push("b", platform.server("a"), key + "added"));
        relay.pushTo(authority.admitted(key).session(), more);
        return (FlvWatch.firstPicture(arrived, key + "added", Wanted.KEYFRAME, PATIENCE) - from) / 1e6;
    }

    private static void tell(List<Double> plainly, List<Double> ours, List<Double> added, Report report) {
        var first = samples(ours);
        var raw = samples(plainly);
        report.figure("nginx", "push in the configuration: first picture", "ms", raw);
        report.figure("nginx", "destination of one's own: first picture", "ms", first);
        report.figure(
                "nginx",
                "own less in the configuration; of the medians",
                "ms",
                Samples.of(first.median() - raw.median()),
                "<= 300");
        report.figure(
                "nginx",
                "destination added on air: first keyframe",
                "ms",
                samples(added),
                "<= " + Math.round(GOAL_ADDED));
    }

    private static Samples samples(List<Double> values) {
        return Samples.of(values.stream().mapToDouble(value -> value));
    }

    private record Asked(Encoders encoders, Path arrived) {

        double firstPicture(String server, String key, LongSupplier askedAt) throws Exception {
            encoders.stop();
            encoders.publish(server, key);
            var there = FlvWatch.firstPicture(arrived, key, Wanted.ANY, PATIENCE);
            return (there - askedAt.getAsLong()) / 1e6;
        }
    }

    /** Lets everybody in, and remembers when it was asked last. */
    private record Doorbell(HttpServer server, AtomicLong rang) implements AutoCloseable {

        static Doorbell open() throws Exception {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
            var rang = new AtomicLong();
            server.createContext("/", exchange -> {
                try (exchange) {
                    rang.set(System.nanoTime());
                    exchange.getResponseHeaders().set("Connection", "close");
                    exchange.sendResponseHeaders(200, -1);
                }
            });
            server.start();
            return new Doorbell(server, rang);
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        }

        long rangAt() {
            return rang.get();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
