package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.identity.UserId;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.Transfer;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;

/** {@code POST /tips}: money from one's wallet to somebody's earnings, at once (Direct Debiting of RFC 8506, 6.3). */
final class TipEndpoint {

    private static final int LONGEST_MESSAGE = 120;

    private final Livemeter live;
    private final Books books;

    TipEndpoint(Livemeter live, Books books) {
        this.live = live;
        this.books = books;
    }

    WebResponse give(Call call) {
        var rules = books.requiredTips();
        var key = IdempotencyKey.of(call.request());
        var fields = call.fields("payee", "amount", "message");
        var payee = Refusals.reading("payee", () -> UserId.of(fields.requiredText("payee")));
        var amount = fields.requiredMoney("amount");
        var message = fields.line("message", LONGEST_MESSAGE);
        if (payee.equals(call.user())) {
            throw Fields.unfit("payee", "A tip goes to somebody else; name another payee.");
        }
        if (!rules.mayBeTipped().test(payee)) {
            throw Fields.unfit("payee", "Nobody of that name can be tipped; check how it is spelt.");
        }
        if (!amount.isPositive()) {
            throw Fields.unfit("amount", "A tip of " + amount + " was asked for; expected a positive amount.");
        }
        // Named after the giver, so that nobody can take another one's key.
        var id = new TransferId("tip/" + call.user() + "/" + key);
        var memo = message.isEmpty() ? "Tip for " + payee : "Tip for " + payee + ": " + message;
        var share = new Allotment(payee, rules.share().of(amount));
        var result =
                live.wallets().debit(new DebitRequest(id, call.user(), amount, memo, new Subject(id.value()), share));
        if (result instanceof DebitResult.Debited debited) {
            return Wire.answer(
                    debited.answer() == Answer.FIRST ? 201 : 200,
                    Wire.object().add("transfer", view(debited.transfer())).add("payee", payee.value()));
        }
        var declined = (DebitResult.Declined) result;
        throw Refusals.declined("wallet", declined.reason(), declined.message());
    }

    static JsonObject view(Transfer transfer) {
        return Wire.object()
                .add("id", transfer.id().value())
                .add("user", transfer.owner().value())
                .add("amount", Wire.money(transfer.amount()))
                .add("at", Wire.instant(transfer.at()))
                .add("after", EntryView.balance(transfer.after()))
                .build();
    }
}
