package dev.livemeter.standin.youtube;

import dev.livemeter.standin.http.Page;
import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The live chat of a broadcast: what a test or a person lets the audience do. Applications read and write it by the API. Thread-safe.
 */
public final class LiveChat {

    private static final String TOKEN = "page-";
    private static final long WAIT_MILLIS = 5_000;
    private static final int LINES_ON_PAGE = 50;

    private final String id;
    private final Object lock;
    private final InstantSource clock;
    private final List<JsonObject> items = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private Duration interval = Duration.ofSeconds(1);
    private boolean offline;
    private int round;
    private int polls;
    private int number;

    LiveChat(String id, Object lock, InstantSource clock) {
        this.id = id;
        this.lock = lock;
        this.clock = clock;
    }

    /**
     * Who says something.
     *
     * @param id of their channel
     * @param flags what of {@code isChatOwner}, {@code isChatModerator}, {@code isChatSponsor}, {@code isVerified} holds
     */
    public record Author(String id, String name, List<String> flags) {

        /** Somebody of whom nothing else is known. */
        public static Author of(String id, String name, String... flags) {
            return new Author(id, name, List.of(flags));
        }
    }

    /** What the API calls it, {@code liveChatId}. */
    public String id() {
        return id;
    }

    /**
     * Somebody in the audience says something.
     *
     * @return the message's id
     * @throws IllegalStateException where the chat is over
     */
    public String say(String author, String text) {
        synchronized (lock) {
            if (offline) {
                throw new IllegalStateException("This chat is over; nothing can be said there any more.");
            }
            var message = "m-" + ++number;
            say(
                    message,
                    Author.of("UC-" + author.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"), author),
                    text);
            return message;
        }
    }

    /** Somebody says something, with a message's id of your own. */
    public void say(String message, Author author, String text) {
        var details = Json.createObjectBuilder().add("messageText", text);
        add(
                message,
                "textMessageEvent",
                author,
                Json.createObjectBuilder()
                        .add("displayMessage", text)
                        .add("textMessageDetails", details)
                        .build());
    }

    /**
     * Anything else happens, such as {@code superChatEvent}.
     *
     * @param fields of its {@code snippet} besides the usual ones, as JSON
     * @param author null for what nobody did
     */
    public void item(String message, String type, String fields, @Nullable Author author) {
        try (var reader = Json.createReader(new StringReader(fields))) {
            add(message, type, author, reader.readObject());
        }
    }

    /** A moderator takes a message away. */
    public void delete(String message) {
        var details = Json.createObjectBuilder().add("deletedMessageId", message);
        add(
                "del-" + message,
                "messageDeletedEvent",
                null,
                Json.createObjectBuilder().add("messageDeletedDetails", details).build());
    }

    /** A moderator bans somebody for good. */
    public void ban(String channel) {
        var details = Json.createObjectBuilder()
                .add("banType", "permanent")
                .add("bannedUserDetails", Json.createObjectBuilder().add("channelId", channel));
        add(
                "ban-" + channel,
                "userBannedEvent",
                null,
                Json.createObjectBuilder().add("userBannedDetails", details).build());
    }

    /** The chat ends before its broadcast does. */
    public void end() {
        synchronized (lock) {
            add(
                    "end-" + ++number,
                    "chatEndedEvent",
                    null,
                    Json.createObjectBuilder().build());
            offline = true;
        }
    }

    /** The broadcast is over. */
    public void goOffline() {
        synchronized (lock) {
            offline = true;
            lock.notifyAll();
        }
    }

    /** All connections that messages are pushed on break; new ones can be opened at once. */
    public void breakStreams() {
        synchronized (lock) {
            round++;
            lock.notifyAll();
        }
    }

    /** What accounts said by the API, in its order. */
    public List<String> said() {
        synchronized (lock) {
            return List.copyOf(said);
        }
    }

    /** How many pages were asked for, apart from streams. */
    public int polls() {
        synchronized (lock) {
            return polls;
        }
    }

    private void add(String message, String type, @Nullable Author author, JsonObject more) {
        synchronized (lock) {
            var snippet = Json.createObjectBuilder(more)
                    .add("type", type)
                    .add("liveChatId", id)
                    .add("publishedAt", clock.instant().toString())
                    .add("hasDisplayContent", more.containsKey("displayMessage"));
            var item = Json.createObjectBuilder()
                    .add("kind", "youtube#liveChatMessage")
                    .add("etag", "etag")
                    .add("id", message);
            if (author != null) {
                snippet.add("authorChannelId", author.id());
                item.add("authorDetails", details(author));
            }
            items.add(item.add("snippet", snippet).build());
            lock.notifyAll();
        }
    }

    private static JsonObjectBuilder details(Author author) {
        var details = Json.createObjectBuilder()
                .add("channelId", author.id())
                .add("channelUrl", "http://www.youtube.com/channel/" + author.id())
                .add("displayName", author.name())
                .add("profileImageUrl", "");
        for (var flag : List.of("isVerified", "isChatOwner", "isChatSponsor", "isChatModerator")) {
            details.add(flag, author.flags().contains(flag));
        }
        return details;
    }

    void interval(Duration asked) {
        interval = asked;
    }

    JsonObject insert(Channel channel, boolean owns, String text, List<String> parts) {
        synchronized (lock) {
            if (offline) {
                throw new ApiError(
                        403, "youtube.liveChat", "liveChatEnded", "The specified live chat is no longer live.");
            }
            said.add(text);
            var flags = owns ? new String[] {"isChatOwner"} : new String[0];
            say("own-" + ++number, Author.of(channel.id(), channel.title(), flags), text);
            return only(items.get(items.size() - 1), parts);
        }
    }

    /** A page, as an application polls. */
    JsonObject page(Query query) {
        synchronized (lock) {
            polls++;
            return page(from(query), query.parts());
        }
    }

    private int from(Query query) {
        var token = query.one("pageToken", TOKEN + 0);
        var digits = token.startsWith(TOKEN) ? token.substring(TOKEN.length()) : "";
        if (!digits.matches("[0-9]{1,9}") || Integer.parseInt(digits) > items.size()) {
            throw new ApiError(400, "youtube.liveChat", "pageTokenInvalid", "The page token is invalid.");
        }
        return Integer.parseInt(digits);
    }

    private JsonObject page(int from, List<String> parts) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        items.subList(from, items.size()).forEach(item -> array.add(only(item, parts)));
        var page = Json.createObjectBuilder()
                .add("kind", "youtube#liveChatMessageListResponse")
                .add("etag", "etag")
                .add("nextPageToken", TOKEN + items.size())
                .add("pollingIntervalMillis", interval.toMillis())
                .add("items", array);
        if (offline) {
            page.add("offlineAt", clock.instant().toString());
        }
        return page.build();
    }

