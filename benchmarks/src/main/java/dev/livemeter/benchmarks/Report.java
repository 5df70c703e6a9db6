package dev.livemeter.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Gathers the figures of one part, prints them as a Markdown table, and keeps them as data. Not thread-safe. */
final class Report {

    private final String part;
    private final PrintStream out;
    private final List<String> conditions = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();

    Report(String part, PrintStream out) {
        this.part = part;
        this.out = out;
    }

    /** Under what the figures were measured; a sentence or a list. */
    void condition(String text) {
        conditions.add(text);
    }

    void figure(String where, String name, String unit, Samples values) {
        figure(where, name, unit, values, "");
    }

    void figure(String where, String name, String unit, Samples values, String goal) {
        var figure = new Figure(part, where, name, unit, values, goal);
        figures.add(figure);
        // at once, so that a run that fails later has still told what it found
        progress(figure.markdown());
    }

    /** Says how far it is: a part takes minutes. */
    void progress(String text) {
        out.println("  " + text);
    }

    List<Figure> figures() {
        return List.copyOf(figures);
    }

    /** Prints everything. */
    void print() {
        out.println();
        out.println("## " + part);
        out.println();
        conditions.forEach(condition -> out.println("- " + condition));
        out.println();
        out.println("| where | what | median | range | unit | goal |");
        out.println("|---|---|---|---|---|---|");
        figures.forEach(figure -> out.println(figure.markdown()));
        out.println();
    }

    /** Writes the figures into {@code PART.csv} of a folder. */
    void write(Path folder) throws IOException {
        var lines = new ArrayList<String>();
        conditions.forEach(condition -> lines.add("# " + condition));
        lines.add("part,where,measure,unit,median,min,max,values,goal");
        figures.forEach(figure -> lines.add(figure.csv()));
        Files.createDirectories(folder);
        Files.write(folder.resolve(part + ".csv"), lines);
    }
}
