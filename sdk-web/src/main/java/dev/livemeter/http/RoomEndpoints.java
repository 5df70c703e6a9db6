package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.identity.UserId;
import dev.livemeter.room.RoomAnswer;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomKind;
import dev.livemeter.room.RoomPlan;
import dev.livemeter.room.RoomState;
import dev.livemeter.room.RoomVisibility;
import dev.livemeter.room.Rooms;
import dev.livemeter.web.WebResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code /rooms}, as everybody reads it and as broadcasters keep theirs. */
final class RoomEndpoints {

    private static final int MOST_ROOMS = 500;

    private final Livemeter live;

    RoomEndpoints(Livemeter live) {
        this.live = live;
    }

    private Rooms rooms() {
        TalkRoutes.require(live);
        return live.rooms();
    }

    static RoomId id(Call call) {
        return new RoomId(call.captured("id"));
    }

    private Rooms own(Call call) {
        if (!call.caller().mayChange()) {
            throw new ProblemException(403, "auth.role", "Only broadcasters and administrators may keep rooms.");
        }
        return rooms();
    }

    WebResponse list(Call call) {
        var state = choice("state", call.request().parameter("state").orElse("open"), RoomState.class);
        var mine = Parameters.truth(call.request(), "mine", false);
        var limit = (int) Parameters.number(call.request(), "limit", MOST_ROOMS, 1, MOST_ROOMS);
        var after = call.request().parameter("after").map(RoomId::new).orElse(null);
        var found = mine ? rooms().of(call.userName(), state) : rooms().listed(call.userName(), state, limit, after);
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "rooms",
                                Wire.array(found.stream()
                                        .map(room -> RoomView.of(room, live))
                                        .toList())));
    }

    private static <E extends Enum<E>> E choice(String field, String text, Class<E> type) {
        var all = type.getEnumConstants();
        return Arrays.stream(all)
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> Fields.unfit(
                        field,
                        "The field '" + field + "' does not fit; expected one of "
                                + Arrays.stream(all)
                                        .map(one -> one.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    WebResponse open(Call call) {
        var fields = call.fields("title", "kind", "visibility", "capacity", "ticketPrice", "ticketLasts", "startsAt");
        var plan = new RoomPlan(
                fields.requiredText("title"),
                choice("kind", fields.requiredText("kind"), RoomKind.class),
                choice("visibility", fields.text("visibility").orElse("public"), RoomVisibility.class),
                Math.toIntExact(Math.min(fields.wholeNumber("capacity").orElse(1L), Integer.MAX_VALUE)),
                fields.money("ticketPrice").orElse(null),
                fields.seconds("ticketLasts").orElse(Duration.ZERO),
                fields.instant("startsAt").orElse(null));
        return answer(201, own(call).open(call.userName(), plan));
    }

    private WebResponse answer(int status, RoomAnswer answer) {
        if (answer instanceof RoomAnswer.Done done) {
            return Wire.answer(status, Wire.object().add("room", RoomView.of(done.room(), live)));
        }
        throw refused(answer);
    }

    static ProblemException refused(RoomAnswer answer) {
        if (answer instanceof RoomAnswer.PriceChanged) {
            return new ProblemException(
                    409,
                    "room.price_changed",
                    "The price is another one now; look at GET /rooms/{id}, show it, and join again.");
        }
        var refused = (RoomAnswer.Refused) answer;
        return CallEndpoints.refused("room", refused.reason(), refused.sentence());
    }

    WebResponse show(Call call) {
        var found = call.caller().isAdministrator() ? rooms().find(id(call)) : rooms().find(call.userName(), id(call));
        var room = found.orElseThrow(
                () -> new ProblemException(404, "room.unknown", "There is no such room; look at the list."));
        return Wire.answer(200, Wire.object().add("room", RoomView.of(room, live)));
    }

    WebResponse start(Call call) {
        call.fields();
        return answer(200, own(call).start(call.userName(), id(call)));
    }

    WebResponse close(Call call) {
        call.fields();
        return answer(200, own(call).close(call.userName(), id(call)));
    }

    WebResponse end(Call call) {
        call.requireAdministrator();
        var reason = call.fields("reason").requiredLine("reason", Call.LONGEST_REASON);
        if (!rooms().end(id(call), call.signed(reason))) {
            throw new ProblemException(409, "room.not_now", "The room is over already.");
        }
        return Wire.answer(202, Wire.object().add("id", id(call).value()));
    }

    WebResponse sent(Call call) {
        var fields = call.fields("flowingTo", "number");
        var viewers = Refusals.reading(
                "flowingTo",
                () -> fields.texts("flowingTo").stream().map(UserId::of).collect(Collectors.toSet()));
        var number = fields.wholeNumber("number")
                .orElseThrow(() -> Fields.unfit("number", "Count the reports: a number that grows with each."));
        var all = own(call).reportSent(call.userName(), id(call), viewers, number);
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "viewers",
                                Wire.array(all.stream()
                                        .map(one -> RoomView.of(one, live))
                                        .toList())));
    }

    WebResponse sendOut(Call call) {
        var fields = call.fields("viewer", "reason");
        var viewer = Refusals.reading("viewer", () -> UserId.of(fields.requiredText("viewer")));
        own(call).sendOut(call.userName(), id(call), viewer.value(), fields.line("reason", Call.LONGEST_REASON));
        return WebResponse.empty(204);
    }

    WebResponse refund(Call call) {
        var fields = call.fields("viewer");
        var viewer = Refusals.reading("viewer", () -> UserId.of(fields.requiredText("viewer")));
        var answer = own(call).refundTicket(call.userName(), id(call), viewer.value());
        if (answer instanceof RoomAnswer.Ticketed given) {
            return Wire.answer(200, Wire.object().add("ticket", RoomView.of(given.ticket())));
        }
        throw refused(answer);
    }

    WebResponse participants(Call call) {
        var all = own(call).participants(call.userName(), id(call));
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "participants",
                                Wire.array(all.stream()
                                        .map(one -> RoomView.kept(one, live))
                                        .toList())));
    }

    WebResponse liveNow(Call call) {
        var user = Refusals.reading("user", () -> UserId.of(call.captured("user")));
        return Wire.answer(200, RoomView.of(rooms().liveNow(call.userName(), user.value()), live));
    }
}
