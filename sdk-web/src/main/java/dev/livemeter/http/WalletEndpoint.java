package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Prices.Reach;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.wallet.WalletBalance;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /wallet}: what is there, and how far it reaches. */
final class WalletEndpoint {

    private final Livemeter live;

    WalletEndpoint(Livemeter live) {
        this.live = live;
    }

    WebResponse show(Call call) {
        return Wire.answer(200, view(call.user(), live.sessions().running(call.userName())));
    }

    /**
     * The money, what time costs, and how long minutes and money last.
     *
     * @param running what the user pays for at this moment, looked at before: what is charged meanwhile makes a balance look emptier and never fuller
     */
    JsonObjectBuilder view(UserId user, List<SessionStatus> running) {
        var key = TariffKey.of(Service.RELAY, user);
        var tariff = live.prices().inForce(key).tariff();
        var policy = live.policy();
        var balance = live.wallets().balance(user.value());
        var stream = running.stream()
                .filter(status -> status.session().lane() == Lane.RELAY)
                .min(Comparator.comparing(SessionStatus::timeLeft));
        var money = balance.map(WalletBalance::available).orElse(Money.zero(tariff.currency()));
        var reach = stream.isPresent() || !money.currency().equals(tariff.currency())
                ? null
                : live.prices().reach(user, key, money, 1);
        return Wire.object()
                .add("wallet", balance.map(found -> wallet(found, running)).orElse(JsonValue.NULL))
                .add("lasts", stream.<JsonValue>map(WalletEndpoint::lasts).orElseGet(() -> lasts(reach)))
                .add("missing", Wire.moneyOrNull(missing(reach, money)))
                .add("tariff", TariffView.of(tariff))
                .add("minimumToStart", Wire.money(policy.minimumToStart()))
                .add("lowBalanceBelow", Wire.money(policy.lowBalanceBelow()));
    }

    private static JsonValue wallet(WalletBalance balance, List<SessionStatus> running) {
        return Wire.object()
                .add("posted", Wire.money(balance.posted()))
                .add("held", Wire.money(balance.held()))
                .add("available", Wire.money(balance.available()))
                .add("left", Wire.money(left(balance, running)))
                .build();
    }

    /** What would be in the wallet if all that runs here ended now. */
    private static Money left(WalletBalance balance, List<SessionStatus> running) {
        var currency = balance.posted().currency();
        var unbooked = running.stream()
                .filter(status -> status.cost().currency().equals(currency))
                .map(status -> status.cost().minus(status.session().metering().charged()))
                .reduce(Money.zero(currency), Money::plus);
        return balance.posted().minus(unbooked);
    }

    /** Of the stream that runs; of several, the one that ends first. */
    private static JsonObject lasts(SessionStatus stream) {
        var metering = stream.session().metering();
        var covered = metering.basis().covered().minus(metering.rating().coveredOf(stream.used()));
        return lasts(stream.timeLeft(), covered, true);
    }

    /** Of a stream to one destination that begins now; null where the wallet is in another currency. */
    private static JsonValue lasts(@Nullable Reach reach) {
        return reach == null ? JsonValue.NULL : lasts(reach.lasts(), reach.covered(), false);
    }

    private static JsonObject lasts(Duration seconds, Duration covered, boolean running) {
        return Wire.object()
                .add("seconds", Wire.seconds(seconds))
                .add("covered", Wire.seconds(covered))
                .add("running", running)
                .build();
    }

    /** What has to be paid in before a stream can begin; null while one runs. */
    private @Nullable Money missing(@Nullable Reach reach, Money available) {
        if (reach == null) {
            return null;
        }
        var nothing = Money.zero(available.currency());
        return reach.beginsOnMinutes(live.policy().quota())
                ? nothing
                : live.policy().minimumToStart().minus(available).max(nothing);
    }
}
