package dev.livemeter.standin.youtube;

import java.io.Serial;

/** An error as RFC 6749 writes it. */
final class OAuthError extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;

    OAuthError(int status, String error) {
        super(error);
        this.status = status;
        this.error = error;
    }

    String error() {
        return error;
    }

    int status() {
        return status;
    }
}