    private static JsonObject only(JsonObject item, List<String> parts) {
        var only = Json.createObjectBuilder();
        item.forEach((name, value) -> {
            if (!(value instanceof JsonObject) || parts.contains(name)) {
                only.add(name, value);
            }
        });
        return only.build();
    }

    /** Pages as they come, as one array that ends with the chat. */
    Response.Stream stream(Query query) {
        synchronized (lock) {
            var from = from(query);
            var mine = round;
            return out -> push(out, from, mine, query.parts());
        }
    }

    private void push(OutputStream out, int first, int mine, List<String> parts)
            throws IOException, InterruptedException {
        var from = first;
        var before = "[";
        while (true) {
            final JsonObject page;
            final boolean isLast;
            synchronized (lock) {
                page = page(from, parts);
                from = items.size();
                isLast = offline;
            }
            out.write((before + page + (isLast ? "]" : "")).getBytes(StandardCharsets.UTF_8));
            out.flush();
            before = ",\r\n";
            if (isLast) {
                return;
            }
            synchronized (lock) {
                while (items.size() == from && round == mine && !offline) {
                    lock.wait(WAIT_MILLIS);
                }
                if (round != mine) {
                    throw new IOException("broken by the test");
                }
            }
        }
    }

    /** What stands there for people to read: the last lines, without what was taken away. */
    List<Page.Line> lines() {
        synchronized (lock) {
            var gone = new TreeSet<String>();
            for (var item : items) {
                gone.add(text(item, "snippet.messageDeletedDetails.deletedMessageId"));
                gone.add(text(item, "snippet.userBannedDetails.bannedUserDetails.channelId"));
            }
            var lines = items.stream()
                    .filter(item -> item.containsKey("authorDetails"))
                    .filter(item -> !gone.contains(item.getString("id")))
                    .filter(item -> !gone.contains(text(item, "authorDetails.channelId")))
                    .map(item -> new Page.Line(
                            text(item, "authorDetails.displayName"), text(item, "snippet.displayMessage")))
                    .toList();
            return lines.subList(Math.max(0, lines.size() - LINES_ON_PAGE), lines.size());
        }
    }

    private static String text(JsonObject from, String path) {
        return Contract.at(from, path) instanceof JsonString text ? text.getString() : "";
    }
}
