package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.http.Authenticator;
import dev.livemeter.http.Caller;
import dev.livemeter.http.Problem;
import dev.livemeter.money.Money;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stands where an application has its payment provider: whoever is signed in gets ten dollars with each press of a button, and nobody is charged. Mounted at {@code /studio/till}; thread-safe.
 *
 * <p>{@code GET /} says at which {@code page} one pays in; null where that is here. {@code POST /} with an {@code Idempotency-Key} pays in once for each key.
 */
final class StudioTill implements WebHandler {

    /** What one press of the button pays in. */
    static final Money AMOUNT = Money.of("USD", "10.00");

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9-]{8,64}");

    private final Livemeter live;
    private final Authenticator signIn;
    private final @Nullable URI page;

    /**
     * A till for those whom {@code signIn} knows.
     *
     * @param page of somebody else where people pay in; null where they do so here
     */
    StudioTill(Livemeter live, Authenticator signIn, @Nullable URI page) {
        this.live = live;
        this.signIn = signIn;
        this.page = page;
    }

    @Override
    public WebResponse handle(WebRequest request) {
        return switch (request.method()) {
            case "GET" -> where();
            case "POST" -> take(request);
            default -> refusal(405, "request.method", "Where one pays in is read by GET, and paid in is by POST.");
        };
    }

    private WebResponse where() {
        var told = page == null ? JsonValue.NULL : Json.createValue(page.toString());
        return new WebResponse(
                200,
                Map.of("Content-Type", "application/json", "Cache-Control", "no-store"),
                WebBody.of(Json.createObjectBuilder().add("page", told).build().toString()));
    }

    private WebResponse take(WebRequest request) {
        var key = request.header("idempotency-key").orElse("");
        // A page of another site cannot set this header, and so cannot press the button.
        if (!KEY.matcher(key).matches()) {
            return refusal(
                    400,
                    "till.key",
                    "The header Idempotency-Key was '" + key + "'; expected 8 to 64 of A-Z, a-z, 0-9 and '-'.");
        }
        return signIn.authenticate(request)
                .map(caller -> StudioGuests.isGuest(caller.user())
                        ? refusal(403, "till.guest", "Guests have no wallet; sign in to pay in.")
                        : payIn(caller, key))
                .orElseGet(() -> refusal(401, "auth.required", "Nobody is signed in; sign in and ask again."));
    }

    private WebResponse payIn(Caller caller, String key) {
        var user = caller.user().value();
        live.wallets().credit(user, AMOUNT, "till-" + user + "-" + key);
        return WebResponse.empty(204);
    }

    private static WebResponse refusal(int status, String code, String sentence) {
        return Problem.of(status, code, sentence).toResponse();
    }
}
