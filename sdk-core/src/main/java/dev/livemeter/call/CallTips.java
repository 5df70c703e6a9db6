package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallWire.Question;
import dev.livemeter.call.CallWire.Wish;
import dev.livemeter.event.LiveEvent.TipGiven;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tips in calls: booked on whichever node is asked, shown by the one that runs the call. Thread-safe. */
final class CallTips {

    private static final Logger log = LoggerFactory.getLogger(CallTips.class);

    private final CallParts parts;
    private final CallNodes nodes;
    private final KnownCalls known;

    CallTips(CallParts parts, CallNodes nodes, KnownCalls known) {
        this.parts = parts;
        this.nodes = nodes;
        this.known = known;
    }

    DebitResult give(String caller, CallId id, Money amount, String key, String message) {
        var here = known.here(caller, id);
        // What is tipped is booked here; only the sum that is shown is with the node that runs the call.
        var call = here != null ? here.call() : known.stored(caller, id);
        if (!call.caller().equals(UserId.of(caller)) || call.acceptedAt() == null) {
            throw new LivemeterException(
                    "call.malformed_tip",
                    "In a call it is the caller who tips, once it is accepted; this one was asked for by "
                            + call.caller() + ".");
        }
        var memo = message.isEmpty() ? "Tip for " + call.callee() : "Tip for " + call.callee() + ": " + message;
        var result = parts.wallets()
                .debit(new DebitRequest(
                        new TransferId("tip/call/" + id + "/" + key),
                        call.caller(),
                        amount,
                        memo,
                        new Subject("call/" + id),
                        new Allotment(call.callee(), call.share().of(amount))));
        if (result instanceof DebitResult.Debited debited && debited.answer() == Answer.FIRST) {
            if (here != null) {
                here.tipped(amount);
            } else {
                tippedElsewhere(caller, id, amount);
            }
            for (var user : List.of(call.caller(), call.callee())) {
                parts.events()
                        .publish(new TipGiven(
                                debited.transfer().at(),
                                user,
                                call.session(),
                                call.caller(),
                                call.callee(),
                                amount,
                                message));
            }
        }
        return result;
    }

    private void tippedElsewhere(String caller, CallId id, Money amount) {
        try {
            nodes.ask(
                    new Question(Wish.TIPPED, id, caller, amount.currency().getCurrencyCode(), amount.micros(), false));
        } catch (LivemeterException e) {
            log.debug("A tip was booked, and the node of the call {} does not show it.", id);
        }
    }
}
