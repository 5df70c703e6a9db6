package dev.livemeter.http;

import dev.livemeter.event.EventListener;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.identity.UserId;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What happened lately, for each user, kept in memory for those who ask again and again: browsers that poll. Bounded: a user's
 * oldest events go first, and of the users the one who had no event for longest. Thread-safe.
 *
 * <p>Given to {@link dev.livemeter.Livemeter.Builder#listener} it knows everything from the first event on; an API without one subscribes its own.
 */
public final class EventFeed implements EventListener {

    private static final int EVENTS_PER_USER = 250;
    private static final int USERS = 2_000;

    private final int eventsPerUser;
    private final Map<UserId, Recent> users;
    private final long first;
    private long last;

    /** A feed that keeps 250 events of each of 2000 users, and as many charges and renewals. */
    public EventFeed(InstantSource clock) {
        this(clock, EVENTS_PER_USER, USERS);
    }

    /**
     * A feed of that size.
     *
     * @param clock where cursors begin: a feed made later gives greater ones, so that a reader who knew the process before a restart
     *     does not wait for a number that will not come
     * @param eventsPerUser so many, and as many charges and renewals
     */
    public EventFeed(InstantSource clock, int eventsPerUser, int users) {
        this.eventsPerUser = eventsPerUser;
        this.users = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<UserId, Recent> eldest) {
                return size() > users;
            }
        };
        // A thousand cursors for each millisecond; exact as a JavaScript number until the year 2255.
        this.first = clock.millis() * 1_000;
        this.last = first;
    }

    @Override
    public void on(LiveEvent event) {
        var user = event.user();
        // What is said in chats has feeds of its own, and would push everything else out of this one.
        if (user == null
                || event instanceof LiveEvent.ChatMessagePosted
                || event instanceof LiveEvent.ChatMessageDeleted
                || event instanceof LiveEvent.PlatformChatPosted) {
            return;
        }
        synchronized (users) {
            users.computeIfAbsent(user, unknown -> new Recent(first)).add(new Entry(++last, event));
        }
    }

    /**
     * Up to {@code limit} events of a user after a cursor, the oldest first. With the cursor 0, which stands for none, those are the latest
     * ones.
     *
     * @param routine whether {@linkplain Entry#isRoutine() routine} is told as well
     */
    public Page after(UserId user, long cursor, int limit, boolean routine) {
        synchronized (users) {
            var recent = users.get(user);
            if (recent == null) {
                return new Page(List.of(), Math.max(cursor, first), cursor > 0 && cursor < first);
            }
            var missed = cursor > 0 && cursor < recent.lostUpTo(routine);
            var later = recent.after(cursor, routine);
            var from = cursor == 0 ? Math.max(0, later.size() - limit) : 0;
            var page = later.subList(from, Math.min(later.size(), from + limit));
            var next = page.isEmpty()
                    ? Math.max(cursor, first)
                    : page.get(page.size() - 1).cursor();
            return new Page(page, next, missed);
        }
    }

    /** An event and its place; places grow and are never used twice. */
    public record Entry(long cursor, LiveEvent event) {

        /** Whether it is one of those that come every few seconds while a stream runs: a charge, a renewal. */
        public boolean isRoutine() {
            return event instanceof LiveEvent.ChargeCaptured || event instanceof LiveEvent.QuotaRenewed;
        }
    }

    /**
     * Some events.
     *
     * @param next the cursor to ask with for what comes after them
     * @param missed whether events after the cursor that was given are gone already
     */
    public record Page(List<Entry> entries, long next, boolean missed) {
        public Page {
            entries = List.copyOf(entries);
        }
    }

    /** The events of one user. Routine has a ring of its own, so that an hour of charges pushes nothing out that tells more. */
    private final class Recent {

        private final Ring notable;
        private final Ring routine;

        Recent(long lostUpTo) {
            notable = new Ring(lostUpTo);
            routine = new Ring(lostUpTo);
        }

        void add(Entry entry) {
            (entry.isRoutine() ? routine : notable).add(entry);
        }

        long lostUpTo(boolean withRoutine) {
            return withRoutine ? Math.max(notable.lostUpTo, routine.lostUpTo) : notable.lostUpTo;
        }

        List<Entry> after(long cursor, boolean withRoutine) {
            return Stream.concat(notable.entries.stream(), withRoutine ? routine.entries.stream() : Stream.empty())
                    .filter(entry -> entry.cursor() > cursor)
                    .sorted(Comparator.comparingLong(Entry::cursor))
                    .toList();
        }
    }

    private final class Ring {

        private final Deque<Entry> entries = new ArrayDeque<>();
        private long lostUpTo;

        Ring(long lostUpTo) {
            this.lostUpTo = lostUpTo;
        }

        void add(Entry entry) {
            entries.addLast(entry);
            if (entries.size() > eventsPerUser) {
                lostUpTo = entries.removeFirst().cursor();
            }
        }
    }
}
