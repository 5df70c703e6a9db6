package dev.livemeter.broadcast.chat;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.MergedChat.Change;
import dev.livemeter.chat.ChatAnswer;
import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.chat.ChatAnswer.Granted;
import dev.livemeter.chat.ChatAnswer.Reason;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.event.Events;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.PlatformTrouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people say beside a stream on the platforms that it is shown on: for each session the chats of all its destinations in one order, for its owner and their moderators to read and answer.
 * Only the last 200 messages are kept, in the memory of the node that has the session. Thread-safe.
 */
public final class PlatformChats {

    private static final Logger log = LoggerFactory.getLogger(PlatformChats.class);

    /** How long what was said can be read after the last chat ended. */
    static final Duration KEPT_AFTER_THE_END = Duration.ofMinutes(10);

    private static final Duration LONGEST_SAYING = Duration.ofSeconds(20);

    private final BiPredicate<UserId, UserId> isModerator;
    private final CarriesChat.Means means;
    private final Events events;
    private final Map<SessionId, MergedChat> chats = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * No chats yet.
     *
     * @param isModerator whether the first user moderates the streams of the second
     * @param means what chats are joined with; its workers wake readers as well
     */
    public PlatformChats(BiPredicate<UserId, UserId> isModerator, CarriesChat.Means means, Events events) {
        this.isModerator = isModerator;
        this.means = means;
        this.events = events;
    }

    /**
     * A broadcast can be seen: joins its chat. Returns at once, throws nothing. Idempotent for the same broadcast while its chat goes on; another broadcast at a destination takes the place of the one
     * before. What a platform ended itself is joined again after half an hour, or once the account was connected anew. For Livemeter itself.
     *
     * @param owner whose stream it is
     * @param access of the account that the broadcast was made with
     */
    public void opened(
            SessionId session,
            UserId owner,
            DestinationId destination,
            String platform,
            CarriesChat provider,
            BroadcastRef broadcast,
            AccountAccess access) {
        var begun = new AtomicReference<>(Optional.<Change>empty());
        var chat = chats.compute(session, (id, known) -> {
            if (closed) {
                return known;
            }
            var present = known == null ? new MergedChat(session, owner, means, events) : known;
            begun.set(present.begin(
                    destination, platform, provider, broadcast, access.account().connectedAt()));
            return present;
        });
        if (chat == null || begun.get().isEmpty()) {
            return;
        }
        var change = begun.get().get();
        var former = change.former();
        if (former != null) {
            former.leave();
        }
        chat.wake();
        var line = change.line();
        try {
            line.link(provider.join(broadcast, access, line, means));
            if (line.isOver() || closed) {
                line.leave();
            }
        } catch (RuntimeException e) {
            log.error("The chat of {} could not be joined.", platform, e);
            line.changed(new CarriesChat.State.Over(
                    "The chat could not be joined because of a fault in this application; its log tells more."));
        }
    }

    /** A broadcast ended: leaves its chat. What was said can be read for ten more minutes. Returns at once. Idempotent. For Livemeter itself. */
    public void ended(SessionId session, DestinationId destination) {
        var chat = chats.get(session);
        if (chat != null && leave(chat, destination)) {
            means.scheduler().after(KEPT_AFTER_THE_END, () -> forget(session));
        }
    }

    private static boolean leave(MergedChat chat, DestinationId destination) {
        var line = chat.end(destination);
        if (line == null) {
            return false;
        }
        line.leave();
        chat.wake();
        return true;
    }

    private void forget(SessionId session) {
        chats.computeIfPresent(session, (id, chat) -> chat.hasRested(KEPT_AFTER_THE_END) ? null : chat);
    }

    /** Leaves all chats, and joins none any more. For Livemeter itself. Idempotent. */
    public void end() {
        closed = true;
        chats.values().forEach(chat -> chat.destinations().forEach(destination -> leave(chat, destination)));
        chats.clear();
    }

    /**
     * The session of somebody whose chats were joined last. First match wins: NOT_ALLOWED, granted, with none where there was no chat lately.
     */
    public ChatAnswer<Optional<SessionId>> latest(UserId owner, Moderator reader) {
        return mayRead(owner, reader)
                ? new Granted<>(chats.entrySet().stream()
                        .filter(entry -> entry.getValue().owner().equals(owner))
                        .max(Comparator.comparingLong(entry -> entry.getValue().base()))
                        .map(Map.Entry::getKey))
                : notAllowed();
    }

    /**
     * What was said beside a session after a number. First match wins: UNKNOWN, NOT_ALLOWED, granted.
     *
     * @param sequence 0 for all that is kept
     */
    public ChatAnswer<PlatformChatPage> after(SessionId session, Moderator reader, long sequence) {
        var chat = chats.get(session);
        if (chat == null) {
            return unknown();
        }
        return mayRead(chat.owner(), reader) ? new Granted<>(chat.after(sequence)) : notAllowed();
    }

