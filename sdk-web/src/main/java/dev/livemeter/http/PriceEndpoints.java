package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Prices;
import dev.livemeter.session.Quote;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.tariff.TariffVersion;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code /prices}: what time costs, and what a session would cost. Nothing is reserved (Price Enquiry of RFC 8506, 6.1). */
final class PriceEndpoints {

    private static final long LONGEST_SECONDS = Duration.ofDays(366).toSeconds();

    private final Livemeter live;
    private final TimeSource time;

    PriceEndpoints(Livemeter live, TimeSource time) {
        this.live = live;
        this.time = time;
    }

    WebResponse list(Call call) {
        var prices = Arrays.stream(Service.values())
                .filter(service -> service == Service.RELAY || isPublished(service))
                .map(service -> price(call.user(), service))
                .toList();
        return Wire.answer(
                200,
                Wire.object()
                        .add("prices", Wire.array(prices))
                        .add("minimumToStart", Wire.money(live.policy().minimumToStart())));
    }

    private boolean isPublished(Service service) {
        return live.prices().inForce(TariffKey.of(service)).version().startsWith(service.notation() + "#");
    }

    private JsonObject price(UserId user, Service service) {
        var key = service == Service.RELAY ? TariffKey.of(service, user) : TariffKey.of(service);
        var quote = live.prices().quote(user, key, Duration.ZERO, 1);
        return Wire.object()
                .add("service", service.notation())
                .add("version", version(quote.price()))
                .add("tariff", TariffView.told(quote.price().tariff()))
                .add("usedThisMonth", Wire.seconds(quote.usedThisMonth()))
                .add("next", next(key))
                .build();
    }

    /** What is published and holds later; null where nothing is. */
    private JsonValue next(TariffKey key) {
        var now = time.instant();
        return Stream.of(key, key.forAll())
                .flatMap(candidate -> live.tariffs().history(candidate).stream())
                .filter(version -> version.validFrom().isAfter(now))
                .findFirst()
                .map(PriceEndpoints::coming)
                .orElse(JsonValue.NULL);
    }

    private static JsonValue coming(TariffVersion version) {
        return Wire.object()
                .add("from", Wire.instant(version.validFrom()))
                .add("version", version.key() + "#" + version.version())
                .add("tariff", TariffView.told(version.tariff()))
                .build();
    }

    WebResponse quote(Call call) {
        var service = service(call);
        var length = length(call);
        var destinations = (int) Parameters.number(
                call.request(), "destinations", 1, 0, live.policy().maxDestinations());
        var key = key(call, service);
        var quote = live.prices().quote(call.user(), key, length, destinations);
        var currency = quote.cost().currency();
        var available = live.wallets()
                .balance(call.userName())
                .map(balance -> balance.available())
                .filter(balance -> balance.currency().equals(currency))
                .orElse(Money.zero(currency));
        var reach = live.prices().reach(call.user(), key, available, destinations);
        var needed = reach.beginsOnMinutes(live.policy().quota())
                ? quote.cost()
                : quote.cost().max(live.policy().minimumToStart());
        return Wire.answer(
                200,
                Wire.object()
                        .add("service", service.notation())
                        .add("seconds", Wire.seconds(length))
                        .add("destinations", destinations)
                        .add("version", version(quote.price()))
                        .add("usedThisMonth", Wire.seconds(quote.usedThisMonth()))
                        .add("cost", Wire.money(quote.cost()))
                        .add("sentence", sentence(service, quote, destinations))
                        .add("spans", SpanView.of(quote.explanation()))
                        .add("available", Wire.money(available))
                        .add("missing", Wire.money(needed.minus(available).max(Money.zero(currency))))
                        .add("lasts", Wire.seconds(reach.lasts()))
                        .add("covered", Wire.seconds(reach.covered())));
    }

    private static Service service(Call call) {
        var name = call.request().parameter("service").orElse(Service.RELAY.notation());
        return Arrays.stream(Service.values())
                .filter(service -> service.notation().equals(name))
                .findFirst()
                .orElseThrow(() -> Parameters.unfit("The parameter 'service' does not fit; expected "
                        + Arrays.stream(Service.values()).map(Service::notation).collect(Collectors.joining(", "))
                        + "."));
    }

    /** Of passing on, the payer's own price; of talking, that of the broadcaster who is named. */
    private static TariffKey key(Call call, Service service) {
        if (service == Service.RELAY) {
            return TariffKey.of(service, call.user());
        }
        return call.request()
                .parameter("with")
                .map(broadcaster -> TariffKey.of(service, UserId.of(broadcaster)))
                .orElse(TariffKey.of(service));
    }

    private static Duration length(Call call) {
        var minutes = Parameters.number(call.request(), "minutes", -1, 0, LONGEST_SECONDS / 60);
        var seconds = Parameters.number(call.request(), "seconds", -1, 0, LONGEST_SECONDS);
        if (minutes < 0 == seconds < 0) {
            throw Parameters.unfit("How long is it? Give one of the parameters 'minutes' and 'seconds'.");
        }
        return minutes < 0 ? Duration.ofSeconds(seconds) : Duration.ofMinutes(minutes);
    }

    private static String sentence(Service service, Quote quote, int destinations) {
        var seconds = quote.length().toSeconds();
        var length = seconds % 60 == 0
                ? seconds / 60 + (seconds == 60 ? " minute" : " minutes")
                : seconds + (seconds == 1 ? " second" : " seconds");
        var where = service == Service.RELAY
                ? " to " + destinations + (destinations == 1 ? " destination" : " destinations")
                : "";
        return length + where + (seconds == 60 || seconds == 1 ? " costs " : " cost ") + quote.cost() + ".";
    }

    private static JsonValue version(Prices.InForce price) {
        return price.version().isEmpty() ? JsonValue.NULL : Wire.text(price.version());
    }
}
