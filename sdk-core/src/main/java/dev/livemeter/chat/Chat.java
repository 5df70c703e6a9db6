package dev.livemeter.chat;

import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.chat.ChatAnswer.Granted;
import dev.livemeter.chat.ChatAnswer.Reason;
import dev.livemeter.chat.ChatLeave.Level;
import dev.livemeter.event.LiveEvent.ChatMessageDeleted;
import dev.livemeter.event.LiveEvent.ChatMessagePosted;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Ban;
import dev.livemeter.moderation.BanListener;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Messages beside streams, in rooms and in calls. Each channel numbers what is said, without a gap and in one order for everybody, and keeps the last 100 messages. Who missed something asks for what comes after the number that it has, whatever it was
 * connected by before. Knows no sockets. Thread-safe; what asks the store blocks.
 */
public final class Chat {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final @Nullable ChatParts parts;
    private final @Nullable ChatDesk desk;
    private final GuestPasses guests;
    private final @Nullable BanListener cutter;

    private Chat(@Nullable ChatParts parts) {
        this.parts = parts;
        this.desk = parts == null ? null : new ChatDesk(parts);
        this.guests = new GuestPasses(parts);
        this.cutter = parts == null ? null : this::cut;
    }

    /** None, now and ever. */
    public static Chat none() {
        return new Chat(null);
    }

    /** Chat on those parts; begins to look for what other nodes write, and to forget what is old. */
    public static Chat with(ChatParts parts) {
        var chat = new Chat(parts);
        if (chat.desk != null && chat.cutter != null) {
            parts.moderation().onBanned(chat.cutter);
            chat.desk.begin();
        }
        return chat;
    }

    /** Looks for nothing more. For Livemeter itself. Idempotent. */
    public void end() {
        if (parts != null && desk != null && cutter != null) {
            parts.moderation().forgetListener(cutter);
            desk.end();
        }
    }

    /** Whether there is chat at all. */
    public boolean isOn() {
        return parts != null;
    }

    /** The rules; the defaults where there is no chat. */
    public ChatPolicy policy() {
        return parts == null ? ChatPolicy.defaults() : parts.policy();
    }

    /** Names for people without an account. */
    public GuestPasses guests() {
        return guests;
    }

    /**
     * A message that was taken.
     *
     * @param isRepeat whether it had been before: then nobody sees it again
     */
    public record Posting(ChatEntry.Message message, boolean isRepeat) {}

    /**
     * Says something. Idempotent by channel, person and id, for a day: a repeat is answered with the first message, whatever its text is. First match wins: OFF, BANNED, NOT_ALLOWED, UNFIT, NAME_TAKEN (guests), TOO_FAST, granted.
     *
     * @param id made by the client, 1 to 64 of {@code A-Z a-z 0-9 . _ -}
     * @param text plain text, is brought into normal form C; see {@code docs/chat.md} for what does not belong into it
     * @throws dev.livemeter.LivemeterException {@code storage.*}; whether it was said is not known then, and a repeat tells
     */
    public ChatAnswer<Posting> post(ChatChannel channel, ChatPerson person, String id, String text) {
        if (parts == null || desk == null) {
            return off();
        }
        var objection = objectionTo(channel, person, Level.WRITE);
        if (objection != null) {
            return objection.as();
        }
        if (!ID.matcher(id).matches()) {
            return unfit("The id of a message has " + id.length()
                    + " characters that do not fit; expected 1 to 64 of A-Z a-z 0-9 . _ -.");
        }
        // Normal form C can be three times as long as what it is made of, and never much shorter.
        var fits = text.length() <= 8L * parts.policy().longestText();
        var kept = fits ? ChatText.normalized(text) : text;
        var unfit = ChatText.objectionTo(kept, parts.policy().longestText());
        if (unfit.isPresent()) {
            return unfit(unfit.get());
        }
        var author = new ChatAuthor(person.id(), nameOf(person));
        if (person.isGuest()
                && desk.isTaken(
                        channel,
                        person,
                        parts.access().hostOf(channel).map(this::nameOf).orElse(""))) {
            return new Declined<>(
                    Reason.NAME_TAKEN,
                    "The name " + author.name() + " is another person's here; choose another one.",
                    Duration.ZERO);
        }
        var wait = desk.pace(channel, person);
        if (!wait.isZero()) {
            return new Declined<>(
                    Reason.TOO_FAST, "Too much is being said here just now; wait a moment and send it again.", wait);
        }
        var now = parts.time().instant().truncatedTo(ChronoUnit.MICROS);
        var posted = parts.store()
                .post(
                        new ChatDraft(channel, id, author, kept, now),
                        parts.policy().kept());
        var message = posted.message();
        desk.arrived(channel, message.sequence());
        if (!posted.isRepeat()) {
            parts.events()
                    .publish(new ChatMessagePosted(
                            now, person.id().user().orElse(null), channel, message.sequence(), author, kept));
        }
        return new Granted<>(new Posting(message, posted.isRepeat()));
    }

    private String nameOf(ChatPerson person) {
        return person.id().user().map(this::nameOf).orElse(person.name());
    }

    /** How a user is called, by {@link ChatPolicy#names()}; the user id where there is no chat. At most 64 characters, of any kind: whoever shows it treats it as text. */
    public String nameOf(UserId user) {
        return desk == null ? user.value() : desk.nameOf(user);
    }

