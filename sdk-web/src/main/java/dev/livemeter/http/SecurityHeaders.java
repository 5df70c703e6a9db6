package dev.livemeter.http;

import dev.livemeter.web.WebResponse;
import java.util.Map;

/** What every answer with data says to browsers and caches: keep nothing, run nothing, show it in no frame. */
final class SecurityHeaders {

    private static final Map<String, String> ALWAYS = Map.of(
            "Cache-Control", "no-store",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY");

    private SecurityHeaders() {}

    static WebResponse on(WebResponse response) {
        var safe = response;
        for (var header : ALWAYS.entrySet()) {
            safe = safe.with(header.getKey(), header.getValue());
        }
        return safe;
    }
}
