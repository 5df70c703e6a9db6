package dev.livemeter.testing.simulation;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run played, in which nothing wrong was found.
 *
 * @param seed of the first world
 * @param worlds how many
 * @param events the steps of all of them
 * @param sessions how many were opened, those that the wallet declined included
 * @param settlements how often a session was stored by a settlement or a take-over
 * @param takeovers how many sessions one node took from another that stood still, or was not answered, for longer than its lease
 * @param entries of the books, those of all worlds
 * @param faults how often each kind came about; those that did not, with 0
 * @param took by the machine's clock
 */
public record SimulationReport(
        long seed,
        int worlds,
        long events,
        long sessions,
        long settlements,
        long takeovers,
        long entries,
        Map<String, Long> faults,
        Duration took) {

    public SimulationReport {
        faults = Map.copyOf(faults);
    }

    /** All faults together. */
    public long faultCount() {
        return faults.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The report in a sentence. */
    public String sentence() {
        return "From seed " + seed + ", " + events + " events in " + worlds + " worlds: " + sessions + " sessions, "
                + settlements + " settlements, " + takeovers + " takeovers, " + entries + " ledger entries, "
                + faultCount() + " faults " + new TreeMap<>(faults) + ", in " + took.toMillis() + " ms.";
    }
}
