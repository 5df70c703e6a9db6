package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.billing.Payout;
import dev.livemeter.billing.PayoutBatch;
import dev.livemeter.billing.PayoutResult;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** {@code /payouts}: an administrator pays earnings out, batch by batch. */
final class PayoutEndpoints {

    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST = 100;

    private final Livemeter live;
    private final Books books;

    PayoutEndpoints(Livemeter live, Books books) {
        this.live = live;
        this.books = books;
    }

    WebResponse list(Call call) {
        call.requireAdministrator();
        var limit = (int) Parameters.number(call.request(), "limit", DEFAULT_LIMIT, 1, MOST);
        var batches = books.required().payouts().batches(live.tariff().currency(), limit);
        return Wire.answer(
                200,
                Wire.object()
                        .add("clearing", Wire.seconds(books.payouts().clearing()))
                        .add("minimum", Wire.money(books.payouts().minimum()))
                        .add(
                                "batches",
                                Wire.array(batches.stream()
                                        .map(PayoutEndpoints::view)
                                        .toList())));
    }

    WebResponse prepare(Call call) {
        call.requireAdministrator();
        var fields = call.fields("batch", "cutoff");
        var batch = fields.requiredText("batch");
        var cutoff = fields.instant("cutoff")
                .orElseThrow(() -> Fields.unfit(
                        "cutoff", "The field 'cutoff' is missing; it is a moment such as 2026-11-01T00:00:00Z."));
        var prepared =
                Refusals.reading("cutoff", () -> books.required().payouts().prepare(batch, cutoff, books.payouts()));
        return Wire.answer(
                200,
                Wire.object()
                        .add("batch", batch)
                        .add("payouts", prepared.payouts())
                        .add("total", Wire.money(prepared.total())));
    }

    WebResponse show(Call call) {
        call.requireAdministrator();
        var payouts = batch(call);
        return Wire.answer(
                200,
                Wire.object()
                        .add("batch", call.captured("batch"))
                        .add(
                                "payouts",
                                Wire.array(payouts.stream()
                                        .map(PayoutEndpoints::view)
                                        .toList())));
    }

    WebResponse csv(Call call) {
        call.requireAdministrator();
        batch(call);
        var name = call.captured("batch");
        return CsvAnswer.of(
                "payouts-" + name + ".csv", out -> books.required().payouts().exportCsv(name, out));
    }

    WebResponse paid(Call call) {
        call.requireAdministrator();
        var reference = call.fields("reference").requiredLine("reference", 200);
        return moved(books.required().payouts().paid(payout(call), reference));
    }

    WebResponse returned(Call call) {
        call.requireAdministrator();
        var reason = call.fields("reason").requiredLine("reason", 200);
        return moved(books.required().payouts().returned(payout(call), reason));
    }

    private List<Payout> batch(Call call) {
        var payouts = books.required().payouts().batch(call.captured("batch"));
        if (payouts.isEmpty()) {
            throw new ProblemException(404, "payout.unknown_batch", "There is no batch of that name with payouts.");
        }
        return payouts;
    }

    private static TransferId payout(Call call) {
        return Refusals.reading(
                "payee", () -> new TransferId("payout/" + call.captured("batch") + "/" + call.captured("payee")));
    }

    private static WebResponse moved(PayoutResult result) {
        return result.fold(payout -> Wire.answer(200, Wire.object().add("payout", view(payout))), declined -> {
            throw Refusals.declined("payout", declined.reason(), declined.message());
        });
    }

    private static JsonObject view(PayoutBatch batch) {
        return Wire.object()
                .add("batch", batch.name())
                .add("payouts", batch.payouts())
                .add("total", Wire.money(batch.total()))
                .add("inTransit", Wire.money(batch.inTransit()))
                .add("paid", Wire.money(batch.paid()))
                .add("returned", Wire.money(batch.returned()))
                .add("preparedAt", Wire.instant(batch.preparedAt()))
                .build();
    }

    private static JsonObject view(Payout payout) {
        return Wire.object()
                .add("payee", payout.payee().value())
                .add("amount", Wire.money(payout.amount()))
                .add("state", payout.state().name().toLowerCase(Locale.ROOT))
                .add("preparedAt", Wire.instant(payout.preparedAt()))
                .add("reference", payout.reference())
                .add("reason", payout.reason())
                .build();
    }
}
