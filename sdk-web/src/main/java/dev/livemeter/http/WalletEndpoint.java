package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Tariff;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
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
                        .add("wallet", view(call.user()))
                        .add("tariff", TariffView.of(tariff(call.user())))
                        .add("minimumToStart", Wire.money(live.policy().minimumToStart()))
                        .add("lowBalanceBelow", Wire.money(live.policy().lowBalanceBelow())));
    }

    /** What a stream costs that begins now. */
    Tariff tariff(UserId user) {
        return live.prices().inForce(TariffKey.of(Service.RELAY, user)).tariff();
    }

    /** Null where nothing was ever paid in. */
    JsonValue view(UserId user) {
        return live.wallets().balance(user.value()).map(this::view).orElse(JsonValue.NULL);
    }

    private JsonValue view(WalletBalance balance) {
        return Wire.object()
                .add("posted", Wire.money(balance.posted()))
                .add("held", Wire.money(balance.held()))
                .add("available", Wire.money(balance.available()))
                .add("lasts", lasts(balance))
                .build();
    }

    /** For a stream to one destination that begins now. */
    private JsonValue lasts(WalletBalance balance) {
        if (!balance.posted().currency().equals(live.tariff().currency())) {
            return JsonValue.NULL;
        }
        var key = TariffKey.of(Service.RELAY, balance.owner());
        return Wire.seconds(live.prices().affordable(balance.owner(), key, balance.available(), 1));
    }
}
