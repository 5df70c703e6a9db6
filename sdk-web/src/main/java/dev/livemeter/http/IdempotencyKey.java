package dev.livemeter.http;

import dev.livemeter.web.WebRequest;
import java.util.regex.Pattern;

/** The header {@code Idempotency-Key}: the caller's name for a change of money, so that a repeat of the request changes nothing more. */
final class IdempotencyKey {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private IdempotencyKey() {}

    /**
     * The key of a request.
     *
     * @throws ProblemException 400 where it is missing or malformed
     */
    static String of(WebRequest request) {
        return request.header("idempotency-key")
                .filter(key -> FORM.matcher(key).matches())
                .orElseThrow(() -> new ProblemException(
                        400,
                        "request.idempotency_key",
                        "Money moves once for each header Idempotency-Key; send one of 1 to 64 characters A-Z a-z 0-9 . _ -,"
                                + " the same in each repeat."));
    }
}
