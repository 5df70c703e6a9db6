package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.room.ParticipantStatus;
import dev.livemeter.room.RoomAnswer;
import dev.livemeter.room.Rooms;
import dev.livemeter.web.WebResponse;
import java.util.Optional;

/** {@code /rooms/{id}}, as viewers come in, report and leave. */
final class RoomViewerEndpoints {

    private final Livemeter live;

    RoomViewerEndpoints(Livemeter live) {
        this.live = live;
    }

    private Rooms rooms() {
        TalkRoutes.require(live);
        return live.rooms();
    }

    WebResponse join(Call call) {
        var fields = call.fields("device", "accepted");
        var answer = rooms().join(
                        call.userName(),
                        RoomEndpoints.id(call),
                        fields.text("device").orElse(""),
                        fields.text("accepted").orElse(""));
        if (answer instanceof RoomAnswer.Joined joined) {
            return Wire.answer(200, Wire.object().add("presence", RoomView.of(joined.status(), live)));
        }
        throw RoomEndpoints.refused(answer);
    }

    WebResponse leave(Call call) {
        call.fields();
        rooms().leave(call.userName(), RoomEndpoints.id(call));
        return WebResponse.empty(204);
    }

    WebResponse media(Call call) {
        var fields = call.fields("flowing", "number");
        var flowing = fields.truth("flowing")
                .orElseThrow(() -> Fields.unfit("flowing", "Say whether media flows: true or false."));
        var number = fields.wholeNumber("number")
                .orElseThrow(() -> Fields.unfit("number", "Count the reports: a number that grows with each."));
        return present(rooms().report(call.userName(), RoomEndpoints.id(call), flowing, number));
    }

    WebResponse presence(Call call) {
        return present(rooms().status(call.userName(), RoomEndpoints.id(call)));
    }

    private WebResponse present(Optional<ParticipantStatus> status) {
        return status.map(one -> Wire.answer(200, Wire.object().add("presence", RoomView.of(one, live))))
                .orElseThrow(() -> new ProblemException(
                        404, "room.unknown_presence", "You are not in this room, or not any more; join it."));
    }

    WebResponse buy(Call call) {
        call.fields();
        var answer = rooms().buyTicket(call.userName(), RoomEndpoints.id(call));
        if (answer instanceof RoomAnswer.Ticketed ticketed) {
            return Wire.answer(200, Wire.object().add("ticket", RoomView.of(ticketed.ticket())));
        }
        throw RoomEndpoints.refused(answer);
    }

    WebResponse ticket(Call call) {
        return rooms().ticket(call.userName(), RoomEndpoints.id(call))
                .map(ticket -> Wire.answer(200, Wire.object().add("ticket", RoomView.of(ticket))))
                .orElseThrow(() -> new ProblemException(404, "ticket.unknown", "You have no ticket for this room."));
    }
}
