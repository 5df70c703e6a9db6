package dev.livemeter.platforms;

import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Call;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.time.TimeSource;
import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of Twitch's servers streams go to: the one that its list calls the default, else the one it ranks first; those that it calls deprecated are left out. The list is asked
 * for once in an hour, and one that cannot be had does not keep anybody from streaming. Thread-safe.
 */
final class TwitchIngests {

    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration TRIED_AGAIN = Duration.ofMinutes(1);
    private static final String KEY = "/{stream_key}";

    private final PlatformHttp http;
    private final URI list;
    private final boolean encrypted;
    private final URI otherwise;
    private final TimeSource time;
    private volatile @Nullable Known known;

    /**
     * The servers of a list.
     *
     * @param otherwise where streams go when there is no list
     */
    TwitchIngests(PlatformHttp http, URI list, boolean encrypted, URI otherwise, TimeSource time) {
        this.http = http;
        this.list = list;
        this.encrypted = encrypted;
        this.otherwise = otherwise;
        this.time = time;
    }

    private record Known(URI server, long untilNanos) {}

    URI best() {
        var present = known;
        if (present != null && time.nanoTime() - present.untilNanos() < 0) {
            return present.server();
        }
        var answer = http.send(Call.get("ingests", list).with(Call.Need.FREE));
        var found = answer instanceof Answer.Ok ok ? choose(Json.objects(ok.json(), "ingests")) : Optional.<URI>empty();
        // An old choice is better than none.
        var server = found.orElse(present == null ? otherwise : present.server());
        known = new Known(server, time.nanoTime() + (found.isPresent() ? KEPT : TRIED_AGAIN).toNanos());
        return server;
    }

    private Optional<URI> choose(List<JsonObject> servers) {
        return servers.stream()
                .filter(server -> !isDeprecated(server))
                .sorted(Comparator.comparing((JsonObject server) -> !Json.isTrue(server, "default"))
                        .thenComparing(server -> Json.number(server, "priority").orElse(Long.MAX_VALUE)))
                .flatMap(server -> address(server).stream())
                .findFirst();
    }

    /** The list spells it in two ways. */
    private static boolean isDeprecated(JsonObject server) {
        var name = Json.text(server, "name").orElse("").toLowerCase(Locale.ROOT);
        return name.contains("deprecated") || name.contains("depracated");
    }

    private Optional<URI> address(JsonObject server) {
        return Json.text(server, encrypted ? "url_template_secure" : "url_template")
                .map(template -> template.replace(KEY, ""))
                .flatMap(TwitchIngests::rtmp);
    }

    private static Optional<URI> rtmp(String address) {
        try {
            var uri = URI.create(address);
            var scheme = uri.getScheme();
            var fits = ("rtmp".equals(scheme) || "rtmps".equals(scheme))
                    && uri.getHost() != null
                    && uri.getRawQuery() == null
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().length() > 1;
            return fits ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }
}
