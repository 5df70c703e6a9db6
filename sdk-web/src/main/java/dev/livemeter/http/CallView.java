package dev.livemeter.http;

import dev.livemeter.call.Call;
import dev.livemeter.call.CallEnd;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.call.CallPrice;
import dev.livemeter.call.CallStatus;
import dev.livemeter.identity.UserId;
import dev.livemeter.peer.PeerId;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How calls look in JSON. Each of the two sees their own money. */
final class CallView {

    private CallView() {}

    /** One that goes on, or has just ended. */
    static JsonObjectBuilder of(CallStatus status, UserId viewer, CallPolicy policy) {
        return kept(status.call(), viewer)
                .add("version", status.version())
                .add("at", Wire.instant(status.at()))
                .add("picture", status.picture().name().toLowerCase(Locale.ROOT))
                .add("counting", status.counting())
                .add("used", Wire.seconds(status.used()))
                .add("cost", Wire.money(status.cost()))
                .add("balance", Wire.moneyOrNull(status.balance()))
                .add("earned", Wire.moneyOrNull(status.earned()))
                .add("tips", Wire.money(status.tips()))
                .add("timeLeft", secondsOrNull(status.timeLeft()))
                .add("agreedLeft", secondsOrNull(status.agreedLeft()))
                .add("low", status.low())
                .add("finalUnit", status.finalUnit())
                .add("topUpPage", Wire.address(status.topUpPage()))
                .add("price", status.price())
                .add("reportEvery", Wire.seconds(policy.reportEvery()))
                .add("silence", Wire.seconds(policy.silence()));
    }

    /** One of the history. */
    static JsonObjectBuilder stored(Call call, UserId viewer) {
        return kept(call, viewer)
                .add("used", Wire.seconds(call.talked()))
                .add("cost", Wire.money(call.cost()))
                .add("earned", call.caller().equals(viewer) ? JsonValue.NULL : Wire.money(call.earned()));
    }

    private static JsonObjectBuilder kept(Call call, UserId viewer) {
        var session = call.session();
        return Wire.object()
                .add("id", call.id().value())
                .add("state", call.state().name().toLowerCase(Locale.ROOT))
                .add("caller", call.caller().value())
                .add("callee", call.callee().value())
                .add("role", role(call, viewer))
                .add("callerPeer", call.callerPeer().value())
                .add("calleePeer", peer(call.calleePeer()))
                .add("share", call.share().toString())
                .add("tariff", call.tariffVersion())
                .add("agreed", call.agreed().isZero() ? JsonValue.NULL : Wire.seconds(call.agreed()))
                .add("invitedAt", Wire.instant(call.invitedAt()))
                .add("acceptedAt", Wire.instant(call.acceptedAt()))
                .add("liveAt", Wire.instant(call.liveAt()))
                .add("endedAt", Wire.instant(call.endedAt()))
                .add("session", Wire.text(session == null ? null : session.value()))
                .add("end", end(call.end()));
    }

    private static String role(Call call, UserId viewer) {
        return call.caller().equals(viewer) ? "caller" : call.callee().equals(viewer) ? "callee" : "operator";
    }

    private static JsonValue peer(@Nullable PeerId peer) {
        return Wire.text(peer == null ? null : peer.value());
    }

    private static JsonValue end(@Nullable CallEnd end) {
        if (end == null) {
            return JsonValue.NULL;
        }
        var by = end.by();
        return Wire.object()
                .add("cause", end.cause().code())
                .add("by", Wire.text(by == null ? null : by.value()))
                .add("sentence", end.sentence())
                .build();
    }

    static JsonValue secondsOrNull(@Nullable Duration span) {
        return span == null ? JsonValue.NULL : Wire.seconds(span);
    }

    static JsonObject price(CallPrice price) {
        return Wire.object()
                .add("accept", price.reference())
                .add("version", price.quote().price().version())
                .add("tariff", TariffView.told(price.quote().price().tariff()))
                .add("length", Wire.seconds(price.quote().length()))
                .add("cost", Wire.money(price.quote().cost()))
                .add("explanation", SpanView.of(price.quote().explanation()))
                .add("minimumToStart", Wire.money(price.minimumToStart()))
                .add("enoughFor", Wire.seconds(price.enoughFor()))
                .build();
    }
}
