package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Comparator;

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
        var sessions = live.sessions().running(call.userName()).stream()
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
                        .add("ingest", ingest())
                        .add("wallet", wallet.view(call.user()))
                        .add("tariff", TariffView.of(wallet.tariff(call.user())))
                        .add("minimumToStart", Wire.money(policy.minimumToStart()))
                        .add("lowBalanceBelow", Wire.money(policy.lowBalanceBelow()))
                        .add("maxDuration", limit(policy.maxDuration()))
                        .add("maxDestinations", policy.maxDestinations())
                        .add("sessions", Wire.array(sessions)));
    }

    /** Where encoders publish to; null where this process has no relay. */
    private JsonValue ingest() {
        try {
            var ingest = live.ingest();
            var byTls = ingest.tlsUrl();
            var shown = Wire.object().add("url", ingest.url().toString());
            return (byTls == null ? shown.addNull("tlsUrl") : shown.add("tlsUrl", byTls.toString())).build();
        } catch (LivemeterException noRelay) {
            return JsonValue.NULL;
        }
    }

    private static JsonValue limit(Duration longest) {
        return longest.isZero() ? JsonValue.NULL : Wire.seconds(longest);
    }
}
