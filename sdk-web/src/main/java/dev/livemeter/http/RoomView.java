package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.room.LiveNow;
import dev.livemeter.room.Participant;
import dev.livemeter.room.ParticipantStatus;
import dev.livemeter.room.Room;
import dev.livemeter.room.Ticket;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.Locale;

/** How rooms look in JSON. */
final class RoomView {

    private RoomView() {}

    static JsonObject of(Room room, Livemeter live) {
        var price = live.rooms().price(room);
        return Wire.object()
                .add("id", room.id().value())
                .add("broadcaster", room.broadcaster().value())
                .add("title", room.title())
                .add("kind", room.kind().name().toLowerCase(Locale.ROOT))
                .add("visibility", room.visibility().name().toLowerCase(Locale.ROOT))
                .add("state", room.state().name().toLowerCase(Locale.ROOT))
                .add("capacity", room.capacity())
                .add("present", room.present())
                .add("ticketPrice", Wire.moneyOrNull(room.ticketPrice()))
                .add("ticketLasts", room.ticketLasts().isZero() ? JsonValue.NULL : Wire.seconds(room.ticketLasts()))
                .add(
                        "tariff",
                        price.<JsonValue>map(one -> TariffView.told(one.tariff()))
                                .orElse(JsonValue.NULL))
                .add("accept", Wire.text(price.map(live.rooms()::reference).orElse(null)))
                .add("startsAt", Wire.instant(room.startsAt()))
                .add("openedAt", Wire.instant(room.openedAt()))
                .add("endedAt", Wire.instant(room.endedAt()))
                .build();
    }

    private static JsonObjectBuilder participant(Participant participant, Livemeter live) {
        var session = participant.session();
        return Wire.object()
                .add("viewer", participant.viewer().value())
                .add("viewerName", live.chat().nameOf(participant.viewer()))
                .add("peer", participant.peer().value())
                .add("session", Wire.text(session == null ? null : session.value()))
                .add("joinedAt", Wire.instant(participant.joinedAt()))
                .add("leftAt", Wire.instant(participant.leftAt()))
                .add("why", participant.why());
    }

    static JsonObject kept(Participant participant, Livemeter live) {
        return participant(participant, live)
                .add("used", Wire.seconds(participant.watched()))
                .add("cost", Wire.money(participant.cost()))
                .build();
    }

    static JsonObject of(ParticipantStatus status, Livemeter live) {
        return participant(status.participant(), live)
                .add("room", status.participant().room().value())
                .add("broadcasterPeer", status.broadcasterPeer().value())
                .add("at", Wire.instant(status.at()))
                .add("picture", status.full() ? "full" : "preview")
                .add("counting", status.counting())
                .add("used", Wire.seconds(status.used()))
                .add("cost", Wire.money(status.cost()))
                .add("balance", Wire.moneyOrNull(status.balance()))
                .add("timeLeft", CallView.secondsOrNull(status.timeLeft()))
                .add("low", status.low())
                .add("topUpPage", Wire.address(status.topUpPage()))
                .build();
    }

    static JsonObject of(Ticket ticket) {
        return Wire.object()
                .add("room", ticket.room().value())
                .add("viewer", ticket.viewer().value())
                .add("transfer", ticket.transfer().value())
                .add("price", Wire.money(ticket.price()))
                .add("boughtAt", Wire.instant(ticket.boughtAt()))
                .add("firstUsedAt", Wire.instant(ticket.firstUsedAt()))
                .add("refundedAt", Wire.instant(ticket.refundedAt()))
                .build();
    }

    static JsonObjectBuilder of(LiveNow now, Livemeter live) {
        var room = now.room();
        return Wire.object()
                .add("user", now.user().value())
                .add("state", now.state().name().toLowerCase(Locale.ROOT))
                .add("room", room == null ? JsonValue.NULL : of(room, live));
    }
}
