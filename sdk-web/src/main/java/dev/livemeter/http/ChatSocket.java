package dev.livemeter.http;

import dev.livemeter.chat.Chat;
import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.chat.ChatAnswer.Granted;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatPage;
import dev.livemeter.chat.ChatPerson;
import dev.livemeter.chat.ChatSubscription;
import dev.livemeter.web.WebBody;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of chat on a connection that stays open, whatever server has it. It sends one message at a time and keeps the number up to which the client has been sent, so that a client that reads slowly is owed nothing but its next page; one that reads nothing for
 * a while is dropped, and goes on from its number when it comes again. Thread-safe.
 */
public final class ChatSocket {

    private static final Logger log = LoggerFactory.getLogger(ChatSocket.class);

    /** The client has to wait, or behaves badly: it was closed on, and may come again. */
    public static final int CLOSED_SLOW = 4408;

    /** The person is let in no more. */
    public static final int CLOSED_REFUSED = 4403;

    /** The client is to come again and say who it is. */
    public static final int CLOSED_AGE = 4401;

    private static final int ENTRIES_AT_ONCE = 50;
    private static final int MOST_REPLIES = 32;
    private static final Duration STALLED_AFTER = Duration.ofSeconds(15);
    private static final Duration PING_EVERY = Duration.ofSeconds(20);
    private static final Duration MOST_AGE = Duration.ofHours(1);

    private final Chat chat;
    private final ChatChannel channel;
    private final ChatPerson person;
    private final ChatVisitors visitors;
    private final Faults faults;
    private final LongSupplier nanos;
    private final long openedAt;
    private final Object lock = new Object();
    private final Queue<String> replies = new ArrayDeque<>();
    private @Nullable Line line;
    private @Nullable ChatSubscription reader;
    private long cursor;
    private boolean greeted;
    private boolean sending;
    private boolean over;
    private long sentAt;
    private long pingedAt;

    /** What a server does for a socket. Each returns at once. */
    public interface Line {

        /** Sends a text; {@code sent} is run when the client's side has taken it, and not at all where it never does. */
        void send(String text, Runnable sent);

        /** Sends a ping. */
        void ping();

        /** Closes in order, with a code of WebSocket and a sentence of at most 120 bytes; breaks off where the client does not read. */
        void close(int code, String sentence);
    }

    ChatSocket(
            Chat chat,
            ChatChannel channel,
            ChatPerson person,
            long after,
            ChatVisitors visitors,
            Faults faults,
            LongSupplier nanos) {
        this.chat = chat;
        this.channel = channel;
        this.person = person;
        this.cursor = after;
        this.visitors = visitors;
        this.faults = faults;
        this.nanos = nanos;
        this.openedAt = nanos.getAsLong();
        this.pingedAt = openedAt;
    }

    /** Joins before the client is let in, so that whoever may not is told by HTTP. */
    void join() {
        var joined = chat.subscribe(channel, person, this::pump);
        if (joined instanceof Declined<ChatSubscription> declined) {
            throw ChatView.problem(declined);
        }
        reader = joined.orElseThrow();
    }

    /** The connection is there. Sends what the client has not, and whatever comes. */
    public void opened(Line connection) {
        synchronized (lock) {
            line = connection;
        }
        pump();
    }

    /** The connection is gone, or there never was one. Idempotent. */
    public void closed() {
        synchronized (lock) {
            over = true;
            replies.clear();
        }
        if (reader != null) {
            reader.close();
        }
    }

    /** To be called every few seconds: drops who does not read, pings who does, and sends who was here for an hour to say again who they are. */
    public void tick() {
        var now = nanos.getAsLong();
        var stalled = false;
        var ping = false;
        synchronized (lock) {
            stalled = sending && now - sentAt > STALLED_AFTER.toNanos();
            ping = !sending && now - pingedAt > PING_EVERY.toNanos();
            pingedAt = ping ? now : pingedAt;
        }
        if (stalled) {
            end(CLOSED_SLOW, "You read too slowly; come again with the number that you have.");
        } else if (now - openedAt > MOST_AGE.toNanos()) {
            end(CLOSED_AGE, "Come again and say who you are.");
        } else {
            var connection = line();
            if (ping && connection != null) {
                connection.ping();
            }
            // Notices also that the person is let in no more where nothing is said.
            pump();
        }
    }

