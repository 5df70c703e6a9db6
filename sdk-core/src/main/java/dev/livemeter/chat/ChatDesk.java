package dev.livemeter.chat;

import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.chat.ChatAnswer.Granted;
import dev.livemeter.chat.ChatAnswer.Reason;
import dev.livemeter.chat.ChatPolicy.Guests;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who reads which channel on this node, and what is remembered for them. Thread-safe. */
final class ChatDesk {

    private static final Logger log = LoggerFactory.getLogger(ChatDesk.class);

    /** Channels that are remembered besides those that are read; who asks for more asks the store. */
    private static final int MOST_TAILS = 5_000;

    private static final Duration FORGET_TAILS_EVERY = Duration.ofSeconds(30);
    private static final Duration FORGET_ENTRIES_EVERY = Duration.ofHours(1);
    private static final Duration IDS_ARE_KNOWN_FOR = Duration.ofDays(1);
    private static final Duration RECONSIDER_AFTER = Duration.ofSeconds(10);
    private static final int CHANNELS_AT_ONCE = 500;
    private static final int LONGEST_NAME = 64;

    private final ChatParts parts;
    private final Pace pace;
    private final Map<ChatChannel, Tail> tails = new ConcurrentHashMap<>();
    private final AtomicInteger readers = new AtomicInteger();
    private volatile boolean closed;
    private volatile boolean failing;

    ChatDesk(ChatParts parts) {
        this.parts = parts;
        this.pace = new Pace(parts.time());
    }

    void begin() {
        if (!parts.exclusive()) {
            parts.scheduler().after(parts.policy().lookEvery(), this::look);
        }
        parts.scheduler().after(FORGET_TAILS_EVERY, this::forgetTails);
        parts.scheduler().after(FORGET_ENTRIES_EVERY, this::forgetEntries);
    }

    void end() {
        closed = true;
    }

    ChatLeave leave(ChatChannel channel, ChatPerson person) {
        var guests = parts.policy().guests();
        if (person.isGuest() && guests == Guests.NONE) {
            return ChatLeave.nothing("Guests are not let in here; sign in.");
        }
        var leave = parts.access().leave(channel, person);
        return person.isGuest() && guests == Guests.READ && leave.allows(ChatLeave.Level.WRITE)
                ? ChatLeave.read("Guests can only read here; sign in to write.")
                : leave;
    }

    String nameOf(UserId user) {
        try {
            var name = parts.policy().names().apply(user);
            return name.isBlank() || name.length() > LONGEST_NAME ? user.value() : name;
        } catch (RuntimeException e) {
            log.warn("How {} is called could not be said; the user id is shown.", user, e);
            return user.value();
        }
    }

    /** Whether a guest's name looks like that of the host, or of somebody else who spoke in the channel lately. */
    boolean isTaken(ChatChannel channel, ChatPerson guest, String host) {
        var skeleton = DisplayName.skeleton(guest.name());
        return skeleton.equals(DisplayName.skeleton(host))
                || DisplayName.objectionTo(guest.name()).isPresent()
                || parts.policy().takenNames().test(guest.name())
                || fresh(channel).otherOf(skeleton, guest) != null;
    }

    Duration pace(ChatChannel channel, ChatPerson person) {
        return pace.take(List.of(
                new Pace.Speaker(person.id().notation(), parts.policy().personRate()),
                new Pace.Speaker("in " + channel.key(), parts.policy().channelRate())));
    }

    ChatPage after(ChatChannel channel, long sequence) {
        return fresh(channel).after(sequence);
    }

    /** What is remembered of a channel, not older than other nodes are looked at anyway. */
    private Tail fresh(ChatChannel channel) {
        var known = tails.get(channel);
        var tail = known != null
                ? known
                : tails.size() < MOST_TAILS ? tails.computeIfAbsent(channel, this::newTail) : newTail(channel);
        var now = parts.time().nanoTime();
        if (tail.isOlderThan(
                parts.exclusive() ? Long.MAX_VALUE : parts.policy().lookEvery().toNanos(), now)) {
            tail.catchUp(0, now);
        }
        return tail;
    }

