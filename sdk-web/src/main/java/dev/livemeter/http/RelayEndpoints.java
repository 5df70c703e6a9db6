package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.fleet.Relays;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /relays}: the hosts that relay, for administrators, and the orders to empty one for maintenance. */
final class RelayEndpoints {

    private final Relays relays;

    RelayEndpoints(Relays relays) {
        this.relays = relays;
    }

    WebResponse list(Call call) {
        call.requireAdministrator();
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "hosts",
                                Wire.array(relays.hosts().stream()
                                        .map(RelayEndpoints::view)
                                        .toList())));
    }

    WebResponse drain(Call call) {
        call.requireAdministrator();
        var stopAfter = call.fields("stopAfter").seconds("stopAfter");
        var host = call.captured("name");
        return ordered(() -> stopAfter.isPresent() ? relays.drain(host, stopAfter.get()) : relays.drain(host));
    }

    WebResponse undrain(Call call) {
        call.requireAdministrator();
        call.fields();
        return ordered(() -> relays.undrain(call.captured("name")));
    }

    private static WebResponse ordered(Supplier<RelayHostStatus> order) {
        try {
            return Wire.answer(200, Wire.object().add("host", view(order.get())));
        } catch (LivemeterException e) {
            if (e.code().equals("relay_host.single")) {
                throw new ProblemException(
                        409, e.code(), Objects.requireNonNullElse(e.getMessage(), "There is a single relay."));
            }
            throw e;
        }
    }

    private static JsonObject view(RelayHostStatus host) {
        var drain = host.drain();
        var ingest = host.ingest();
        return Wire.object()
                .add("name", host.name())
                .add("role", host.role().name().toLowerCase(Locale.ROOT))
                .add("state", host.state().word())
                .add("detail", host.detail())
                .add("since", Wire.instant(host.since()))
                .add("ingest", ingest == null ? JsonValue.NULL : ingest(ingest).build())
                .add("streams", host.streams())
                .add("destinations", host.destinations())
                .add("plannedBitsPerSecond", host.plannedBitsPerSecond())
                .add("limitBitsPerSecond", number(host.limitBitsPerSecond()))
                .add("cpuPercent", number(host.cpuPercent()))
                .add(
                        "drain",
                        drain == null
                                ? JsonValue.NULL
                                : Wire.object()
                                        .add("since", Wire.instant(drain.since()))
                                        .add("stopsAt", Wire.instant(drain.stopsAt()))
                                        .build())
                .build();
    }

    /** The addresses that encoders publish to. */
    static JsonObjectBuilder ingest(Ingest ingest) {
        var byTls = ingest.tlsUrl();
        return Wire.object()
                .add("url", ingest.url().toString())
                .add("tlsUrl", Wire.text(byTls == null ? null : byTls.toString()));
    }

    private static JsonValue number(@Nullable Number known) {
        return known == null ? JsonValue.NULL : Wire.JSON.createValue(known.longValue());
    }
}
