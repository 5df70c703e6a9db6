package dev.livemeter.relay.nginx;

import java.util.HashMap;
import java.util.Map;

/**
 * How much of a stream nginx gave to each of its pushes. It counts only what it gave to all of them together; what is missing there is laid to those that show by themselves that they take nothing. One object for each stream; not thread-safe.
 *
 * @param <P> a push
 */
final class PushShares<P> {

    private final Map<P, Long> given = new HashMap<>();
    private long in;
    private long out;
    private boolean missing;

    /**
     * Takes a reading.
     *
     * @param nowIn bytes that came since the stream began
     * @param nowOut bytes that were given to all who take it
     * @param suspects the pushes that there are, and whether each shows that it may take nothing
     * @return bytes given to each since it was told of first
     */
    Map<P, Long> observe(long nowIn, long nowOut, Map<P, Boolean> suspects) {
        given.keySet().retainAll(suspects.keySet());
        var came = Math.max(0, nowIn - in);
        var went = Math.max(0, nowOut - out);
        in = nowIn;
        out = nowOut;
        var lacking = Math.max(0, came * given.size() - went);
        // The share of one at least, but for rounding.
        missing = came > 0 && lacking >= came - came / 20;
        var suspected = given.keySet().stream()
                .filter(push -> suspects.getOrDefault(push, false))
                .count();
        given.replaceAll((push, bytes) -> {
            if (!suspects.getOrDefault(push, false)) {
                return bytes + came;
            }
            var share = lacking / suspected;
            return share >= came - came / 20 ? bytes : bytes + came - share;
        });
        suspects.keySet().forEach(push -> given.putIfAbsent(push, 0L));
        return Map.copyOf(given);
    }

    /** Whether lately one of them at least was given nothing. */
    boolean isOneLeftOut() {
        return missing;
    }
}