    private Tail newTail(ChatChannel channel) {
        return new Tail(channel, parts.store());
    }

    ChatAnswer<ChatSubscription> subscribe(Chat chat, ChatChannel channel, ChatPerson person, Runnable wake) {
        if (readers.incrementAndGet() > parts.policy().mostReaders()) {
            readers.decrementAndGet();
            return new Declined<>(
                    Reason.FULL, "Too many are reading here just now; try again in a moment.", Duration.ofSeconds(10));
        }
        var reader = new ChatSubscription[1];
        try {
            // Where the tail is not remembered yet, or was just forgotten, this puts it back before anybody can forget
            // it.
            tails.compute(channel, (same, known) -> {
                var tail = known == null ? newTail(channel) : known;
                reader[0] = new ChatSubscription(
                        chat, tail, person, wake, parts.time().nanoTime());
                tail.readers().add(reader[0]);
                return tail;
            });
            fresh(channel);
            return new Granted<>(reader[0]);
        } catch (RuntimeException e) {
            if (reader[0] == null) {
                readers.decrementAndGet();
            } else {
                left(reader[0]);
            }
            throw e;
        }
    }

    void left(ChatSubscription reader) {
        if (reader.tail().readers().remove(reader)) {
            readers.decrementAndGet();
        }
    }

    int readers() {
        return readers.get();
    }

    List<ChatSubscription> readersWho(PersonId person) {
        return tails.values().stream()
                .flatMap(tail -> tail.readers().stream())
                .filter(reader -> reader.person().id().equals(person))
                .toList();
    }

    boolean isDue(ChatSubscription reader) {
        var now = parts.time().nanoTime();
        if (now - reader.askedAt() < RECONSIDER_AFTER.toNanos()) {
            return false;
        }
        reader.askedAt(now);
        return true;
    }

    /** Something was written here that has that number. */
    void arrived(ChatChannel channel, long sequence) {
        var tail = tails.get(channel);
        if (tail != null) {
            tail.catchUp(sequence, parts.time().nanoTime());
            tail.wake(parts.workers());
        }
    }

    /** Looks what other nodes have written where somebody reads. */
    private void look() {
        if (closed) {
            return;
        }
        try {
            var read = tails.values().stream()
                    .filter(tail -> !tail.readers().isEmpty())
                    .collect(Collectors.toMap(Tail::channel, tail -> tail));
            if (!read.isEmpty()) {
                parts.store().lastOf(read.keySet()).forEach((channel, last) -> catchUp(read.get(channel), last));
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                log.warn("What other nodes write in chats cannot be read; tried again and again: {}", e.getMessage());
            }
        } finally {
            parts.scheduler().after(parts.policy().lookEvery(), this::look);
        }
    }

    private void catchUp(@Nullable Tail tail, long last) {
        if (tail != null && last > tail.last()) {
            tail.catchUp(last, parts.time().nanoTime());
            tail.wake(parts.workers());
        }
    }

    private void forgetTails() {
        if (closed) {
            return;
        }
        var now = parts.time().nanoTime();
        for (var channel : tails.keySet()) {
            tails.computeIfPresent(
                    channel,
                    (same, tail) -> tail.readers().isEmpty() && tail.isOlderThan(FORGET_TAILS_EVERY.toNanos(), now)
                            ? null
                            : tail);
        }
        parts.scheduler().after(FORGET_TAILS_EVERY, this::forgetTails);
    }

    private void forgetEntries() {
        if (closed) {
            return;
        }
        try {
            var now = parts.time().instant();
            var changed = CHANNELS_AT_ONCE;
            while (changed == CHANNELS_AT_ONCE) {
                changed = parts.store()
                        .forget(now.minus(parts.policy().retention()), now.minus(IDS_ARE_KNOWN_FOR), CHANNELS_AT_ONCE);
            }
        } catch (RuntimeException e) {
            log.warn("Old chat could not be deleted and is looked at again in an hour: {}", e.getMessage());
        } finally {
            parts.scheduler().after(FORGET_ENTRIES_EVERY, this::forgetEntries);
        }
    }

    List<ChatChannel> remembered() {
        return List.copyOf(tails.keySet());
    }
}