    boolean isOver() {
        synchronized (lock) {
            return over;
        }
    }

    private @Nullable Line line() {
        synchronized (lock) {
            return over ? null : line;
        }
    }

    private void end(int code, String sentence) {
        var connection = line();
        closed();
        if (connection != null) {
            connection.close(code, sentence);
        }
    }

    /** The client sent a text. Blocks while the chat is asked; so a client has one wish at a time. */
    public void received(String text) {
        JsonObjectBuilder reply;
        @Nullable String id = null;
        try {
            visitors.take(person);
            var fields = Fields.of(WebBody.of(text), "type", "id", "text", "message");
            id = fields.text("id").orElse(null);
            var type = fields.requiredText("type");
            reply = switch (type) {
                case "post" -> post(fields.requiredText("id"), fields.requiredText("text"));
                case "delete" ->
                    delete(fields.wholeNumber("message")
                            .orElseThrow(
                                    () -> Fields.unfit("message", "The field 'message' is missing; it is a number.")));
                default -> throw Fields.unfit("type", "The type is not known here; known are post and delete.");
            };
        } catch (RuntimeException e) {
            reply = refused(id, faults.of(e));
        }
        reply(reply);
    }

    private JsonObjectBuilder post(String id, String text) {
        return chat.post(channel, person, id, text)
                .fold(
                        posting -> Wire.object()
                                .add("type", "posted")
                                .add("id", id)
                                .add("sequence", posting.message().sequence())
                                .add("repeat", posting.isRepeat()),
                        declined -> {
                            throw ChatView.problem(declined);
                        });
    }

    private JsonObjectBuilder delete(long message) {
        return chat.delete(channel, person, message)
                .fold(
                        deletion -> Wire.object()
                                .add("type", "deleted")
                                .add("message", message)
                                .add("sequence", deletion.sequence()),
                        declined -> {
                            throw ChatView.problem(declined);
                        });
    }

    private static JsonObjectBuilder refused(@Nullable String id, Problem problem) {
        var retryAfter = problem.headers().get("Retry-After");
        return Wire.object()
                .add("type", "refused")
                .add("id", Wire.text(id))
                .add("code", problem.code())
                .add("detail", problem.detail())
                .add(
                        "retryAfter",
                        retryAfter == null
                                ? jakarta.json.JsonValue.NULL
                                : Wire.JSON.createValue(Long.parseLong(retryAfter)));
    }

    private void reply(JsonObjectBuilder reply) {
        var full = false;
        synchronized (lock) {
            full = replies.size() >= MOST_REPLIES;
            if (!full && !over) {
                replies.add(reply.build().toString());
            }
        }
        if (full) {
            end(CLOSED_SLOW, "You say much and read nothing; come again with the number that you have.");
        } else {
            pump();
        }
    }

    /** Sends the next thing, if there is one and nothing is under way. */
    private void pump() {
        Line connection;
        String text;
        @Nullable Declined<ChatPage> refusal = null;
        synchronized (lock) {
            if (over || sending || line == null) {
                return;
            }
            connection = line;
            var reply = replies.poll();
            if (reply != null) {
                text = reply;
            } else {
                var answer = Objects.requireNonNull(reader).after(cursor);
                if (answer instanceof Granted<ChatPage> granted) {
                    var page = granted.value().limitedTo(ENTRIES_AT_ONCE);
                    if (greeted && page.entries().isEmpty() && !page.isMissed(cursor)) {
                        return;
                    }
                    text = ChatView.page(page, cursor)
                            .add("type", "page")
                            .build()
                            .toString();
                    cursor = page.next();
                    greeted = true;
                } else {
                    refusal = (Declined<ChatPage>) answer;
                    text = refused(null, ChatView.problem(refusal).problem())
                            .add("type", "over")
                            .build()
                            .toString();
                }
            }
            sending = true;
            sentAt = nanos.getAsLong();
        }
        if (refusal != null) {
            var sentence = refusal.message();
            connection.send(text, () -> end(CLOSED_REFUSED, sentence));
        } else {
            connection.send(text, this::sent);
        }
    }

    private void sent() {
        synchronized (lock) {
            sending = false;
        }
        try {
            pump();
        } catch (RuntimeException e) {
            log.error("A page of {} could not be sent.", channel, e);
            end(1011, "Something went wrong here; come again.");
        }
    }
}
