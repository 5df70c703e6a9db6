package dev.livemeter.platforms;

import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.spi.CarriesChat.Ear;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.CarriesChat.Removal;
import jakarta.json.JsonObject;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Reads the items of a YouTube chat. What lacks something that is needed is left out. */
final class YouTubeChatEvents {

    private YouTubeChatEvents() {}

    /** Whether the chat ends with it. */
    static boolean isEnd(JsonObject item) {
        return type(item).equals("chatEndedEvent");
    }

    private static String type(JsonObject item) {
        return Json.text(item, "snippet", "type").orElse("");
    }

    static void tell(JsonObject item, Ear ear) {
        switch (type(item)) {
            case "messageDeletedEvent" -> removed(item, ear, "messageDeletedDetails", "deletedMessageId");
            case "messageRetractedEvent" -> removed(item, ear, "messageRetractedDetails", "retractedMessageId");
            // Stands in the place of a message that is gone.
            case "tombstone" -> Json.text(item, "id").ifPresent(id -> ear.removed(new Removal.OfMessage(id)));
            case "userBannedEvent" ->
                Json.text(item, "snippet", "userBannedDetails", "bannedUserDetails", "channelId")
                        .ifPresent(channel -> ear.removed(new Removal.OfAuthor(channel)));
            case "superChatEvent" -> paid(item, ear, "superChatDetails", "userComment");
            case "superStickerEvent" -> paid(item, ear, "superStickerDetails", "superStickerMetadata", "altText");
            case "textMessageEvent" ->
                said(
                        item,
                        ear,
                        Json.text(item, "snippet", "textMessageDetails", "messageText")
                                .or(() -> Json.text(item, "snippet", "displayMessage"))
                                .orElse(""),
                        "");
            default -> {
                if (Json.isTrue(item, "snippet", "hasDisplayContent")) {
                    said(item, ear, Json.text(item, "snippet", "displayMessage").orElse(""), "");
                }
            }
        }
    }

    private static void removed(JsonObject item, Ear ear, String details, String field) {
        Json.text(item, "snippet", details, field).ifPresent(id -> ear.removed(new Removal.OfMessage(id)));
    }

    private static void paid(JsonObject item, Ear ear, String details, String... comment) {
        var found = Json.object(item, "snippet", details);
        var text = found.flatMap(object -> Json.text(object, comment)).orElse("");
        var amount = found.flatMap(object -> Json.text(object, "amountDisplayString"));
        said(item, ear, text, amount.orElse(""));
    }

    private static void said(JsonObject item, Ear ear, String text, String paid) {
        var id = Json.text(item, "id");
        var author =
                Json.text(item, "authorDetails", "channelId").or(() -> Json.text(item, "snippet", "authorChannelId"));
        if (id.isEmpty() || author.isEmpty()) {
            return;
        }
        var name = Json.text(item, "authorDetails", "displayName").orElse(author.get());
        ear.said(new Message(
                id.get(),
                new PlatformAuthor(author.get(), name, badges(Json.object(item, "authorDetails"))),
                text,
                paid,
                TwitchChatEvents.moment(
                        Json.text(item, "snippet", "publishedAt").orElse(""))));
    }

    private static Set<Badge> badges(Optional<JsonObject> author) {
        var badges = EnumSet.noneOf(Badge.class);
        author.ifPresent(details -> {
            add(badges, details, "isChatOwner", Badge.BROADCASTER);
            add(badges, details, "isChatModerator", Badge.MODERATOR);
            add(badges, details, "isChatSponsor", Badge.MEMBER);
            add(badges, details, "isVerified", Badge.VERIFIED);
        });
        return badges;
    }

    private static void add(Set<Badge> badges, JsonObject author, String field, Badge badge) {
        if (Json.isTrue(author, field)) {
            badges.add(badge);
        }
    }
}
