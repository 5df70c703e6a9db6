package dev.livemeter.http;

import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformChatEntry;
import dev.livemeter.broadcast.chat.PlatformChatPage;
import dev.livemeter.broadcast.chat.PlatformChatStatus;
import dev.livemeter.broadcast.chat.PlatformReply;
import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.destination.Destinations;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.StreamProvider;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.Locale;

/** How the chats of platforms look in JSON. Text is plain text, as it is to be shown. */
final class PlatformChatView {

    private final Destinations destinations;

    PlatformChatView(Destinations destinations) {
        this.destinations = destinations;
    }

    JsonObjectBuilder page(PlatformChatPage page, long asked) {
        return Wire.object()
                .add("chats", Wire.array(page.chats().stream().map(this::chat).toList()))
                .add(
                        "entries",
                        Wire.array(page.entries().stream().map(this::entry).toList()))
                .add("next", page.next())
                .add("missed", page.isMissed(asked))
                .add("skipped", page.skipped());
    }

    private JsonObject chat(PlatformChatStatus status) {
        return Wire.object()
                .add("destination", status.destination().value())
                .add("platform", status.platform())
                .add("platformName", nameOf(status.platform()))
                .add("state", status.state().name().toLowerCase(Locale.ROOT))
                .add("longestReply", status.longestReply())
                .add("detail", status.detail())
                .add("since", Wire.instant(status.since()))
                .add("nextTryAt", Wire.instant(status.nextTryAt()))
                .build();
    }

    private String nameOf(String platform) {
        return destinations.provider(platform).map(StreamProvider::displayName).orElse(platform);
    }

    private JsonObject entry(PlatformChatEntry entry) {
        var view = Wire.object();
        if (entry instanceof PlatformChatEntry.Message) {
            view.add("type", "message");
        } else {
            view.add("type", entry instanceof PlatformChatEntry.Removal ? "removal" : "state");
        }
        view.add("sequence", entry.sequence())
                .add("at", Wire.instant(entry.at()))
                .add("destination", entry.destination().value())
                .add("platform", entry.platform());
        if (entry instanceof PlatformChatEntry.Message message) {
            view.add("author", author(message.author()))
                    .add("text", message.isRemoved() ? JsonValue.NULL : Wire.text(message.text()))
                    .add("paid", message.paid().isEmpty() ? JsonValue.NULL : Wire.text(message.paid()))
                    .add("removed", message.isRemoved());
        } else if (entry instanceof PlatformChatEntry.Removal removal) {
            if (removal.what() instanceof PlatformChatEntry.Removed.OfMessage one) {
                view.add("message", one.message());
            } else if (removal.what() instanceof PlatformChatEntry.Removed.OfAuthor all) {
                view.add("author", all.author());
            } else {
                view.add("all", true);
            }
        } else if (entry instanceof PlatformChatEntry.Turn turn) {
            view.add("chat", chat(turn.status()));
        }
        return view.build();
    }

    private static JsonObject author(PlatformAuthor author) {
        return Wire.object()
                .add("id", author.id())
                .add("name", author.name())
                .add(
                        "badges",
                        Wire.array(author.badges().stream()
                                .sorted()
                                .map(badge -> Wire.JSON.createValue(badge.name().toLowerCase(Locale.ROOT)))
                                .toList()))
                .build();
    }

    static JsonArray replies(Iterable<PlatformReply> replies) {
        var array = Wire.JSON.createArrayBuilder();
        for (var reply : replies) {
            var view = Wire.object()
                    .add("destination", reply.destination().value())
                    .add("platform", reply.platform());
            if (reply.outcome() instanceof Saying.Refused refused) {
                var trouble = refused.trouble();
                var after = trouble.retryAfter();
                view.add("outcome", "refused")
                        .add("code", trouble.code())
                        .add("detail", trouble.message())
                        .add("retryAfter", after == null ? JsonValue.NULL : Wire.seconds(after));
            } else if (reply.outcome() instanceof Saying.NotAllowed notAllowed) {
                view.add("outcome", "not_allowed").add("detail", notAllowed.message());
            } else {
                view.add("outcome", "said");
            }
            array.add(view);
        }
        return array.build();
    }

    static ProblemException problem(Declined<?> declined) {
        var problem = switch (declined.reason()) {
            case NOT_ALLOWED, BANNED -> Problem.of(403, "platform_chat.not_allowed", declined.message());
            case FULL -> Problem.of(503, "platform_chat.full", declined.message());
            case UNFIT, NAME_TAKEN -> Problem.of(422, "platform_chat.unfit", declined.message());
            case TOO_FAST -> Problem.of(429, "platform_chat.too_fast", declined.message());
            case UNKNOWN, OFF -> Problem.of(404, "platform_chat.none", declined.message());
        };
        return new ProblemException(
                declined.retryAfter().isZero()
                        ? problem
                        : problem.with("Retry-After", Long.toString(ChatView.secondsUp(declined.retryAfter()))));
    }
}
