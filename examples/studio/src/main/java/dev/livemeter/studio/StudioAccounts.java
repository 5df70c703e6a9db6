package dev.livemeter.studio;

import dev.livemeter.http.Problem;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import jakarta.json.Json;
import java.util.Map;

/**
 * What the page has to know to connect accounts: where platforms send people back to, and whether these are real ones. Mounted at {@code /studio/platforms}; tells no secret; thread-safe.
 */
final class StudioAccounts implements WebHandler {

    private final String answer;

    StudioAccounts(StudioAddress address, StudioPlatforms platforms) {
        this.answer = Json.createObjectBuilder()
                .add("redirect", address.redirect().toString())
                .add("standIns", platforms.arePlayed())
                .build()
                .toString();
    }

    @Override
    public WebResponse handle(WebRequest request) {
        if (!request.method().equals("GET")) {
            return Problem.of(405, "request.method", "This is asked with GET only.")
                    .toResponse();
        }
        return new WebResponse(
                200,
                Map.of(
                        "Content-Type", "application/json",
                        "Cache-Control", "no-store",
                        "X-Content-Type-Options", "nosniff"),
                WebBody.of(answer));
    }
}
