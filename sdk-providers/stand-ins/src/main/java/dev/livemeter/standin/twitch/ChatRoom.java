package dev.livemeter.standin.twitch;

import dev.livemeter.standin.http.Page;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The chat of a channel: what a test or a person lets the audience do. Applications read it by EventSub and write it by the API. Thread-safe. */
public final class ChatRoom {

    static final String MESSAGE = "channel.chat.message";
    static final String DELETED = "channel.chat.message_delete";
    static final String USER_CLEARED = "channel.chat.clear_user_messages";
    static final String CLEARED = "channel.chat.clear";

    private static final int LINES_ON_PAGE = 50;

    private final String channel;
    private final String login;
    private final String name;
    private final EventSub events;
    private final List<Said> shown = new ArrayList<>();
    private final List<String> own = new ArrayList<>();
    private String drop = "";
    private int number;

    ChatRoom(String channel, String login, String name, EventSub events) {
        this.channel = channel;
        this.login = login;
        this.name = name;
        this.events = events;
    }

    private record Said(String id, String author, String name, String text) {}

    /**
     * Who says something.
     *
     * @param badges their sets, such as {@code moderator}
     */
    public record Chatter(String id, String name, List<String> badges) {

        /** Somebody with these badges. */
        public static Chatter of(String id, String name, String... badges) {
            return new Chatter(id, name, List.of(badges));
        }
    }

    /**
     * Somebody in the audience says something.
     *
     * @return the message's id
     */
    public String say(String author, String text) {
        final String message;
        synchronized (this) {
            message = "m-" + ++number;
        }
        var id = Integer.toUnsignedString(author.toLowerCase(Locale.ROOT).hashCode());
        say(message, Chatter.of(id, author), text);
        return message;
    }

    /** Somebody says something, with a message's id of your own. */
    public void say(String message, Chatter author, String text) {
        cheer(message, author, text, 0);
    }

    /** Somebody pays for what they say. */
    public void cheer(String message, Chatter author, String text, int bits) {
        synchronized (this) {
            shown.add(new Said(message, author.id(), author.name(), text));
        }
        events.tell(MESSAGE, channel, event(message, author, text, bits));
    }

    /** A moderator takes a message away. */
    public void delete(String message) {
        synchronized (this) {
            shown.removeIf(said -> said.id().equals(message));
        }
        events.tell(
                DELETED,
                channel,
                base().add("target_user_id", "1")
                        .add("target_user_login", "somebody")
                        .add("target_user_name", "Somebody")
                        .add("message_id", message)
                        .build());
    }

    /** A moderator sends somebody away, and all that they said. */
    public void clearUser(String user) {
        synchronized (this) {
            shown.removeIf(said -> said.author().equals(user));
        }
        events.tell(
                USER_CLEARED,
                channel,
                base().add("target_user_id", user)
                        .add("target_user_login", "somebody")
                        .add("target_user_name", "Somebody")
                        .build());
    }

    /** A moderator takes everything away. */
    public void clear() {
        synchronized (this) {
            shown.clear();
        }
        events.tell(CLEARED, channel, base().build());
    }

    /** What applications say from now on is not shown, for that reason, such as {@code automod_held}; empty for none. */
    public synchronized void drop(String code) {
        drop = code;
    }

    /** What accounts said by the API, in its order. */
    public synchronized List<String> said() {
        return List.copyOf(own);
    }

    /** The event of a message, as {@code notification} of {@link EventSub} takes it. */
    public String message(String message, Chatter author, String text) {
        return event(message, author, text, 0).toString();
    }

    private JsonObjectBuilder base() {
        return Json.createObjectBuilder()
                .add("broadcaster_user_id", channel)
                .add("broadcaster_user_login", login)
                .add("broadcaster_user_name", name);
    }

    private JsonObject event(String message, Chatter author, String text, int bits) {
        var badges = Json.createArrayBuilder();
        author.badges()
                .forEach(badge -> badges.add(Json.createObjectBuilder()
                        .add("set_id", badge)
                        .add("id", "1")
                        .add("info", "")));
        var fragment = Json.createObjectBuilder()
                .add("type", "text")
                .add("text", text)
                .addNull("cheermote")
                .addNull("emote")
                .addNull("mention");
        var event = base().add("chatter_user_id", author.id())
                .add("chatter_user_login", author.name().toLowerCase(Locale.ROOT))
                .add("chatter_user_name", author.name())
                .add("message_id", message)
                .add(
                        "message",
                        Json.createObjectBuilder()
                                .add("text", text)
                                .add("fragments", Json.createArrayBuilder().add(fragment)))
                .add("color", "#00FF7F")
                .add("badges", badges)
                .add("message_type", "text")
                .addNull("reply")
                .addNull("channel_points_custom_reward_id");
        return (bits > 0 ? event.add("cheer", Json.createObjectBuilder().add("bits", bits)) : event.addNull("cheer"))
                .build();
    }

    /** An application says something for somebody. */
    JsonObject post(TwitchUser sender, String text) {
        final String message;
        final String dropped;
        synchronized (this) {
            dropped = drop;
            message = dropped.isEmpty() ? "own-" + ++number : "";
            if (dropped.isEmpty()) {
                own.add(text);
            }
        }
        var answer = Json.createObjectBuilder().add("message_id", message).add("is_sent", dropped.isEmpty());
        if (dropped.isEmpty()) {
            var badges = sender.id.equals(channel) ? List.of("broadcaster") : List.<String>of();
            say(message, new Chatter(sender.id, sender.name, badges), text);
        } else {
            answer.add(
                    "drop_reason",
                    Json.createObjectBuilder()
                            .add("code", dropped)
                            .add("message", "Your message is being checked by mods."));
        }
        return answer.build();
    }

    /** What stands there for people to read. */
    synchronized List<Page.Line> lines() {
        return shown.subList(Math.max(0, shown.size() - LINES_ON_PAGE), shown.size()).stream()
                .map(said -> new Page.Line(said.name(), said.text()))
                .toList();
    }
}
