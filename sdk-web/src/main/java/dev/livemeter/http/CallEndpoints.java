package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallAnswer;
import dev.livemeter.call.CallId;
import dev.livemeter.call.Calls;
import dev.livemeter.call.InviteResult;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.wallet.Answer;
import dev.livemeter.wallet.DebitResult;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** {@code /calls}: from the price to the end of a private call. */
final class CallEndpoints {

    private static final int LONGEST_MESSAGE = 120;
    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 200;
    private static final long LONGEST_QUOTE = Duration.ofDays(1).toSeconds();
    private static final Set<String> FORBIDDEN = Set.of("NOT_YOURS", "NOT_ALLOWED");
    private static final Set<String> UNFIT = Set.of("UNFIT_LENGTH", "UNFIT");

    private final Livemeter live;

    CallEndpoints(Livemeter live) {
        this.live = live;
    }

    private Calls calls() {
        TalkRoutes.require(live);
        return live.calls();
    }

    WebResponse token(Call call) {
        var banned = live.moderation().objectionTo(PersonId.of(call.user()), null);
        if (banned.isPresent()) {
            throw new ProblemException(403, "auth.banned", banned.get());
        }
        var token = calls().token(
                        call.userName(), call.fields("device").text("device").orElse(""));
        return Wire.answer(
                201,
                Wire.object()
                        .add("peer", token.peer().value())
                        .add("token", token.value().reveal())
                        .add("validFor", Wire.seconds(calls().policy().tokenFor()))
                        .add("expiresAt", Wire.instant(token.expiresAt())));
    }

    WebResponse price(Call call) {
        var callee = Refusals.reading("callee", () -> UserId.of(Parameters.required(call.request(), "callee")));
        var seconds = Parameters.number(call.request(), "seconds", 600, 1, LONGEST_QUOTE);
        var price = calls().price(call.userName(), callee.value(), Duration.ofSeconds(seconds));
        return Wire.answer(
                200,
                Wire.object()
                        .add("callee", callee.value())
                        .add("path", calls().path(callee.value()))
                        .add("present", calls().isPresent(callee.value()))
                        .add("price", CallView.price(price)));
    }

    WebResponse invite(Call call) {
        var fields = call.fields("callee", "accepted", "agreed", "device");
        var callee = Refusals.reading("callee", () -> UserId.of(fields.requiredText("callee")));
        var wish = new Calls.Invitation(
                callee.value(),
                fields.requiredText("accepted"),
                fields.seconds("agreed").orElse(Duration.ZERO),
                fields.text("device").orElse(""));
        var result = calls().invite(call.userName(), wish);
        if (result instanceof InviteResult.Invited invited) {
            return answer(201, invited.status(), call);
        }
        if (result instanceof InviteResult.PriceChanged) {
            throw new ProblemException(
                    409,
                    "call.price_changed",
                    "The price is another one now; look at GET /calls/price, show it, and call again.");
        }
        var refused = (InviteResult.Refused) result;
        throw refused(refused.reason(), refused.sentence());
    }

    static ProblemException refused(Enum<?> reason, String sentence) {
        return refused("call", reason, sentence);
    }

    static ProblemException refused(String subject, Enum<?> reason, String sentence) {
        var name = reason.name();
        var status = FORBIDDEN.contains(name) ? 403 : UNFIT.contains(name) ? 422 : 409;
        return new ProblemException(status, subject + "." + name.toLowerCase(Locale.ROOT), sentence);
    }

    private WebResponse answer(int status, dev.livemeter.call.CallStatus seen, Call call) {
        return Wire.answer(status, Wire.object().add("call", CallView.of(seen, call.user(), calls().policy())));
    }

    private WebResponse answer(CallAnswer answer, Call call) {
        if (answer instanceof CallAnswer.Done done) {
            return answer(200, done.status(), call);
        }
        var refused = (CallAnswer.Refused) answer;
        throw refused(refused.reason(), refused.sentence());
    }

    private static CallId id(Call call) {
        return new CallId(call.captured("id"));
    }

    WebResponse accept(Call call) {
        var device = call.fields("device").text("device").orElse("");
        return answer(calls().accept(call.userName(), id(call), device), call);
    }