    /**
     * Stays and reads. Ask {@link PlatformChatSubscription#after} once right away, and then after each wake. First match wins: UNKNOWN, NOT_ALLOWED, FULL (100 read already), granted.
     *
     * @param wake called by threads of Livemeter's own, possibly more often than there is something new; must return at once
     */
    public ChatAnswer<PlatformChatSubscription> subscribe(SessionId session, Moderator reader, Runnable wake) {
        var chat = chats.get(session);
        if (chat == null) {
            return unknown();
        }
        if (!mayRead(chat.owner(), reader)) {
            return notAllowed();
        }
        var subscription = new PlatformChatSubscription(chat, sequence -> after(session, reader, sequence), wake);
        return chat.join(subscription)
                ? new Granted<>(subscription)
                : new Declined<>(
                        Reason.FULL,
                        "Too many are reading here just now; try again in a moment.",
                        Duration.ofSeconds(10));
    }

    /**
     * Says something on one platform, or on all that have a chat, in the name of the accounts that are connected. Blocks until the platforms have answered, at most 20 seconds. Not to be repeated where
     * that is not known: platforms show it twice. What a platform makes of it is told for each. First match wins: UNKNOWN (the session), NOT_ALLOWED, UNFIT, UNKNOWN (no chat is open there),
     * TOO_FAST (more than five at once and then one every three seconds), granted.
     *
     * @param destination null for all
     * @param text what it says, as one line of at most 500 characters; what does not belong into a message is left out
     */
    public ChatAnswer<List<PlatformReply>> reply(
            SessionId session, Moderator speaker, @Nullable DestinationId destination, String text) {
        var chat = chats.get(session);
        if (chat == null) {
            return unknown();
        }
        if (!mayRead(chat.owner(), speaker)) {
            return notAllowed();
        }
        var length = text.codePointCount(0, text.length());
        if (length > PlatformText.LONGEST_TEXT) {
            return new Declined<>(
                    Reason.UNFIT,
                    "The message has " + length + " characters; at most " + PlatformText.LONGEST_TEXT
                            + " can be said at once.",
                    Duration.ZERO);
        }
        var clean = PlatformText.clean(text, PlatformText.LONGEST_TEXT);
        if (clean.isEmpty()) {
            return new Declined<>(Reason.UNFIT, "The message says nothing; write something.", Duration.ZERO);
        }
        var open = chat.open(destination);
        if (open.isEmpty()) {
            return new Declined<>(
                    Reason.UNKNOWN,
                    destination == null
                            ? "No platform that this stream is shown on has an open chat."
                            : "There is no open chat at the destination " + destination + ".",
                    Duration.ZERO);
        }
        var wait = chat.replies().take(means.time().nanoTime());
        return wait.isZero()
                ? new Granted<>(say(open, clean))
                : new Declined<>(
                        Reason.TOO_FAST,
                        "Too much is being said here just now; wait a moment and send it again.",
                        wait);
    }

    /** Says it everywhere at the same time, so that a platform that hangs delays no other. */
    private List<PlatformReply> say(List<ChatLine> lines, String text) {
        var answers = new ArrayList<CompletableFuture<Saying>>();
        for (var line : lines) {
            answers.add(later(line, text));
        }
        var replies = new ArrayList<PlatformReply>();
        for (var i = 0; i < lines.size(); i++) {
            var status = lines.get(i).status();
            replies.add(new PlatformReply(
                    status.destination(), status.platform(), answers.get(i).join()));
        }
        return List.copyOf(replies);
    }

    private CompletableFuture<Saying> later(ChatLine line, String text) {
        try {
            return CompletableFuture.supplyAsync(() -> say(line, text), means.workers())
                    .completeOnTimeout(
                            refused(
                                    "no_answer",
                                    "The platform has not answered in time; look there before it is said again."),
                            LONGEST_SAYING.toMillis(),
                            TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            return CompletableFuture.completedFuture(
                    new Saying.Refused(
                            new PlatformTrouble(
                                    true,
                                    Duration.ofSeconds(5),
                                    "closing",
                                    "Nothing was said, as this application is being closed or has too much to do; try again in a moment.")));
        }
    }

    private static Saying say(ChatLine line, String text) {
        var link = line.link();
        var length = text.codePointCount(0, text.length());
        var longest = line.provider().longestText();
        if (length > longest) {
            return new Saying.Refused(new PlatformTrouble(
                    false,
                    null,
                    "too_long",
                    "The message has " + length + " characters; this platform takes at most " + longest + "."));
        }
        if (link == null) {
            return new Saying.Refused(new PlatformTrouble(
                    true, Duration.ofSeconds(5), "joining", "The chat is being joined; try again in a moment."));
        }
        try {
            return link.say(text);
        } catch (RuntimeException e) {
            log.error("Something could not be said on {}.", line.status().platform(), e);
            return refused("fault", "The message was lost by a fault in this application; its log tells more.");
        }
    }

    private static Saying refused(String code, String message) {
        return new Saying.Refused(new PlatformTrouble(false, null, code, message));
    }

    private boolean mayRead(UserId owner, Moderator reader) {
        return reader.standing() == Moderator.Standing.ADMINISTRATOR
                || reader.user().equals(owner)
                || isModerator.test(reader.user(), owner);
    }

    private static <T> Declined<T> unknown() {
        return new Declined<>(
                Reason.UNKNOWN, "There are no chats of platforms beside this stream, or no more.", Duration.ZERO);
    }

    private static <T> Declined<T> notAllowed() {
        return new Declined<>(
                Reason.NOT_ALLOWED,
                "Only who streams, and who moderates for them, may read and answer what is said on the platforms.",
                Duration.ZERO);
    }
}
