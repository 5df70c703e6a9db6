package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.wallet.WalletBalance;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonValue;

/** {@code GET /wallet}: what is there, and how far it reaches. */
final class WalletEndpoint {

    private final Livemeter live;

    WalletEndpoint(Livemeter live) {
        this.live = live;
    }

    WebResponse show(Call call) {
        return Wire.answer(
                200,
                Wire.object()
                        .add("wallet", view(call.userName()))
                        .add("tariff", Wire.tariff(live.tariff()))
                        .add("minimumToStart", Wire.money(live.policy().minimumToStart()))
                        .add("lowBalanceBelow", Wire.money(live.policy().lowBalanceBelow())));
    }

    /** Null where nothing was ever paid in. */
    JsonValue view(String user) {
        return live.wallets().balance(user).map(this::view).orElse(JsonValue.NULL);
    }

    private JsonValue view(WalletBalance balance) {
        var sameCurrency = balance.posted().currency().equals(live.tariff().currency());
        return Wire.object()
                .add("posted", Wire.money(balance.posted()))
                .add("held", Wire.money(balance.held()))
                .add("available", Wire.money(balance.available()))
                .add(
                        "lasts",
                        sameCurrency ? Wire.seconds(live.tariff().affordable(balance.available())) : JsonValue.NULL)
                .build();
    }
}
