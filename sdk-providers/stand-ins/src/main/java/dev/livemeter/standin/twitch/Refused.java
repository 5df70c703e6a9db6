package dev.livemeter.standin.twitch;

import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import java.io.Serial;

/** A request that is refused, as Twitch writes it. */
final class Refused extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Response response;
    private final String sentence;

    private Refused(Response response, String sentence) {
        super(sentence, null, false, false);
        this.response = response;
        this.sentence = sentence;
    }

    /** By Helix. */
    static Refused of(int status, String error, String message) {
        return new Refused(
                Response.json(
                        status,
                        Json.createObjectBuilder()
                                .add("error", error)
                                .add("status", status)
                                .add("message", message)
                                .build()),
                message);
    }

    static Refused bad(String message) {
        return of(400, "Bad Request", message);
    }

    /** By the authorization server, which leaves the field {@code error} out. */
    static Refused bare(int status, String message) {
        return new Refused(
                Response.json(
                        status,
                        Json.createObjectBuilder()
                                .add("status", status)
                                .add("message", message)
                                .build()),
                message);
    }

    Response response() {
        return response;
    }

    String sentence() {
        return sentence;
    }
}
