package dev.livemeter.testing;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.PlatformTrouble;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The chats of a platform that exists in memory alone: what is said, taken away and broken there the test says. After a break it tells the last five messages again, as platforms
 * may. Thread-safe; ears are told in the thread of whoever causes it.
 */
public final class InMemoryPlatformChat implements CarriesChat {

    private static final int TOLD_AGAIN = 5;
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final int longestText;
    private final Map<String, Room> rooms = new ConcurrentHashMap<>();

    private InMemoryPlatformChat(int longestText) {
        this.longestText = longestText;
    }

    /** Chats that take 200 characters at once. */
    public static InMemoryPlatformChat create() {
        return takingAtMost(200);
    }

    /** Chats that take so many characters at once. */
    public static InMemoryPlatformChat takingAtMost(int longestText) {
        return new InMemoryPlatformChat(longestText);
    }

    /** Somebody says something. */
    public void say(BroadcastRef broadcast, Message message) {
        room(broadcast).said(message);
    }

    /** The platform takes something away. */
    public void remove(BroadcastRef broadcast, Removal removal) {
        room(broadcast).tell(ear -> ear.removed(removal));
    }

    /** All links break, and cannot be joined again until {@link #recover}. */
    public void interrupt(BroadcastRef broadcast, PlatformTrouble trouble) {
        var room = room(broadcast);
        room.outage = trouble;
        room.links.forEach(link -> link.interrupted(trouble, FIRST_RETRY));
    }

    /** Links can be joined again; they are when they try next. */
    public void recover(BroadcastRef broadcast) {
        room(broadcast).outage = null;
    }

    /** The chat is over. */
    public void close(BroadcastRef broadcast, String why) {
        room(broadcast).links.forEach(link -> link.end(why));
    }

    /** What is to come of all that is said from here on; null to take it. */
    public void answer(BroadcastRef broadcast, @Nullable Saying saying) {
        room(broadcast).answer = saying;
    }

    /** What was said from here, in order. */
    public List<String> saidFromHere(BroadcastRef broadcast) {
        return List.copyOf(room(broadcast).fromHere);
    }

    /** How many links are joined, or are being joined. */
    public int links(BroadcastRef broadcast) {
        return room(broadcast).links.size();
    }

    private Room room(BroadcastRef broadcast) {
        return rooms.computeIfAbsent(broadcast.id(), id -> new Room());
    }

    @Override
    public int longestText() {
        return longestText;
    }

    @Override
    public Link join(BroadcastRef broadcast, AccountAccess access, Ear ear, Means means) {
        var link = new OneLink(room(broadcast), access, ear, means);
        link.room.links.add(link);
        means.scheduler().after(Duration.ZERO, () -> link.attempt(FIRST_RETRY));
        return link;
    }

    private static final class Room {

        private final List<OneLink> links = new CopyOnWriteArrayList<>();
        private final List<String> fromHere = new CopyOnWriteArrayList<>();
        private final List<Message> history = new CopyOnWriteArrayList<>();
        private volatile @Nullable PlatformTrouble outage;
        private volatile @Nullable Saying answer;

        void said(Message message) {
            history.add(message);
            tell(ear -> ear.said(message));
        }

        void tell(Consumer<Ear> news) {
            for (var link : links) {
                if (link.isConnected) {
                    link.tell(news);
                }
            }
        }
    }

    private static final class OneLink implements Link {

        private final Room room;
        private final AccountAccess access;
        private final Ear ear;
        private final Means means;
        private final Queue<Consumer<Ear>> news = new ArrayDeque<>();
        private volatile boolean isConnected;
        private volatile boolean isClosed;
        private volatile boolean isOver;
        private boolean isTelling;
        private boolean wasConnected;

        OneLink(Room room, AccountAccess access, Ear ear, Means means) {
            this.room = room;
            this.access = access;
            this.ear = ear;
            this.means = means;
        }

        void attempt(Duration pause) {
            if (isClosed || isOver || isConnected) {
                return;
            }
            var outage = room.outage;
            if (outage != null) {
                interrupted(outage, pause);
                return;
            }
            tell(hearer -> {
                // Here, so that nothing is told before it.
                isConnected = true;
                hearer.changed(new State.Connected());
            });
            if (wasConnected) {
                var last = new ArrayList<>(room.history);
                last.subList(Math.max(0, last.size() - TOLD_AGAIN), last.size())
                        .forEach(message -> tell(hearer -> hearer.said(message)));
            }
            wasConnected = true;
        }

        void interrupted(PlatformTrouble trouble, Duration pause) {
            isConnected = false;
            var nextTry = means.time().instant().plus(pause);
            tell(hearer -> hearer.changed(new State.Interrupted(trouble, nextTry)));
            var longer = pause.multipliedBy(2);
            means.scheduler().after(pause, () -> attempt(longer.compareTo(LAST_RETRY) < 0 ? longer : LAST_RETRY));
        }

        void end(String why) {
            // Before the ear hears of it: whoever was told that the chat is over can say nothing there.
            isOver = true;
            tell(hearer -> {
                hearer.changed(new State.Over(why));
                // Not before: what is told in another thread comes after what waits there.
                close();
            });
        }

        /** Tells the ear in order, by one thread at a time, without a lock. */
        void tell(Consumer<Ear> one) {
            synchronized (news) {
                news.add(one);
                if (isTelling) {
                    return;
                }
                isTelling = true;
            }
            for (var next = next(); next != null; next = next()) {
                if (!isClosed) {
                    next.accept(ear);
                }
            }
        }

        private @Nullable Consumer<Ear> next() {
            synchronized (news) {
                var next = news.poll();
                isTelling = next != null;
                return next;
            }
        }

        @Override
        public Saying say(String text) {
            if (isClosed || isOver) {
                return new Saying.NotAllowed("The chat was left, or is over; nothing can be said there.");
            }
            var answer = room.answer;
            if (answer != null) {
                return answer;
            }
            var identity = access.account().identity();
            room.fromHere.add(text);
            room.said(new Message(
                    "own-" + room.fromHere.size(),
                    new PlatformAuthor(identity.id(), identity.name(), Set.of(Badge.BROADCASTER)),
                    text,
                    "",
                    means.time().instant()));
            return new Saying.Said();
        }

        @Override
        public void close() {
            isClosed = true;
            isConnected = false;
            room.links.remove(this);
        }
    }
}
