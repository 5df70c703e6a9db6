package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.relay.nginx.deploy.DeploymentRecord.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a host's history: a line when something begins, and one when it ends. */
final class History {

    private static final Pattern LINE = Pattern.compile(
            "([0-9]{1,12})\\t([a-z0-9][a-z0-9._@-]{0,63})\\t([0-9a-f]{64})\\t([a-z-]+)\\t([0-9a-f]{64}|-)");

    private static final Map<String, Outcome> OUTCOMES = Map.of(
            "deployed", Outcome.DEPLOYED,
            "refused", Outcome.REFUSED,
            "rolled-back", Outcome.ROLLED_BACK,
            "broken", Outcome.BROKEN,
            "failed", Outcome.FAILED,
            "started", Outcome.INTERRUPTED);

    private History() {}

    /** The newest first. Lines that do not fit are left out: the first may be cut, and a full disk cuts others. */
    static List<DeploymentRecord> parse(String text) {
        var records = new ArrayList<DeploymentRecord>();
        for (var line : text.lines().toList()) {
            var read = read(line);
            if (read == null) {
                continue;
            }
            var last = records.size() - 1;
            // What began is told by its end, if there is one.
            if (last >= 0
                    && records.get(last).outcome() == Outcome.INTERRUPTED
                    && records.get(last).version().equals(read.version())
                    && read.outcome() != Outcome.INTERRUPTED) {
                records.remove(last);
            }
            records.add(read);
        }
        Collections.reverse(records);
        return List.copyOf(records);
    }

    private static @Nullable DeploymentRecord read(String line) {
        var match = LINE.matcher(line);
        if (!match.matches()) {
            return null;
        }
        var outcome = OUTCOMES.get(match.group(4));
        if (outcome == null) {
            return null;
        }
        return new DeploymentRecord(
                Instant.ofEpochSecond(Long.parseLong(match.group(1))),
                match.group(2),
                match.group(3),
                outcome,
                match.group(5).equals("-") ? "" : match.group(5));
    }
}
