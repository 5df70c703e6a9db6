package dev.livemeter.standin.youtube;

import java.io.Serial;

/** An error as RFC 6749 writes it. */
final class OAuthError extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;

    OAuthError(int status, String error) {
        super(error);
        this.status = status;
    }

    int status() {
        return status;
    }
}
