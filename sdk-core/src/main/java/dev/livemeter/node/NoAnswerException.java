package dev.livemeter.node;

import java.io.Serial;

/** Another node did not answer in time. */
public final class NoAnswerException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    NoAnswerException(Throwable cause) {
        super("Another node did not answer in time.", cause);
    }
}
