package dev.livemeter.broadcast.chat;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformChatEntry.Removed;
import dev.livemeter.broadcast.chat.PlatformChatStatus.State;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent.PlatformChatPosted;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.CarriesChat.Removal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The chats of one session in one order. Nothing waits for anybody here: what comes is numbered and kept, the oldest is dropped, and who reads is woken. Thread-safe.
 */
final class MergedChat {

    static final int MESSAGES_KEPT = 200;

    /** With removals and turns; so that many of these do not push what was said out. */
    static final int ENTRIES_KEPT = 400;

    static final int MOST_READERS = 100;

    /** A platform may be behind, and its clock may be wrong. */
    private static final Duration OLDEST = Duration.ofDays(1);

    private static final Duration NEWEST = Duration.ofMinutes(1);
    private static final int LONGEST_AUTHOR_ID = 128;

    private final SessionId session;
    private final UserId owner;
    private final CarriesChat.Means means;
    private final Events events;
    private final Allowance replies = new Allowance(5, Duration.ofSeconds(15));
    private final Allowance told = new Allowance(40, Duration.ofSeconds(2));
    private final Map<DestinationId, ChatLine> lines = new LinkedHashMap<>();
    private final ArrayDeque<PlatformChatEntry> entries = new ArrayDeque<>();
    private final Set<PlatformChatSubscription> readers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger wakes = new AtomicInteger();
    private final long base;
    private int messages;
    private long untold;
    private long restSince;
    private volatile long last;

    /** From here on nothing was pushed out. */
    private long first;

    MergedChat(SessionId session, UserId owner, CarriesChat.Means means, Events events) {
        this.session = session;
        this.owner = owner;
        this.means = means;
        this.events = events;
        // A thousand numbers for each millisecond, exact as a JavaScript number until the year 2255: a stream that is
        // joined later, by another process too, goes on
        // above, so that a reader never waits for a number that will not come.
        this.base = means.time().millis() * 1_000;
        this.last = base;
        this.first = base + 1;
        this.restSince = means.time().nanoTime();
    }

    UserId owner() {
        return owner;
    }

    long base() {
        return base;
    }

    Allowance replies() {
        return replies;
    }

    /** A new line in place of a former one; none where the present one will do, or the platform ended it a while ago. */
    synchronized Optional<Change> begin(
            DestinationId destination,
            String platform,
            CarriesChat provider,
            BroadcastRef broadcast,
            Instant connectedAt) {
        var former = lines.get(destination);
        if (former != null
                && former.isOf(broadcast)
                && (!former.isOver()
                        || former.isAtRest(connectedAt, means.time().nanoTime()))) {
            return Optional.empty();
        }
        var status = new PlatformChatStatus(
                destination,
                platform,
                State.JOINING,
                Math.max(1, provider.longestText()),
                "",
                means.time().instant(),
                null);
        var line = new ChatLine(this, provider, broadcast, connectedAt, status, former);
        if (former != null) {
            former.over();
        }
        lines.put(destination, line);
        turn(line, status);
        return Optional.of(new Change(line, former));
    }

    /** A line that takes the place of another one. */
    record Change(ChatLine line, @Nullable ChatLine former) {}

    /** The line of a destination, which hears nothing more from now on; null where there is none that did. */
    synchronized @Nullable ChatLine end(DestinationId destination) {
        var line = lines.get(destination);
        if (line == null) {
            return null;
        }
        restSince = means.time().nanoTime();
        if (line.isOver()) {
            // Where the stream comes back, the platform is asked anew.
            line.over();
            return line;
        }
        line.over();
        turn(line, with(line, State.OVER, "", null));
        return line;
    }

    synchronized List<DestinationId> destinations() {
        return List.copyOf(lines.keySet());
    }

    /** The lines on which something can be said; of one destination, or of all. */
    synchronized List<ChatLine> open(@Nullable DestinationId destination) {
        return lines.values().stream()
                .filter(line -> !line.isOver()
                        && (destination == null || line.destination().equals(destination)))
                .toList();
    }

    /** Whether nobody has chatted here for so long. */
    synchronized boolean hasRested(Duration span) {
        return lines.values().stream().allMatch(ChatLine::isOver)
                && means.time().nanoTime() - restSince >= span.toNanos();
    }

    void said(ChatLine line, CarriesChat.Message message) {
        var text = PlatformText.clean(message.text(), PlatformText.LONGEST_TEXT);
        var paid = PlatformText.clean(message.paid(), PlatformText.LONGEST_PAID);
        if (text.isEmpty() && paid.isEmpty()) {
            return;
        }
        var author = author(message.author());
        PlatformChatPosted news = null;
        synchronized (this) {
            if (line.isOver() || line.seen().containsKey(message.id())) {
                return;
            }
            var at = sensible(message.at());
            var platform = line.status().platform();
            var sequence = add(number -> new PlatformChatEntry.Message(
                    number, line.destination(), platform, message.id(), author, text, paid, false, at));
            line.seen().put(message.id(), sequence);
            if (told.take(means.time().nanoTime()).isZero()) {
                news = new PlatformChatPosted(
                        at, owner, session, line.destination(), platform, sequence, author, text, untold);
                untold = 0;
            } else {
                untold++;
            }
        }
        wake();
        if (news != null) {
            events.publish(news);
        }
    }

