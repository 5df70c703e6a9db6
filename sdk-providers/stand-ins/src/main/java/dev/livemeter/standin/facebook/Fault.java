package dev.livemeter.standin.facebook;

import dev.livemeter.standin.http.Response;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with one request, once.
 *
 * @param instead of doing it; null where it is done
 */
public record Fault(@Nullable Instead instead, Map<String, String> headers, Duration delay, boolean isUnheard) {

    /** An answer in place of the real one. */
    public sealed interface Instead {

        /** An error of the Graph API; {@code subcode} 0 for none. */
        record Refusal(int status, int code, int subcode) implements Instead {}

        /** Anything at all. */
        record Text(int status, String text) implements Instead {}
    }

    /** It is refused. */
    public static Fault refused(int status, int code, int subcode) {
        return new Fault(new Instead.Refusal(status, code, subcode), Map.of(), Duration.ZERO, false);
    }

    /** Something else is answered. */
    public static Fault answered(int status, String text) {
        return new Fault(new Instead.Text(status, text), Map.of(), Duration.ZERO, false);
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
        return new Fault(instead, Map.of(header, value), delay, isUnheard);
    }

    Response apply(Response done) {
        if (isUnheard) {
            return Response.cut();
        }
        var answer = done;
        if (instead instanceof Instead.Refusal refusal) {
            answer = new GraphError(refusal.status(), refusal.code(), refusal.subcode(), "Played by the test.").reply();
        } else if (instead instanceof Instead.Text text) {
            answer = Response.text(text.status(), text.text());
        }
        return answer.with(headers);
    }
}
