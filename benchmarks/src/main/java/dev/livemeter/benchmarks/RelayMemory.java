package dev.livemeter.benchmarks;

import dev.livemeter.relay.nginx.NginxRelay;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What nginx holds in memory for a stream and its destinations: of each user's own, against the same pushes written into the configuration. */
final class RelayMemory implements Part {

    private static final int DESTINATIONS = 2;

    /** More rounds bring no more: what a fresh nginx takes hardly differs. */
    private static final int ROUNDS = 3;

    private static final Path CONNECTIONS = Path.of("/proc/net/tcp");
    private static final String ESTABLISHED = "01";

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        var streams = Math.max(2, plan.streams().live() / 10);
        var rounds = Math.min(ROUNDS, plan.rounds());
        report.condition(streams + " streams to " + DESTINATIONS
                + " destinations each, without TLS; one process is all encoders, and each sends a keyframe of 200 bytes a second. Each relay is a"
                + " fresh nginx that has had one stream before; what its processes hold with all streams, some seconds after the last push began, less"
                + " what they held before; read from the kernel. By turns, " + rounds + " times");
        var folder = Files.createTempDirectory("livemeter-benchmark-");
        var configured = new ArrayList<Double>();
        var own = new ArrayList<Double>();
        try (var platform = PlainNginx.start(
                folder.resolve("platform"), List.of("application a { live on; }", "application b { live on; }"))) {
            var load = new Streams(streams, platform, plan.window().dividedBy(3));
            for (var round = 0; round < rounds; round++) {
                report.progress("round " + (round + 1) + " of " + rounds);
                configured.add(configured(folder.resolve("plain" + round), load));
                own.add(own(folder.resolve("relay" + round), load));
            }
        }
        tell(streams, configured, own, report);
    }

    private static double configured(Path folder, Streams load) throws IOException {
        try (var plain = PlainNginx.start(
                folder,
                List.of("application live { live on; push " + load.platform().server("a") + "; push "
                        + load.platform().server("b") + "; }"))) {
            return load.grown(plain.server("live"), plain.pid());
        }
    }

    private static double own(Path folder, Streams load) throws IOException {
        var authority = new ScriptedAuthority(key -> List.of(
                RelayStage.push("a", load.platform().server("a"), key),
                RelayStage.push("b", load.platform().server("b"), key)));
        try (var relay = NginxRelay.local(RelayStage.settings(folder, 10))) {
            var server = relay.open(authority).url().toString();
            var pid =
                    Long.parseLong(Files.readString(folder.resolve("nginx.pid")).strip());
            return load.grown(server, pid);
        }
    }

    /**
     * The streams that each relay gets.
     *
     * @param settle how long they go on before it is looked
     */
    private record Streams(int streams, PlainNginx platform, Duration settle) {

        /** By how many KiB a relay grows. */
        double grown(String server, long pid) throws IOException {
            var expected = (long) streams * DESTINATIONS;
            awaitPushes(0);
            try (var first = publish(server, "first", 1)) {
                awaitPushes(DESTINATIONS);
                MeterRun.sleep(settle);
                if (!first.isRunning()) {
                    throw new IllegalStateException("The first encoder was thrown out; expected it to go on.");
                }
            }
            awaitPushes(0);
            var before = memory(pid);
            try (var crowd = publish(server, "stream", streams)) {
                awaitPushes(expected);
                MeterRun.sleep(settle);
                if (!crowd.isRunning() || pushes() != expected) {
                    throw new IllegalStateException(pushes() + " of " + expected
                            + " pushes were left; no encoder had left, so all were expected.");
                }
                return grown(before, memory(pid));
            }
        }

        private static EncoderCrowd publish(String server, String name, int number) throws IOException {
            return EncoderCrowd.publish(IntStream.range(0, number)
                    .mapToObj(i -> new EncoderCrowd.Place(server, name + i))
                    .toList());
        }

        private void awaitPushes(long number) {
            RelayStage.until(number + " pushes are at the platform", () -> pushes() == number);
        }

        /** How many connections the platform has: nobody else comes there. */
        private long pushes() {
            var port = String.format(":%04X", platform.port());
            try (var lines = Files.lines(CONNECTIONS, StandardCharsets.US_ASCII)) {
                return lines.map(line -> line.strip().split("\\s+"))
                        .filter(words -> words[1].endsWith(port) && words[3].equals(ESTABLISHED))
                        .count();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        /** Of those processes alone that are there at both times: nginx has one that leaves after a minute. */
        private static double grown(Map<Long, Double> before, Map<Long, Double> after) {
            var grown = 0.0;
            for (var process : after.entrySet()) {
                var had = before.get(process.getKey());
                grown += had == null ? 0 : process.getValue() - had;
            }
            return grown;
        }

        /** What each process of that nginx holds, in KiB. */
        private static Map<Long, Double> memory(long pid) {
            var all = new HashMap<Long, Double>();
            ProcessHandle.of(pid).stream()
                    .flatMap(first -> Stream.concat(Stream.of(first), first.descendants()))
                    .forEach(process -> all.put(process.pid(), ResidentMemory.kibibytes(process)));
            return all;
        }
    }

    private static void tell(int streams, List<Double> plain, List<Double> own, Report report) {
        var where = "nginx";
        var lines = (double) streams * DESTINATIONS;
        report.figure(where, "pushes in the configuration: one destination", "KiB", each(plain, lines));
        report.figure(where, "destinations of one's own: one destination", "KiB", each(own, lines));
        var ratios = new double[plain.size()];
        for (var i = 0; i < ratios.length; i++) {
            ratios[i] = own.get(i) / Math.max(plain.get(i), 1);
        }
        report.figure(where, "own / in the configuration; memory", "x", Samples.of(ratios), "<= 1.5");
    }

    private static Samples each(List<Double> all, double lines) {
        return Samples.of(all.stream().mapToDouble(kibibytes -> kibibytes / lines));
    }
}
