package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.wallet.TransferId;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of movements, the newest first.
 *
 * @param next the {@code before} of the next page; null on the last
 */
record Page<T>(List<T> lines, @Nullable String next) {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 200;

    /**
     * The page that a request asks for by {@code limit} and {@code before}.
     *
     * @param known whether {@code before} names something that the caller may see
     */
    static <T> Page<T> of(
            Call call,
            Function<TransferId, Boolean> known,
            BiFunction<Integer, @Nullable TransferId, List<T>> reading,
            Function<T, TransferId> id) {
        var limit = (int) Parameters.number(call.request(), "limit", DEFAULT_LIMIT, 1, MOST);
        var before = call.request()
                .parameter("before")
                .map(text -> parse(text)
                        .filter(known::apply)
                        .orElseThrow(() -> new ProblemException(
                                404, "entry.unknown", "There is no such entry of that user; begin without 'before'.")));
        // One more than is shown tells whether there is a next page.
        var found = reading.apply(limit + 1, before.orElse(null));
        var lines = found.subList(0, Math.min(limit, found.size()));
        return new Page<>(
                lines, found.size() > limit ? id.apply(lines.get(limit - 1)).value() : null);
    }

    private static Optional<TransferId> parse(String text) {
        try {
            return Optional.of(new TransferId(text));
        } catch (LivemeterException malformed) {
            return Optional.empty();
        }
    }
}
