package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.web.WebResponse;

/** {@code POST /wallet/credits}: an administrator pays into somebody's wallet by hand. */
final class CreditEndpoint {

    private final Livemeter live;

    CreditEndpoint(Livemeter live) {
        this.live = live;
    }

    WebResponse credit(Call call) {
        call.requireAdministrator();
        var key = IdempotencyKey.of(call.request());
        var fields = call.fields("amount", "reason");
        var amount = fields.requiredMoney("amount");
        if (!amount.isPositive()) {
            throw Fields.unfit("amount", "A credit of " + amount + " was asked for; expected a positive amount.");
        }
        var id = new TransferId("by-hand/" + key);
        var memo = call.signed(fields.requiredLine("reason", Call.LONGEST_REASON));
        var result = live.wallets().credit(new CreditRequest(id, call.user(), amount, memo, new Subject(id.value())));
        if (result instanceof CreditResult.Credited credited) {
            return Wire.answer(
                    credited.answer() == Answer.FIRST ? 201 : 200,
                    Wire.object().add("transfer", TipEndpoint.view(credited.transfer())));
        }
        var declined = (CreditResult.Declined) result;
        throw Refusals.declined("wallet", declined.reason(), declined.message());
    }
}
