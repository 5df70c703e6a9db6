package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.billing.Bundle;
import dev.livemeter.billing.BundleGrant;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundleOffer;
import dev.livemeter.billing.BundleRefundResult;
import dev.livemeter.billing.BundleResult;
import dev.livemeter.billing.BundleUse;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;

/** {@code /bundles}: minutes that streams use before money. What they cost is the host's to say, by its offers. */
final class BundleEndpoints {

    private final Livemeter live;
    private final Books books;
    private final TimeSource time;

    BundleEndpoints(Livemeter live, Books books, TimeSource time) {
        this.live = live;
        this.books = books;
        this.time = time;
    }

    /** What the user has, in the order in which it is used, and what can be bought. */
    WebResponse list(Call call) {
        var now = time.instant();
        var bundles = books.required().bundles().of(call.user());
        var left = bundles.stream()
                .filter(bundle -> bundle.isValidAt(now))
                .map(Bundle::left)
                .reduce(Duration.ZERO, Duration::plus);
        return Wire.answer(
                200,
                Wire.object()
                        .add("left", Wire.seconds(left))
                        .add(
                                "bundles",
                                Wire.array(bundles.stream()
                                        .map(BundleEndpoints::view)
                                        .toList()))
                        .add(
                                "offers",
                                Wire.array(books.offers().stream()
                                        .map(BundleEndpoints::view)
                                        .toList())));
    }

    WebResponse buy(Call call) {
        var bundles = books.required().bundles();
        var key = IdempotencyKey.of(call.request());
        var wanted = call.fields("offer").requiredText("offer");
        var offer = books.offers().stream()
                .filter(one -> one.id().equals(wanted))
                .findFirst()
                .orElseThrow(() -> Fields.unfit("offer", "Nothing of that name is for sale; look at GET /bundles."));
        // Named after the buyer, so that nobody can take another one's key.
        return given(bundles.buy(offer.purchase(new BundleId("bought/" + call.user() + "/" + key), call.user())));
    }

    /** An administrator gives somebody minutes. */
    WebResponse grant(Call call) {
        call.requireAdministrator();
        var bundles = books.required().bundles();
        var id = new BundleId("by-hand/" + IdempotencyKey.of(call.request()));
        var fields = call.fields("length", "from", "until", "reason");
        var length = fields.seconds("length")
                .orElseThrow(() -> Fields.unfit(
                        "length", "The field 'length' is missing; it is a number of seconds and has to be given."));
        var memo = call.signed(fields.requiredLine("reason", Call.LONGEST_REASON));
        // A repeat that says nothing of the beginning asks for that of the first.
        var from = fields.instant("from")
                .orElseGet(() -> bundles.find(id).map(Bundle::validFrom).orElse(time.instant()));
        var until = fields.instant("until").orElse(null);
        return given(bundles.grant(
                Refusals.reading("length", () -> new BundleGrant(id, call.user(), length, from, until, memo))));
    }

    /** An administrator gives the price of unused minutes back. */
    WebResponse refund(Call call) {
        call.requireAdministrator();
        var bundles = books.required().bundles();
        var id = new TransferId("bundle-refund/" + IdempotencyKey.of(call.request()));
        var fields = call.fields("bundle", "reason");
        var bundle = Refusals.reading("bundle", () -> new BundleId(fields.requiredText("bundle")));
        var memo = call.signed(fields.requiredLine("reason", Call.LONGEST_REASON));
        var result = bundles.refund(id, bundle, memo);
        if (result instanceof BundleRefundResult.Refunded refunded) {
            var isFirst = refunded.answer() == Answer.FIRST;
            if (isFirst) {
                live.wallets().announce(refunded.transfer());
            }
            return Wire.answer(
                    isFirst ? 201 : 200,
                    Wire.object()
                            .add("transfer", TipEndpoint.view(refunded.transfer()))
                            .add("bundle", view(refunded.bundle())));
        }
        var declined = (BundleRefundResult.Declined) result;
        throw Refusals.declined("bundle", declined.reason(), declined.message());
    }

    private static WebResponse given(BundleResult result) {
        if (result instanceof BundleResult.Given given) {
            return Wire.answer(
                    given.answer() == Answer.FIRST ? 201 : 200, Wire.object().add("bundle", view(given.bundle())));
        }
        var declined = (BundleResult.Declined) result;
        var subject = declined.reason() == BundleResult.Reason.CONFLICT ? "bundle" : "wallet";
        throw Refusals.declined(subject, declined.reason(), declined.message());
    }

    private static JsonObject view(Bundle bundle) {
        return Wire.object()
                .add("id", bundle.id().value())
                .add("user", bundle.owner().value())
                .add("name", bundle.memo())
                .add("length", Wire.seconds(bundle.length()))
                .add("left", Wire.seconds(bundle.left()))
                .add("reserved", Wire.seconds(bundle.reserved()))
                .add("used", Wire.seconds(bundle.used()))
                .add("refunded", Wire.seconds(bundle.refunded()))
                .add("price", Wire.moneyOrNull(bundle.price()))
                .add("validFrom", Wire.instant(bundle.validFrom()))
                .add("validUntil", Wire.instant(bundle.validUntil()))
                .build();
    }

    private static JsonObject view(BundleOffer offer) {
        var validFor = offer.validFor();
        return Wire.object()
                .add("id", offer.id())
                .add("name", offer.name())
                .add("length", Wire.seconds(offer.length()))
                .add("price", Wire.money(offer.price()))
                .add("validFor", validFor == null ? JsonValue.NULL : Wire.seconds(validFor))
                .build();
    }

    /** Out of which bundles a session took its covered time; what it used of them is known when it is over. */
    static JsonArray uses(List<BundleUse> uses) {
        return Wire.array(uses.stream()
                .map(use -> {
                    var used = use.used();
                    return Wire.object()
                            .add("bundle", use.bundle().value())
                            .add("reserved", Wire.seconds(use.reserved()))
                            .add("used", used == null ? JsonValue.NULL : Wire.seconds(used))
                            .build();
                })
                .toList());
    }
}
