package dev.livemeter.relay.nginx.deploy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the nginx of a relay host is.
 *
 * @param master tells one life of nginx from any other; empty where it does not run
 * @param workers the processor time that each worker used since it began, by process; empty where the host does not tell
 */
public record HostLife(String master, Map<Long, Duration> workers) {

    private static final Pattern LINE =
            Pattern.compile("nginx(?: ([0-9]{1,10} [0-9]{1,20})((?: [0-9]{1,10}:[0-9]{1,15})*))?");

    /** Linux counts in hundredths of a second wherever Debian runs. */
    private static final long MILLIS_PER_TICK = 10;

    /** Keeps a copy. */
    public HostLife {
        workers = Map.copyOf(workers);
    }

    /** Whether nginx runs. */
    public boolean runs() {
        return !master.isEmpty();
    }

    static Optional<HostLife> parse(String line) {
        var told = LINE.matcher(line);
        if (!told.matches()) {
            return Optional.empty();
        }
        if (told.group(1) == null) {
            return Optional.of(new HostLife("", Map.of()));
        }
        var workers = new HashMap<Long, Duration>();
        for (var worker : told.group(2).strip().split(" ", -1)) {
            var colon = worker.indexOf(':');
            if (colon > 0) {
                workers.put(
                        Long.parseLong(worker.substring(0, colon)),
                        Duration.ofMillis(Long.parseLong(worker.substring(colon + 1)) * MILLIS_PER_TICK));
            }
        }
        return Optional.of(new HostLife(told.group(1), workers));
    }
}
