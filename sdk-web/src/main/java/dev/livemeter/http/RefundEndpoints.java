package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.Refundable;
import dev.livemeter.billing.SessionRefundRequest;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code /refunds}: an administrator gives back what a session or a single entry took. */
final class RefundEndpoints {

    private final Livemeter live;
    private final Books books;

    RefundEndpoints(Livemeter live, Books books) {
        this.live = live;
        this.books = books;
    }

    /** What could be given back. Changes nothing. */
    WebResponse preview(Call call) {
        call.requireAdministrator();
        var found =
                refundable(call.request().parameter("session"), call.request().parameter("entry"));
        return Wire.answer(
                200,
                Wire.object()
                        .add("user", found.owner().value())
                        .add("charged", Wire.money(found.charged()))
                        .add("refunded", Wire.money(found.refunded()))
                        .add("left", Wire.money(found.left())));
    }

    WebResponse give(Call call) {
        call.requireAdministrator();
        var id = new TransferId("refund/" + IdempotencyKey.of(call.request()));
        var fields = call.fields("session", "entry", "amount", "reason");
        var session = fields.text("session");
        var entry = fields.text("entry");
        var asked = fields.money("amount");
        var memo = call.signed(fields.requiredLine("reason", Call.LONGEST_REASON));
        var found = refundable(session, entry);
        var before = before(id);
        // A repeat that asks for all asks for what the first one gave.
        var amount = asked.orElseGet(() ->
                before.stream().map(JournalEntry::amount).reduce(Money::plus).orElse(found.left()));
        if (!amount.isPositive()) {
            throw asked.isPresent()
                    ? Fields.unfit("amount", "A refund of " + amount + " was asked for; expected a positive amount.")
                    : new ProblemException(
                            409, "refund.nothing_left", "All of it was given back before; there is nothing left.");
        }
        // Both kinds begin with the same part, so that a key that was used for the one is not free for the other.
        var transfers = session.isPresent()
                ? ofSession(new SessionRefundRequest(id, new SessionId(session.get()), amount, memo))
                : List.of(ofEntry(new RefundRequest(part(id, 1), new TransferId(entry.orElseThrow()), amount, memo)));
        if (before.isEmpty() && session.isPresent()) {
            transfers.forEach(live.wallets()::announce);
        }
        return Wire.answer(before.isEmpty() ? 201 : 200, told(transfers, amount));
    }

    private static JsonObjectBuilder told(List<Transfer> transfers, Money amount) {
        return Wire.object()
                .add("user", transfers.get(0).owner().value())
                .add("amount", Wire.money(amount))
                .add(
                        "transfers",
                        Wire.array(transfers.stream().map(TipEndpoint::view).toList()));
    }

    /** What a request before this one booked under the same key. */
    private List<JournalEntry> before(TransferId id) {
        var ledger = books.required().ledger();
        var parts = new ArrayList<JournalEntry>();
        for (var part = ledger.find(part(id, 1)); part.isPresent(); part = ledger.find(part(id, parts.size() + 1))) {
            parts.add(part.get());
        }
        return parts;
    }

    private static TransferId part(TransferId id, int number) {
        return new TransferId(id + "/" + number);
    }

    private List<Transfer> ofSession(SessionRefundRequest request) {
        return books.required().refunds().refundSession(request).fold(transfers -> transfers, declined -> {
            throw Refusals.declined("refund", declined.reason(), declined.message());
        });
    }

    private Transfer ofEntry(RefundRequest request) {
        return live.wallets().refund(request).fold(transfer -> transfer, declined -> {
            throw Refusals.declined("refund", declined.reason(), declined.message());
        });
    }

    private Refundable refundable(Optional<String> session, Optional<String> entry) {
        if (session.isPresent() == entry.isPresent()) {
            throw new ProblemException(
                    422, "request.unfit_field", "What is to be given back? Name one of 'session' and 'entry'.");
        }
        var refunds = books.required().refunds();
        try {
            var found = session.isPresent()
                    ? refunds.refundable(new SessionId(session.get()))
                    : refunds.refundable(new TransferId(entry.orElseThrow()));
            return found.orElseThrow(() -> nothingCharged());
        } catch (LivemeterException e) {
            if (e.code().contains("malformed")) {
                throw nothingCharged();
            }
            throw e;
        }
    }

    private static ProblemException nothingCharged() {
        return new ProblemException(
                404,
                "refund.nothing_charged",
                "There is no charge of that name: neither a session that was charged, nor a charge or tip.");
    }
}
