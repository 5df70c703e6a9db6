package dev.livemeter.platforms;

import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.spi.CarriesChat.Ear;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.CarriesChat.Removal;
import jakarta.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Reads the notifications of EventSub about a chat. What lacks something that is needed is left out. */
final class TwitchChatEvents {

    private TwitchChatEvents() {}

    static void tell(JsonObject notification, Ear ear) {
        var type = Json.text(notification, "metadata", "subscription_type").orElse("");
        var event = Json.object(notification, "payload", "event");
        if (event.isEmpty()) {
            return;
        }
        switch (type) {
            case "channel.chat.message" -> message(notification, event.get()).ifPresent(ear::said);
            case "channel.chat.message_delete" ->
                Json.text(event.get(), "message_id").ifPresent(id -> ear.removed(new Removal.OfMessage(id)));
            case "channel.chat.clear_user_messages" ->
                Json.text(event.get(), "target_user_id").ifPresent(user -> ear.removed(new Removal.OfAuthor(user)));
            case "channel.chat.clear" -> ear.removed(new Removal.OfAll());
            default -> {
                // Nobody asked for it.
            }
        }
    }

    private static Optional<Message> message(JsonObject notification, JsonObject event) {
        var id = Json.text(event, "message_id");
        var author = Json.text(event, "chatter_user_id");
        var text = Json.text(event, "message", "text");
        if (id.isEmpty() || author.isEmpty() || text.isEmpty()) {
            return Optional.empty();
        }
        var name = Json.text(event, "chatter_user_name").orElse(author.get());
        var bits = Json.number(event, "cheer", "bits").filter(number -> number > 0);
        return Optional.of(new Message(
                id.get(),
                new PlatformAuthor(author.get(), name, badges(event)),
                text.get(),
                bits.map(number -> number == 1 ? "1 bit" : number + " bits").orElse(""),
                moment(Json.text(notification, "metadata", "message_timestamp").orElse(""))));
    }

    private static Set<Badge> badges(JsonObject event) {
        var badges = EnumSet.noneOf(Badge.class);
        for (var badge : Json.objects(event, "badges")) {
            switch (Json.text(badge, "set_id").orElse("")) {
                case "broadcaster" -> badges.add(Badge.BROADCASTER);
                case "moderator", "lead_moderator" -> badges.add(Badge.MODERATOR);
                case "subscriber", "founder" -> badges.add(Badge.MEMBER);
                case "partner", "staff" -> badges.add(Badge.VERIFIED);
                default -> {
                    // Most badges are ornaments.
                }
            }
        }
        return badges;
    }

    /** The beginning of time where it cannot be read: the core then takes the present. */
    static Instant moment(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException unread) {
            return Instant.EPOCH;
        }
    }
}
