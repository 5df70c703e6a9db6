package dev.livemeter.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Peers on two nodes that are one over Redis, beside peers on one node: what the second node, and the way between them, costs. */
final class SignalingNodes implements Part {

    private static final int PAIRS = 64;

    /** As many a second as a busy platform's calls make, and ten times as many. */
    private static final List<Integer> FIXED_RATES = List.of(200, 2_000);

    /** Two servers that share a core with Redis have compiled what they need after so many turns at a fixed rate. */
    private static final int TURNS_UNTIL_WARM = 6;

    private static final int LOOKS_AT_FIXED_RATE = 2;

    private static final String ONE = "one node";
    private static final String TWO = "two nodes";

    private static final String P50 = "p50";
    private static final String P99 = "p99";
    private static final String TIME = "processor time a message";

    /** Name, unit, what is wanted; the ratio is that of two nodes to one. */
    private static final List<List<String>> MEASURES = List.of(
            List.of("6 kB messages", "1/s"),
            List.of("6 kB processor time a message", "us"),
            List.of("330 B messages", "1/s"),
            List.of("330 B processor time a message", "us"),
            List.of(fixed(200, P50), "ms"),
            List.of(fixed(200, P99), "ms"),
            List.of(fixed(200, TIME), "us"),
            List.of(fixed(2_000, P50), "ms"),
            List.of(fixed(2_000, P99), "ms"),
            List.of(fixed(2_000, TIME), "us"));

    @Override
    public String name() {
        return "nodes";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws IOException {
        var millis = (int) Math.max(200, plan.turn().toMillis() * 3 / 2);
        report.condition(
                "Both nodes and Redis on core 0, clients on core 1, " + PAIRS
                        + " pairs of peers, each pair with a peer on either node, one message under way in each; fixed rates are those of all pairs together, and come after the same traffic");
        var found = new LinkedHashMap<String, Map<String, List<Double>>>();
        for (var round = 0; round < plan.rounds(); round++) {
            for (var nodes : round % 2 == 0 ? List.of(ONE, TWO) : List.of(TWO, ONE)) {
                messages(nodes, millis, found.computeIfAbsent(nodes, key -> new LinkedHashMap<>()));
                report.progress("round " + (round + 1) + " of " + nodes + " is done");
            }
        }
        for (var measure : MEASURES) {
            var one = samples(found, ONE, measure.get(0));
            var two = samples(found, TWO, measure.get(0));
            report.figure(ONE, measure.get(0), measure.get(1), one);
            report.figure(TWO, measure.get(0), measure.get(1), two);
            report.figure("ratio", measure.get(0), "", Samples.of(one.median() == 0 ? 0 : two.median() / one.median()));
            if (measure.get(0).endsWith(P99)) {
                report.figure("difference", measure.get(0), "ms", Samples.of(two.median() - one.median()), "at most 3");
            }
        }
    }

    private static void messages(String nodes, int millis, Map<String, List<Double>> values) throws IOException {
        try (var process = nodes.equals(ONE) ? SignalingProcess.ours() : SignalingProcess.twoNodes()) {
            process.order("pairs large-warm " + PAIRS + " 0 " + 3 * millis);
            process.order("pairs candidate-warm " + PAIRS + " 0 " + 3 * millis);
            for (var kind : List.of("large", "candidate")) {
                var label = kind.equals("large") ? "6 kB" : "330 B";
                var found = process.order("pairs " + kind + " " + PAIRS + " 0 " + millis);
                var rate = found.getOrDefault("rate", 0.0);
                add(values, label + " messages", rate);
                add(
                        values,
                        label + " processor time a message",
                        found.getOrDefault("cpu", 0.0) * 1e6 / Math.max(1, rate * millis / 1e3));
            }
            // As where one server is measured: messages that come one at a time go other ways through the code.
            process.order("pairs candidate-warm " + PAIRS + " 2000 " + TURNS_UNTIL_WARM * millis);
            for (var rate : FIXED_RATES) {
                for (var look = 0; look < LOOKS_AT_FIXED_RATE; look++) {
                    fixed(process, rate, millis, values);
                }
            }
        }
    }

    private static void fixed(SignalingProcess process, int rate, int millis, Map<String, List<Double>> values)
            throws IOException {
        var found = process.order("pairs candidate " + PAIRS + " " + rate + " " + millis);
        add(values, fixed(rate, P50), found.getOrDefault("p50", 0.0));
        add(values, fixed(rate, P99), found.getOrDefault("p99", 0.0));
        add(values, fixed(rate, TIME), found.getOrDefault("cpu", 0.0) * 1e9 / ((double) rate * millis));
    }

    private static String fixed(int rate, String what) {
        return "330 B, " + rate + " a second " + what;
    }

    private static void add(Map<String, List<Double>> values, String name, double value) {
        values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }

    private static Samples samples(Map<String, Map<String, List<Double>>> found, String nodes, String name) {
        return Samples.of(found.getOrDefault(nodes, Map.of()).getOrDefault(name, List.of(0.0)).stream()
                .mapToDouble(Double::doubleValue));
    }
}
