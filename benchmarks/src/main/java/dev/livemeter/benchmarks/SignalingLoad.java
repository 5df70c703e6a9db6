package dev.livemeter.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Our signaling against PeerServer on Node: one core for the server, the same clients on the other one, turn and turn about. */
final class SignalingLoad implements Part {

    private static final int PAIRS = 64;

    /** With messages as large as those of a flood; more of them would take the memory that the flood is to be seen in. */
    private static final int FEW_PAIRS = 2;

    private static final String OURS = "ours";
    private static final String PEER_SERVER = "PeerServer";
    private static final String BESIDE_AND_ALONE = "330 B beside idle connections, against the same process alone";
    private static final String RESIDENT_WARM = "resident memory for each idle connection";
    private static final String RESIDENT_FRESH = "the same of a server just started";
    private static final String LIVE_HEAP = "live heap for each idle connection";

    /** What the first connections cost is the program: classes, pools. They stay open, so none of it is given back meanwhile. */
    private static final int FIRST_CONNECTIONS = 100;

    private static final int CONNECTING_UNTIL_WARM = 4;
    private static final int FIXED_RATE = 5_000;
    private static final int LOOKS_AT_FIXED_RATE = 2;

    /** Name, unit, what is wanted of ours in relation to PeerServer's: the least, and the aim. */
    private static final List<List<String>> MEASURES = List.of(
            List.of("6 kB messages", "1/s", "ratio at least 1.8, aim 2.2"),
            List.of("6 kB p50", "ms", "ratio at most 0.6, aim 0.4"),
            List.of("6 kB p99", "ms", "ratio at most 1.0, aim 0.8"),
            List.of("6 kB processor time a message", "us", "ratio at most 0.55, aim 0.4"),
            List.of("330 B messages", "1/s", "ratio at least 2.0, aim 2.7"),
            List.of("330 B p50", "ms", "ratio at most 0.6, aim 0.4"),
            List.of("330 B p99", "ms", "ratio at most 1.0, aim 0.8"),
            List.of("330 B processor time a message", "us", "ratio at most 0.55, aim 0.4"),
            List.of("330 B at a fixed rate p50", "ms", ""),
            List.of("330 B at a fixed rate p99", "ms", "ratio at most 1.0, aim 0.7"),
            List.of("connect-OPEN-close", "1/s", "ratio at least 1.3, aim 1.6"),
            List.of(RESIDENT_WARM, "KiB", "ratio at most 2.0, aim 1.2"),
            List.of(RESIDENT_FRESH, "KiB", "ratio at most 2.0, aim 1.2"),
            List.of(LIVE_HEAP, "KiB", "of ours at most 5"),
            List.of("heartbeats of idle connections", "cores", "ratio at most 1.5, aim 0.8"),
            List.of("330 B beside idle connections", "1/s", ""),
            List.of(BESIDE_AND_ALONE, "of itself alone", "at least 0.95"),
            List.of("growth by one that does not read", "MiB", "at most 16, aim 4"),
            List.of("growth by an absent id", "MiB", "at most 16, aim 4"),
            List.of("bystander p99 beside one that does not read", "ms", "ratio at most 0.3, aim 0.1"));

