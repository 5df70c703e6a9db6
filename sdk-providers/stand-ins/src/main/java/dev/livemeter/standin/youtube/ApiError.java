package dev.livemeter.standin.youtube;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.Serial;

/** An error as Google's APIs write it. */
final class ApiError extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String domain;
    private final String reason;

    ApiError(int status, String domain, String reason, String message) {
        super(message);
        this.status = status;
        this.domain = domain;
        this.reason = reason;
    }

    static ApiError live(int status, String reason, String message) {
        return new ApiError(status, "youtube.liveBroadcast", reason, message);
    }

    static ApiError bad(String reason, String message) {
        return new ApiError(400, "global", reason, message);
    }

    int status() {
        return status;
    }

    String reason() {
        return reason;
    }

    JsonObject json() {
        var one = Json.createObjectBuilder()
                .add("message", getMessage())
                .add("domain", domain)
                .add("reason", reason);
        return Json.createObjectBuilder()
                .add(
                        "error",
                        Json.createObjectBuilder()
                                .add("code", status)
                                .add("message", getMessage())
                                .add("errors", Json.createArrayBuilder().add(one)))
                .build();
    }
}
