package dev.livemeter.standin.youtube;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with one request, once.
 *
 * @param error null where it is done
 * @param headers that the answer has besides
 * @param delay before the answer
 * @param cut whether the connection ends without an answer, after it was done
 */
public record Fault(@Nullable ErrorBody error, Map<String, String> headers, Duration delay, boolean cut) {

    /** An error as the API writes it. */
    public record ErrorBody(int status, String domain, String reason) {}

    /** It is refused. */
    public static Fault refused(int status, String domain, String reason) {
        return new Fault(new ErrorBody(status, domain, reason), Map.of(), Duration.ZERO, false);
    }

    /** It is done, and answered late. */
    public static Fault slow(Duration delay) {
        return new Fault(null, Map.of(), delay, false);
    }

    /** It is done, and nobody hears of it. */
    public static Fault unheard() {
        return new Fault(null, Map.of(), Duration.ZERO, true);
    }

    public Fault with(String header, String value) {
        return new Fault(error, Map.of(header, value), delay, cut);
    }
}
