package dev.livemeter.relay.nginx.deploy;

import java.util.ArrayList;
import java.util.List;

/**
 * What a host answered to an order: one word for the program at the beginning of each line, the rest for people.
 *
 * @param steps that were done
 * @param nginx nginx's own words
 * @param result one word; empty if there is no result, as the order was not carried out
 * @param rest what follows the result
 * @param lines all of them, as they came
 * @param errors what was said besides, by sudo for example
 */
record HostAnswer(
        List<String> steps, List<String> nginx, String result, String rest, List<String> lines, String errors) {

    static HostAnswer parse(String output, String errors) {
        var steps = new ArrayList<String>();
        var nginx = new ArrayList<String>();
        var result = "";
        var rest = "";
        var lines = output.lines().toList();
        for (var line : lines) {
            if (line.startsWith("step ")) {
                steps.add(line.substring("step ".length()));
            } else if (line.startsWith("nginx ")) {
                nginx.add(line.substring("nginx ".length()));
            } else if (line.startsWith("result ")) {
                var words = line.substring("result ".length());
                var space = words.indexOf(' ');
                result = space < 0 ? words : words.substring(0, space);
                rest = space < 0 ? "" : words.substring(space + 1).strip();
            }
        }
        return new HostAnswer(List.copyOf(steps), List.copyOf(nginx), result, rest, lines, errors.strip());
    }

    /** The rest where it is a version; else nothing. */
    String version() {
        return RelayConfiguration.VERSION.matcher(rest).matches() ? rest : "";
    }
}
