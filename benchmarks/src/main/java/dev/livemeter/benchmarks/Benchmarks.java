package dev.livemeter.benchmarks;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The program: {@code Benchmarks [--tiny | --brief] [--out FOLDER] [PART...]}. */
public final class Benchmarks {

    private Benchmarks() {}

    /**
     * Runs the parts that are named, or all.
     *
     * @throws Exception where a part failed, or its books did not add up
     */
    public static void main(String[] arguments) throws Exception {
        var names = new ArrayList<>(Arrays.asList(arguments));
        var plan = names.remove("--tiny") ? Plan.tiny() : names.remove("--brief") ? Plan.brief() : Plan.full();
        Path folder = null;
        var out = names.indexOf("--out");
        if (out >= 0 && out + 1 < names.size()) {
            names.remove(out);
            folder = Path.of(names.remove(out));
        }
        var parts = chosen(names);
        for (var part : parts) {
            try (var databases = Databases.all()) {
                var report = run(part, plan, databases, System.out);
                if (folder != null) {
                    report.write(folder);
                }
            }
        }
    }

    /** All parts, in the order in which they are run. */
    static List<Part> parts() {
        return List.of(
                new Settlement(),
                new MeteringLoad(),
                new StartHold(),
                new MeterCost(),
                new RatingSpeed(),
                new ReportSpeed(),
                new RelayLoad(),
                new RelayMemory(),
                new RelayDelay(),
                new CutOff(),
                new CallbackLoad(),
                new SignalingLoad(),
                new SignalingNodes());
    }

    /** Runs one part and prints what it found. */
    static Report run(Part part, Plan plan, Databases databases, PrintStream out) throws Exception {
        out.println(part.name() + "...");
        var report = new Report(part.name(), out);
        report.condition(Conditions.machine());
        report.condition("Medians of " + plan.rounds() + " rounds where nothing else is said; seed " + plan.seed());
        part.run(plan, databases, report);
        report.print();
        return report;
    }

    private static List<Part> chosen(List<String> names) {
        var known = parts().stream().map(Part::name).toList();
        for (var name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "There is no part '" + name + "'; expected some of " + String.join(", ", known) + ".");
            }
        }
        return parts().stream()
                .filter(part -> names.isEmpty() || names.contains(part.name()))
                .toList();
    }
}
