package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.fleet.IngestPlace;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code GET /status}: all that a dashboard shows of this moment, in one answer, because it is asked every second. */
final class StatusEndpoint {

    private final Livemeter live;
    private final TimeSource time;
    private final WalletEndpoint wallet;
    private final SessionView view;

    StatusEndpoint(Livemeter live, TimeSource time, WalletEndpoint wallet, SessionView view) {
        this.live = live;
        this.time = time;
        this.wallet = wallet;
        this.view = view;
    }

    WebResponse show(Call call) {
        var running = live.sessions().running(call.userName());
        var sessions = running.stream()
                .sorted(Comparator.comparing(
                                (SessionStatus status) -> status.session().openedAt())
                        .reversed())
                .map(view::running)
                .toList();
        var policy = live.policy();
        return Wire.answer(
                200,
                Wire.object()
                        .add("at", Wire.instant(time.instant()))
                        .add("user", call.userName())
                        .add("ingest", ingest(call.user()))
                        .addAll(wallet.view(call.user(), running))
                        .add("maxDuration", limit(policy.maxDuration()))
                        .add("maxDestinations", policy.maxDestinations())
                        .add(
                                "recording",
                                live.recordings().modeOf(call.userName()).name().toLowerCase(Locale.ROOT))
                        .add("sessions", Wire.array(sessions)));
    }

    /** Where the user's encoder publishes to; null where this process has no relay. */
    private JsonValue ingest(UserId user) {
        try {
            var place = live.relays().place(user);
            return RelayEndpoints.ingest(place.ingest())
                    .add("moved", moved(place.move()))
                    .build();
        } catch (LivemeterException noRelay) {
            return JsonValue.NULL;
        }
    }

    private static JsonValue moved(IngestPlace.@Nullable Move move) {
        return move == null
                ? JsonValue.NULL
                : Wire.object()
                        .add("from", move.from().preferredUrl().toString())
                        .add("at", Wire.instant(move.at()))
                        .add("sentence", move.sentence())
                        .build();
    }

    private static JsonValue limit(Duration longest) {
        return longest.isZero() ? JsonValue.NULL : Wire.seconds(longest);
    }
}
