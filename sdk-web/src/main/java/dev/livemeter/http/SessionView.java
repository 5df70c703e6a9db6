package dev.livemeter.http;

import dev.livemeter.broadcast.BroadcastRecord;
import dev.livemeter.broadcast.Broadcasts;
import dev.livemeter.broadcast.StreamStory;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.recording.Recordings;
import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.session.StreamWarning;
import dev.livemeter.session.Streams;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.thumbnail.ThumbnailNote;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How sessions look in JSON: as they are stored, and as they run. */
final class SessionView {

    private final Map<String, StreamProvider> platforms;
    private final Streams streams;
    private final Recordings recordings;
    private final Broadcasts broadcasts;

    SessionView(Map<String, StreamProvider> platforms, Streams streams, Recordings recordings, Broadcasts broadcasts) {
        this.broadcasts = broadcasts;
        this.recordings = recordings;
        this.platforms = platforms;
        this.streams = streams;
    }

    /**
     * What else the history shows of a session.
     *
     * @param deliveries how its destinations fared; none where that is not known
     * @param broadcasts what was shown of it on platforms
     * @param story what it was called and how many watched; null where that is not known
     * @param thumbnail what it looked like; null where that is not known
     */
    record Past(
            List<DeliveryRecord> deliveries,
            List<BroadcastRecord> broadcasts,
            @Nullable StreamStory story,
            @Nullable ThumbnailNote thumbnail) {}

    /** As the history shows it. */
    JsonObject stored(Session session, Past past) {
        var deliveries = past.deliveries();
        return base(session, past.story())
                .add("thumbnail", ThumbnailEndpoints.view(session, past.thumbnail()))
                .add(
                        "broadcasts",
                        Wire.array(past.broadcasts().stream().map(this::shown).toList()))
                .add("used", Wire.seconds(session.metering().used()))
                .add("cost", Wire.money(session.metering().cost()))
                .add(
                        "destinations",
                        Wire.array(
                                deliveries.isEmpty()
                                        ? session.destinations().stream()
                                                .map(this::remembered)
                                                .toList()
                                        : deliveries.stream().map(this::fared).toList()))
                .build();
    }

    /** As it is watched. */
    JsonObject running(SessionStatus status) {
        var session = status.session();
        var traffic = streams.traffic(session.id()).stream()
                .collect(Collectors.toMap(DestinationTraffic::destination, Function.identity()));
        return base(session, broadcasts.story(session.id()).orElse(null))
                .add("used", Wire.seconds(status.used()))
                .add("cost", Wire.money(status.cost()))
                .add("balance", Wire.money(status.balance()))
                .add("timeLeft", Wire.seconds(status.timeLeft()))
                .add("paidUntil", Wire.seconds(session.metering().paidUntil()))
                .add("low", status.low())
                .add("finalUnit", status.finalUnit())
                .add("topUpPage", Wire.address(status.topUpPage()))
                .add(
                        "recording",
                        RecordingEndpoints.viewOrNull(
                                recordings.running(session.id()).orElse(null)))
                .add(
                        "destinations",
                        Wire.array(status.destinations().stream()
                                .map(destination -> faring(destination, traffic.get(destination.id())))
                                .toList()))
                .add(
                        "warnings",
                        Wire.array(status.warnings().stream()
                                .map(SessionView::warning)
                                .toList()))
                .build();
    }

    private static JsonObjectBuilder base(Session session, @Nullable StreamStory story) {
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
                .add("end", end(session.end()))
                .add("details", BroadcastView.details(story))
                .add("viewers", BroadcastView.viewers(story));
    }

    private static JsonObject warning(StreamWarning warning) {
        var destination = warning.destination();
        return Wire.object()
                .add("kind", lower(warning.kind()))
                .add("destination", Wire.text(destination == null ? null : destination.value()))
                .add("code", warning.code())
                .add("sentence", warning.sentence())
                .add("since", Wire.instant(warning.since()))
                .build();
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

    private JsonObject fared(DeliveryRecord record) {
        return place(record.destination().value(), record.platform(), record.name())
                .add("firstLiveAt", Wire.instant(record.firstLiveAt()))
                .add("liveTime", Wire.seconds(record.liveTime()))
                .add("attempts", record.attempts())
                .add("lastError", Wire.text(record.lastError()))
                .add("bytes", record.bytes())
                .build();
    }

    private JsonObject faring(DestinationStatus destination, @Nullable DestinationTraffic traffic) {
        return place(destination.id().value(), destination.platform(), destination.name())
                .add("state", lower(destination.state()))
                .add("attempts", destination.attempts())
                .add("detail", destination.detail())
                .add("since", Wire.instant(destination.since()))
                .add("lastError", Wire.text(destination.lastError()))
                .add("nextRetryAt", Wire.instant(destination.nextRetryAt()))
                .add("bytes", number(traffic == null ? null : traffic.bytes()))
                .add("bitsPerSecond", number(traffic == null ? null : traffic.bitsPerSecond()))
                .add("broadcast", BroadcastView.running(destination.broadcast()))
                .build();
    }

    JsonObject shown(BroadcastRecord broadcast) {
        return BroadcastView.stored(broadcast, platformName(broadcast.terms().platform()));
    }

    /** A platform that is not installed any more goes by its own name. */
    private String platformName(String platform) {
        return Optional.ofNullable(platforms.get(platform))
                .map(StreamProvider::displayName)
                .orElse(platform);
    }

    private JsonObjectBuilder place(String id, String platform, String name) {
        return Wire.object()
                .add("id", id)
                .add("platform", platform)
                .add("platformName", platformName(platform))
                .add("name", name);
    }

    static JsonValue number(@Nullable Long value) {
        return value == null ? JsonValue.NULL : Json.createValue(value);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