    @Override
    public String name() {
        return "signaling";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws IOException {
        var size = plan.meters().usual();
        var idle = size >= 10_000 ? 5_000 : size;
        var flood = size >= 10_000 ? 256 : 4;
        var millis = (int) Math.max(200, plan.turn().toMillis());
        report.condition(
                "Server on core 0, clients on core 1, " + PAIRS
                        + " pairs of peers with one message under way each; " + idle
                        + " idle connections; " + flood
                        + " MiB to one that does not read or is not there; ours with -Xmx128m -Xmn16m,"
                        + " serial collector, an authority that checks tokens and says who may call whom, a list of origins, a log of who comes and goes, and all limits on");
        var found = new LinkedHashMap<String, Map<String, List<Double>>>();
        for (var round = 0; round < plan.rounds(); round++) {
            for (var server : round % 2 == 0 ? List.of(OURS, PEER_SERVER) : List.of(PEER_SERVER, OURS)) {
                var values = found.computeIfAbsent(server, key -> new LinkedHashMap<>());
                messages(server, millis, values);
                idle(server, idle, millis, values);
                memory(server, idle, values);
                flood(server, flood, millis, values);
                report.progress("round " + (round + 1) + " of " + server + " is done");
            }
        }
        tell(found, report);
    }

    private static SignalingProcess start(String server) throws IOException {
        return server.equals(OURS) ? SignalingProcess.ours() : SignalingProcess.peerServer();
    }

    private static void add(Map<String, List<Double>> values, String name, double value) {
        values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    private static double at(Map<String, Double> found, String name) {
        return found.getOrDefault(name, 0.0);
    }

    private static void messages(String server, int millis, Map<String, List<Double>> values) throws IOException {
        try (var process = start(server)) {
            // Some tens of thousands of connections; what they make the JVM compile is done when the messages are
            // through.
            process.order("cycles 16 " + millis * CONNECTING_UNTIL_WARM);
            process.order("pairs large-warm " + PAIRS + " 0 " + millis);
            process.order("pairs candidate-warm " + PAIRS + " 0 " + millis);
            for (var kind : List.of("large", "candidate")) {
                var label = kind.equals("large") ? "6 kB" : "330 B";
                var found = process.order("pairs " + kind + " " + PAIRS + " 0 " + millis);
                add(values, label + " messages", at(found, "rate"));
                add(values, label + " p50", at(found, "p50"));
                add(values, label + " p99", at(found, "p99"));
                add(
                        values,
                        label + " processor time a message",
                        at(found, "cpu") * 1e6 / Math.max(1, at(found, "rate") * millis / 1e3));
            }
            // Warm by the same traffic: fewer messages at a time go other ways through the code, on both ends.
            process.order("pairs candidate-warm " + PAIRS + " " + FIXED_RATE + " " + millis);
            for (var look = 0; look < LOOKS_AT_FIXED_RATE; look++) {
                var fixed = process.order("pairs candidate " + PAIRS + " " + FIXED_RATE + " " + millis);
                add(values, "330 B at a fixed rate p50", at(fixed, "p50"));
                add(values, "330 B at a fixed rate p99", at(fixed, "p99"));
            }
            add(values, "connect-OPEN-close", at(process.order("cycles 16 " + millis), "cycles"));
        }
    }

    private static void idle(String server, int idle, int millis, Map<String, List<Double>> values) throws IOException {
        try (var process = start(server)) {
            // What the first connections cost is the program, not they.
            process.order("cycles 16 " + millis / 2);
            process.order("pairs candidate-warm " + PAIRS + " 0 " + 2 * millis);
            var alone = at(process.order("pairs candidate " + PAIRS + " 0 " + millis), "rate");
            var before = process.residentMebibytes();
            process.order("idle " + idle + " 0");
            add(values, RESIDENT_WARM, (process.residentMebibytes() - before) * 1024 / idle);
            // What is measured is a server that has run for a while.
            process.order("heartbeats 10000 " + millis / 2);
            var beats = process.order("heartbeats 1000 " + millis);
            add(values, "heartbeats of idle connections", at(beats, "cpu") * 1e3 / millis);
            var beside = at(process.order("pairs candidate " + PAIRS + " 0 " + millis), "rate");
            add(values, "330 B beside idle connections", beside);
            add(values, BESIDE_AND_ALONE, alone == 0 ? 0 : beside / alone);
        }
    }

    /**
     * In a server that had no traffic. In one that had, idle connections take memory that its traffic has used and left, so its resident memory hardly
     * grows by them. Its live heap is what is still used after a full collection, so it is asked last.
     */
    private static void memory(String server, int idle, Map<String, List<Double>> values) throws IOException {
        try (var process = start(server)) {
            process.order("idle " + FIRST_CONNECTIONS + " 0");
            var before = process.residentMebibytes();
            process.order("idle " + idle + " 0");
            add(values, RESIDENT_FRESH, (process.residentMebibytes() - before) * 1024 / idle);
        }
        if (server.equals(OURS)) {
            try (var process = start(server)) {
                process.order("idle " + FIRST_CONNECTIONS + " 0");
                var before = process.liveHeapKibibytes();
                process.order("idle " + idle + " 0");
                add(values, LIVE_HEAP, (process.liveHeapKibibytes() - before) / idle);
            }
        }
    }

    private static void flood(String server, int mebibytes, int millis, Map<String, List<Double>> values)
            throws IOException {
        for (var to : List.of("deaf", "absent")) {
            try (var process = start(server)) {
                // A server that has run for a while has used all of its heap's young part.
                process.order("cycles 16 " + millis / 2);
                process.order("pairs large-warm " + PAIRS + " 0 " + millis / 2);
                process.order("pairs huge-warm " + FEW_PAIRS + " 0 " + millis / 2);
                var before = process.residentMebibytes();
                var found = process.order("flood " + to + " " + mebibytes + " 20000");
                requireSent(server, to, mebibytes, at(found, "sent"));
                var growth = process.residentMebibytes() - before;
                if (to.equals("deaf")) {
                    add(values, "growth by one that does not read", growth);
                    add(values, "bystander p99 beside one that does not read", at(found, "p99"));
                } else {
                    add(values, "growth by an absent id", growth);
                }
            }
        }
    }

    /** A server that takes less has less to keep. */
    private static void requireSent(String server, String to, int asked, double sent) throws IOException {
        if (sent != asked) {
            throw new IOException("Of " + asked + " MiB to the peer that is " + to + ", " + server + " took " + sent
                    + " MiB within 20 seconds; what it grew by says nothing.");
        }
    }

    private static void tell(Map<String, Map<String, List<Double>>> found, Report report) {
        var ours = found.getOrDefault(OURS, Map.of());
        var theirs = found.getOrDefault(PEER_SERVER, Map.of());
        for (var measure : MEASURES) {
            var name = measure.get(0);
            var unit = measure.get(1);
            var our = samples(ours, name);
            var their = samples(theirs, name);
            if (!theirs.containsKey(name)) {
                report.figure(OURS, name, unit, our, measure.get(2));
                continue;
            }
            var ratio = their.median() == 0 ? 0 : our.median() / their.median();
            report.figure(PEER_SERVER, name, unit, their);
            report.figure(OURS, name, unit, our);
            report.figure("ratio", name, "", Samples.of(ratio), measure.get(2));
        }
    }

    private static Samples samples(Map<String, List<Double>> values, String name) {
        return Samples.of(values.getOrDefault(name, List.of(0.0)).stream().mapToDouble(Double::doubleValue));
    }
}
