package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/** Turns what the books decline, and what does not fit them, into problems. */
final class Refusals {

    private static final Set<String> UNFIT = Set.of("CURRENCY_MISMATCH", "NOT_REFUNDABLE");

    private Refusals() {}

    /**
     * Something that the books declined, in their own sentence.
     *
     * @param subject what it is about, as the code begins
     * @param reason whose name is the rest of the code
     */
    static ProblemException declined(String subject, Enum<?> reason, String sentence) {
        var name = reason.name();
        var status = name.startsWith("UNKNOWN") ? 404 : UNFIT.contains(name) ? 422 : 409;
        return new ProblemException(status, subject + "." + name.toLowerCase(Locale.ROOT), sentence);
    }

    /** What a part of the request says, where everything that can be wrong with it is the request's fault. */
    static <T> T reading(String field, Supplier<T> value) {
        try {
            return value.get();
        } catch (LivemeterException e) {
            if (e.retryable() || e.code().startsWith("storage.")) {
                throw e;
            }
            throw new ProblemException(Problem.of(
                            e.code().endsWith(".conflict") ? 409 : 422,
                            e.code(),
                            Objects.requireNonNullElse(e.getMessage(), "The request cannot be answered as it is."))
                    .at(field));
        }
    }
}