    /**
     * Takes a message away in front of everybody: its text is gone, and an entry says so. First match wins: OFF, BANNED, NOT_ALLOWED, UNKNOWN (also if it is deleted already), granted.
     *
     * @param message its number
     * @throws dev.livemeter.LivemeterException {@code storage.*}
     */
    public ChatAnswer<ChatEntry.Deletion> delete(ChatChannel channel, ChatPerson person, long message) {
        if (parts == null || desk == null) {
            return off();
        }
        var objection = objectionTo(channel, person, Level.MODERATE);
        var user = person.id().user();
        if (objection != null || user.isEmpty()) {
            return objection != null
                    ? objection.as()
                    : new Declined<>(Reason.NOT_ALLOWED, "Guests delete nothing; sign in.", Duration.ZERO);
        }
        var now = parts.time().instant().truncatedTo(ChronoUnit.MICROS);
        var deletion = parts.store().delete(channel, message, user.get(), now);
        if (deletion.isEmpty()) {
            return new Declined<>(
                    Reason.UNKNOWN,
                    "There is no message " + message + " in this chat, or it is deleted already.",
                    Duration.ZERO);
        }
        desk.arrived(channel, deletion.get().sequence());
        parts.events().publish(new ChatMessageDeleted(now, user.get(), channel, message));
        return new Granted<>(deletion.get());
    }

    /**
     * What a channel has after a number. First match wins: OFF, BANNED, NOT_ALLOWED, granted.
     *
     * @param sequence 0 for all that is kept
     * @throws dev.livemeter.LivemeterException {@code storage.*}
     */
    public ChatAnswer<ChatPage> after(ChatChannel channel, ChatPerson person, long sequence) {
        if (desk == null) {
            return off();
        }
        var objection = objectionTo(channel, person, Level.READ);
        return objection == null ? new Granted<>(desk.after(channel, sequence)) : objection.as();
    }

    /**
     * Stays and reads. Ask {@link ChatSubscription#after} once right away, and then after each wake. First match wins: OFF, BANNED, NOT_ALLOWED, FULL, granted.
     *
     * @param wake called by threads of Livemeter's own, possibly more often than there is something new; must return at once, and hand over what takes longer
     * @throws dev.livemeter.LivemeterException {@code storage.*}
     */
    public ChatAnswer<ChatSubscription> subscribe(ChatChannel channel, ChatPerson person, Runnable wake) {
        if (parts == null || desk == null) {
            return off();
        }
        var objection = objectionTo(channel, person, Level.READ);
        return objection == null ? desk.subscribe(this, channel, person, wake) : objection.as();
    }

    /** How many read and stay, on this node. */
    public int readers() {
        return desk == null ? 0 : desk.readers();
    }

    /** What somebody may do in a channel at this moment. */
    public Level levelOf(ChatChannel channel, ChatPerson person) {
        var highest = Level.NOTHING;
        for (var level : Level.values()) {
            if (parts != null && level != Level.NOTHING && objectionTo(channel, person, level) == null) {
                highest = level;
            }
        }
        return highest;
    }

    private @Nullable Declined<ChatPage> objectionTo(ChatChannel channel, ChatPerson person, Level wanted) {
        if (parts == null || desk == null) {
            return off();
        }
        if (person.standing() == ChatPerson.Standing.ADMINISTRATOR) {
            return null;
        }
        var host = parts.access().hostOf(channel).orElse(null);
        var banned = parts.moderation().objectionTo(person.id(), host);
        if (banned.isPresent()) {
            return new Declined<>(Reason.BANNED, banned.get(), Duration.ZERO);
        }
        if (host != null && person.id().user().filter(host::equals).isPresent()) {
            return null;
        }
        var leave = desk.leave(channel, person);
        return leave.allows(wanted) ? null : new Declined<>(Reason.NOT_ALLOWED, leave.sentence(), Duration.ZERO);
    }

    /** Whether a reader who stays may go on; looked at every few seconds. */
    @Nullable
    Declined<ChatPage> reconsidered(ChatSubscription reader) {
        return desk != null && desk.isDue(reader) ? objectionTo(reader.channel(), reader.person(), Level.READ) : null;
    }

    void left(ChatSubscription reader) {
        if (desk != null) {
            desk.left(reader);
        }
    }

    private void cut(Ban ban) {
        if (parts == null || desk == null) {
            return;
        }
        for (var reader : desk.readersWho(ban.person())) {
            if (ban.scope().covers(parts.access().hostOf(reader.channel()).orElse(null))
                    && reader.person().standing() != ChatPerson.Standing.ADMINISTRATOR) {
                reader.refuse(new Declined<>(Reason.BANNED, ban.sentence(), Duration.ZERO));
            }
        }
    }

    private static <T> Declined<T> off() {
        return new Declined<>(
                Reason.OFF, "There is no chat in this application; its storage keeps none.", Duration.ZERO);
    }

    private static <T> Declined<T> unfit(String sentence) {
        return new Declined<>(Reason.UNFIT, sentence, Duration.ZERO);
    }

    /** For tests of this package: what is in memory. */
    List<ChatChannel> remembered() {
        return desk == null ? List.of() : desk.remembered();
    }
}