    void removed(ChatLine line, Removal removal) {
        synchronized (this) {
            var what = line.isOver() ? null : removed(line.destination(), line.seen(), removal);
            if (what == null) {
                return;
            }
            var platform = line.status().platform();
            var at = means.time().instant();
            add(number -> new PlatformChatEntry.Removal(number, line.destination(), platform, what, at));
        }
        wake();
    }

    private @Nullable Removed removed(DestinationId destination, Map<String, Long> seen, Removal removal) {
        if (removal instanceof Removal.OfMessage one) {
            // Known from now on, also where it was not: it may still come.
            var number = seen.put(one.id(), 0L);
            if (number == null || number == 0) {
                return null;
            }
            blank(message -> message.sequence() == number);
            return new Removed.OfMessage(number);
        }
        if (removal instanceof Removal.OfAuthor all) {
            var author = PlatformText.id(all.author(), LONGEST_AUTHOR_ID);
            blank(message -> message.destination().equals(destination)
                    && message.author().id().equals(author));
            return new Removed.OfAuthor(author);
        }
        blank(message -> message.destination().equals(destination));
        return new Removed.OfAll();
    }

    private void blank(Predicate<PlatformChatEntry.Message> which) {
        var kept = new ArrayList<PlatformChatEntry>(entries.size());
        for (var entry : entries) {
            kept.add(
                    entry instanceof PlatformChatEntry.Message message && which.test(message)
                            ? message.removed()
                            : entry);
        }
        entries.clear();
        entries.addAll(kept);
    }

    void changed(ChatLine line, CarriesChat.State state) {
        synchronized (this) {
            if (line.isOver()) {
                return;
            }
            if (state instanceof CarriesChat.State.Interrupted broken) {
                turn(line, with(line, State.INTERRUPTED, broken.trouble().message(), broken.nextTryAt()));
            } else if (state instanceof CarriesChat.State.Over end) {
                line.overThere(means.time().nanoTime());
                restSince = means.time().nanoTime();
                turn(line, with(line, State.OVER, end.message(), null));
            } else {
                turn(line, with(line, State.CONNECTED, "", null));
            }
        }
        wake();
    }

    private PlatformChatStatus with(ChatLine line, State state, String detail, @Nullable Instant nextTryAt) {
        return new PlatformChatStatus(
                line.destination(),
                line.status().platform(),
                state,
                line.status().longestReply(),
                detail,
                means.time().instant(),
                nextTryAt);
    }

    private void turn(ChatLine line, PlatformChatStatus status) {
        line.status(status);
        // How it fared before is of no use any more, and would push out what people said.
        entries.removeIf(entry ->
                entry instanceof PlatformChatEntry.Turn && entry.destination().equals(status.destination()));
        add(number -> new PlatformChatEntry.Turn(number, status));
    }

    private long add(LongFunction<PlatformChatEntry> entry) {
        var number = last + 1;
        var added = entry.apply(number);
        entries.addLast(added);
        messages += added instanceof PlatformChatEntry.Message ? 1 : 0;
        while (messages > MESSAGES_KEPT || entries.size() > ENTRIES_KEPT) {
            var gone = entries.removeFirst();
            messages -= gone instanceof PlatformChatEntry.Message ? 1 : 0;
            first = gone.sequence() + 1;
        }
        last = number;
        return number;
    }

    private Instant sensible(Instant said) {
        var now = means.time().instant();
        return said.isBefore(now.minus(OLDEST)) || said.isAfter(now.plus(NEWEST)) ? now : said;
    }

    private static PlatformAuthor author(PlatformAuthor given) {
        var id = PlatformText.id(given.id(), LONGEST_AUTHOR_ID);
        var name = PlatformText.clean(given.name(), PlatformText.LONGEST_NAME);
        return new PlatformAuthor(id, name.isEmpty() ? id : name, given.badges());
    }

    long last() {
        return last;
    }

    synchronized PlatformChatPage after(long sequence) {
        var skipped = sequence >= base && sequence < first - 1 ? first - 1 - sequence : 0;
        return new PlatformChatPage(
                entries.stream().filter(entry -> entry.sequence() > sequence).toList(),
                lines.values().stream().map(ChatLine::status).toList(),
                first,
                last,
                skipped);
    }

    /** Whether there was room. */
    synchronized boolean join(PlatformChatSubscription reader) {
        return readers.size() < MOST_READERS && readers.add(reader);
    }

    void leave(PlatformChatSubscription reader) {
        readers.remove(reader);
    }

    /** Wakes all readers, on another thread; orders that come meanwhile are one. */
    void wake() {
        if (readers.isEmpty() || wakes.getAndIncrement() > 0) {
            return;
        }
        try {
            means.workers().execute(this::wakeAll);
        } catch (RejectedExecutionException closed) {
            wakes.set(0);
        }
    }

    private void wakeAll() {
        for (var ordered = wakes.get(); ordered > 0; ordered = wakes.addAndGet(-ordered)) {
            readers.forEach(PlatformChatSubscription::wake);
        }
    }
}
