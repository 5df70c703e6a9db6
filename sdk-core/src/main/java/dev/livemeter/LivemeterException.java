package dev.livemeter;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The one unchecked root of everything Livemeter throws: bugs of the caller, configuration and infrastructure.
 * Expected business outcomes (a wallet that is empty, a key that is unknown) are sealed results instead.
 *
 * <p>{@link #code()} is stable across releases and made for programs; {@link #getMessage()} is a sentence for people: what
 * was given, what was expected, what to do.
 */
public class LivemeterException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String code;
    private final boolean retryable;

    /** A fault that stays until somebody changes something. */
    public LivemeterException(String code, String message) {
        this(code, message, false, null);
    }

    /**
     * @param code stable, lower case, dotted, such as {@code money.overflow}
     * @param retryable whether the same call may succeed later without any change by the caller
     */
    public LivemeterException(String code, String message, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.retryable = retryable;
    }

    /** Stable code, lower case and dotted. */
    public final String code() {
        return code;
    }

    /** Whether the same call may succeed later without any change by the caller. */
    public final boolean retryable() {
        return retryable;
    }
}
