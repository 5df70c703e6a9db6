package dev.livemeter.http;

import dev.livemeter.account.Accounts;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PlatformGuide;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TestsDestinations;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /platforms}: where streams can go, and what a destination there needs. */
final class PlatformEndpoint {

    private static final URI SOME_SERVER = URI.create("rtmp://host.example/app");

    private final Map<String, StreamProvider> platforms;
    private final Accounts accounts;

    PlatformEndpoint(Map<String, StreamProvider> platforms, Accounts accounts) {
        this.platforms = platforms;
        this.accounts = accounts;
    }

    WebResponse list(Call call) {
        var views = platforms.values().stream()
                .sorted(Comparator.comparing(StreamProvider::displayName, String.CASE_INSENSITIVE_ORDER))
                .map(this::view)
                .toList();
        return Wire.answer(200, Wire.object().add("platforms", Wire.array(views)));
    }

    private JsonObject view(StreamProvider platform) {
        return Wire.object()
                .add("name", platform.name())
                .add("displayName", platform.displayName())
                .add("server", server(platform))
                .add("connects", accounts.connects(platform.name()))
                .add("connectsDevices", accounts.connectsDevices(platform.name()))
                .add("byAccount", platform instanceof HostsBroadcasts)
                .add("testable", platform instanceof TestsDestinations)
                .add("guide", platform.guide().map(PlatformEndpoint::view).orElse(JsonValue.NULL))
                .build();
    }

    private static JsonValue view(PlatformGuide guide) {
        return Wire.object()
                .add("whereTheKeyIs", guide.whereTheKeyIs())
                .add("keyLifetime", word(guide.keyLifetime()))
                .add("usualServer", text(guide.server()))
                .add("backupServer", text(guide.backup()))
                .add("transport", word(guide.transport()))
                .add("docs", text(guide.docs()))
                .add("verifiedOn", text(guide.verifiedOn()))
                .build();
    }

    private static JsonValue text(@Nullable Object value) {
        return Wire.text(value == null ? null : value.toString());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether a destination names a server: {@code required}, {@code none} or {@code optional}. A provider without a guide does not say so itself, but its check is
     * pure: it can be asked about a destination with a server and about one without.
     */
    private static String server(StreamProvider platform) {
        return platform.guide()
                .map(guide -> switch (guide.serverChoice()) {
                    case FIXED -> "none";
                    case OPTIONAL -> "optional";
                    case REQUIRED -> "required";
                })
                .orElseGet(() -> askedServer(platform));
    }

    private static String askedServer(StreamProvider platform) {
        var with = accepts(platform, SOME_SERVER);
        var without = accepts(platform, null);
        if (with == without) {
            return "optional";
        }
        return with ? "required" : "none";
    }

    private static boolean accepts(StreamProvider platform, @Nullable URI server) {
        var sample = new Destination(platform.name(), platform.displayName(), server, Secret.of("sample-key-1234"));
        return platform.check(sample) instanceof StreamProvider.Check.Accepted;
    }
}