    WebResponse decline(Call call) {
        call.fields();
        return answer(calls().decline(call.userName(), id(call)), call);
    }

    WebResponse cancel(Call call) {
        call.fields();
        return answer(calls().cancel(call.userName(), id(call)), call);
    }

    WebResponse hangUp(Call call) {
        call.fields();
        return answer(calls().hangUp(call.userName(), id(call)), call);
    }

    WebResponse media(Call call) {
        var fields = call.fields("flowing", "number");
        var flowing = fields.truth("flowing")
                .orElseThrow(() -> Fields.unfit("flowing", "Say whether media flows: true or false."));
        var number = fields.wholeNumber("number")
                .orElseThrow(() -> Fields.unfit("number", "Count the reports: a number that grows with each."));
        return answer(200, calls().report(call.userName(), id(call), flowing, number), call);
    }

    WebResponse extend(Call call) {
        var total = call.fields("total")
                .seconds("total")
                .orElseThrow(() -> Fields.unfit("total", "Say how many seconds the call may last in all."));
        return answer(calls().extend(call.userName(), id(call), total), call);
    }

    WebResponse tip(Call call) {
        var key = IdempotencyKey.of(call.request());
        var fields = call.fields("amount", "message");
        var amount = fields.requiredMoney("amount");
        if (!amount.isPositive()) {
            throw Fields.unfit("amount", "A tip of " + amount + " was asked for; expected a positive amount.");
        }
        var message = fields.line("message", LONGEST_MESSAGE);
        var result = calls().tip(call.userName(), id(call), amount, key, message);
        if (result instanceof DebitResult.Debited debited) {
            return Wire.answer(
                    debited.answer() == Answer.FIRST ? 201 : 200,
                    Wire.object().add("transfer", TipEndpoint.view(debited.transfer())));
        }
        var declined = (DebitResult.Declined) result;
        throw Refusals.declined("wallet", declined.reason(), declined.message());
    }

    WebResponse show(Call call) {
        var after = Parameters.number(call.request(), "after", 0, 0, Long.MAX_VALUE);
        var seen = calls().status(call.userName(), id(call));
        if (seen.isPresent()) {
            var status = seen.get();
            return Wire.answer(
                    200,
                    Wire.object()
                            .add("call", CallView.of(status, call.user(), calls().policy()))
                            .add("changed", status.version() > after));
        }
        return calls().find(id(call))
                .filter(stored -> stored.isOf(call.user()) || call.caller().isAdministrator())
                .map(stored -> Wire.answer(
                        200,
                        Wire.object()
                                .add("call", CallView.stored(stored, call.user()))
                                .add("changed", true)))
                .orElseThrow(() ->
                        new ProblemException(404, "call.unknown", "There is no such call of yours; look at the list."));
    }

    WebResponse list(Call call) {
        var limit = (int) Parameters.number(call.request(), "limit", DEFAULT_LIMIT, 1, MOST);
        var before = call.request().parameter("before").map(CallId::new).orElse(null);
        var found = calls().history(call.userName(), limit, before);
        var current = calls().current(call.userName());
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "current",
                                current.<JsonValue>map(status -> CallView.of(status, call.user(), calls().policy())
                                                .build())
                                        .orElse(JsonValue.NULL))
                        .add(
                                "calls",
                                Wire.array(found.stream()
                                        .map(stored -> CallView.stored(stored, call.user())
                                                .build())
                                        .toList())));
    }

    WebResponse running(Call call) {
        call.requireAdministrator();
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "calls",
                                Wire.array(calls().running().stream()
                                        .map(status -> CallView.of(status, call.user(), calls().policy())
                                                .build())
                                        .toList())));
    }

    WebResponse end(Call call) {
        call.requireAdministrator();
        var reason = call.fields("reason").requiredLine("reason", Call.LONGEST_REASON);
        if (!calls().end(id(call), call.signed(reason))) {
            throw new ProblemException(409, "call.not_now", "The call does not go on any more, or not here.");
        }
        return Wire.answer(202, Wire.object().add("id", id(call).value()));
    }
}
