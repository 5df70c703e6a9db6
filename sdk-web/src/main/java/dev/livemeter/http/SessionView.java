package dev.livemeter.http;

import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.spi.StreamProvider;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How sessions look in JSON: as they are stored, and as they run. */
final class SessionView {

    private final Map<String, StreamProvider> platforms;

    SessionView(Map<String, StreamProvider> platforms) {
        this.platforms = platforms;
    }

    /** As the history shows it. */
    JsonObject stored(Session session) {
        return base(session)
                .add("used", Wire.seconds(session.metering().used()))
                .add("cost", Wire.money(session.metering().cost()))
                .add(
                        "destinations",
                        Wire.array(session.destinations().stream()
                                .map(this::remembered)
                                .toList()))
                .build();
    }

    /** As it is watched. */
    JsonObject running(SessionStatus status) {
        var session = status.session();
        return base(session)
                .add("used", Wire.seconds(status.used()))
                .add("cost", Wire.money(status.cost()))
                .add("balance", Wire.money(status.balance()))
                .add("timeLeft", Wire.seconds(status.timeLeft()))
                .add("paidUntil", Wire.seconds(session.metering().paidUntil()))
                .add("low", status.low())
                .add("finalUnit", status.finalUnit())
                .add(
                        "destinations",
                        Wire.array(
                                status.destinations().stream().map(this::faring).toList()))
                .build();
    }

    private static JsonObjectBuilder base(Session session) {
        return Wire.object()
                .add("id", session.id().value())
                .add("lane", lower(session.lane()))
                .add("state", lower(session.state()))
                .add("openedAt", Wire.instant(session.openedAt()))
                .add("liveAt", Wire.instant(session.liveAt()))
                .add("endedAt", Wire.instant(session.endedAt()))
                .add("tariff", TariffView.of(session.metering().tariff()))
                .add("charged", Wire.money(session.metering().charged()))
                .add("balanceBefore", Wire.money(session.balanceBefore()))
                .add("balanceAfter", Wire.moneyOrNull(session.balanceAfter()))
                .add("end", end(session.end()));
    }

    private static JsonValue end(@Nullable SessionEnd end) {
        return end == null
                ? JsonValue.NULL
                : Wire.object()
                        .add("code", end.code())
                        .add("sentence", end.sentence())
                        .build();
    }

    private JsonObject remembered(SessionDestination destination) {
        return place(destination.id().value(), destination.platform(), destination.name())
                .build();
    }

    private JsonObject faring(DestinationStatus destination) {
        return place(destination.id().value(), destination.platform(), destination.name())
                .add("state", lower(destination.state()))
                .add("attempts", destination.attempts())
                .add("detail", destination.detail())
                .add("since", Wire.instant(destination.since()))
                .build();
    }

    private JsonObjectBuilder place(String id, String platform, String name) {
        // A platform that is not installed any more goes by its own name.
        var known = Optional.ofNullable(platforms.get(platform));
        return Wire.object()
                .add("id", id)
                .add("platform", platform)
                .add("platformName", known.map(StreamProvider::displayName).orElse(platform))
                .add("name", name);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
