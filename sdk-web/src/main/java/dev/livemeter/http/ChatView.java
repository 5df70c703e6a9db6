package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatEntry;
import dev.livemeter.chat.ChatPage;
import dev.livemeter.identity.PersonId;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Locale;

/** How chat looks in JSON: the same for every way that it is carried. Text is plain text, as it was said. */
final class ChatView {

    private ChatView() {}

    /** What comes after a number. */
    static JsonObjectBuilder page(ChatPage page, long asked) {
        return Wire.object()
                .add(
                        "entries",
                        Wire.array(page.entries().stream().map(ChatView::entry).toList()))
                .add("next", page.next())
                .add("missed", page.isMissed(asked));
    }

    static JsonObject entry(ChatEntry entry) {
        return entry instanceof ChatEntry.Message message ? message(message) : deletion((ChatEntry.Deletion) entry);
    }

    private static JsonObject message(ChatEntry.Message message) {
        return Wire.object()
                .add("type", "message")
                .add("sequence", message.sequence())
                .add("at", Wire.instant(message.at()))
                .add("id", message.id())
                .add(
                        "author",
                        person(message.author().person())
                                .add("name", message.author().name()))
                .add("text", message.isDeleted() ? JsonValue.NULL : Wire.text(message.text()))
                .add("deleted", message.isDeleted())
                .build();
    }

    private static JsonObject deletion(ChatEntry.Deletion deletion) {
        return Wire.object()
                .add("type", "deletion")
                .add("sequence", deletion.sequence())
                .add("at", Wire.instant(deletion.at()))
                .add("message", deletion.message())
                .build();
    }

    static JsonObjectBuilder person(PersonId person) {
        return Wire.object()
                .add("kind", person.kind().name().toLowerCase(Locale.ROOT))
                .add("id", person.value());
    }

    /** What is declined, as a problem. */
    static ProblemException problem(Declined<?> declined) {
        var problem = switch (declined.reason()) {
            case OFF -> Problem.of(501, "chat.off", declined.message());
            case BANNED -> Problem.of(403, "chat.banned", declined.message());
            case NOT_ALLOWED -> Problem.of(403, "chat.not_allowed", declined.message());
            case FULL -> Problem.of(503, "chat.full", declined.message());
            case UNFIT -> Problem.of(422, "chat.unfit", declined.message());
            case NAME_TAKEN -> Problem.of(409, "chat.name_taken", declined.message());
            case TOO_FAST -> Problem.of(429, "chat.too_fast", declined.message());
            case UNKNOWN -> Problem.of(404, "chat.unknown_message", declined.message());
        };
        return new ProblemException(
                declined.retryAfter().isZero()
                        ? problem
                        : problem.with("Retry-After", Long.toString(secondsUp(declined.retryAfter()))));
    }

    static long secondsUp(Duration span) {
        return Math.max(1, span.plusNanos(999_999_999).toSeconds());
    }

    /**
     * The channel of an address.
     *
     * @throws ProblemException 404
     */
    static ChatChannel channel(String kind, String id) {
        try {
            return ChatChannel.of(kind, id);
        } catch (LivemeterException malformed) {
            throw new ProblemException(404, "chat.unknown_channel", "There is no chat of that name.");
        }
    }
}
