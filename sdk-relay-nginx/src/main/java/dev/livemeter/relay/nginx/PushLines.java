package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.PushLine.Found;
import dev.livemeter.session.SessionId;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines to one run of nginx. After a reload its workers from before live on with their streams, and only who is connected to them already reaches them: so for each stream it is found out when it begins which
 * line leads to it, and that line is kept for as long as it runs. Thread-safe.
 */
final class PushLines implements Pusher, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PushLines.class);

    /** nginx asks every minute whether we are there, and waits for half of one. */
    private static final Duration TEND = Duration.ofSeconds(20);

    /** So long a line may lead to a stream that was not asked for yet: one that is taken up from before a reload. */
    private static final Duration YOUNG = Duration.ofMinutes(2);

    /** A stream that a line does not lead to is mostly over; another line is worth the while only where nginx was reloaded, maybe by another node. */
    private static final Duration FRESH = Duration.ofSeconds(3);

    private final StreamLooker.Way way;
    private final String application;
    private final RingTickets tickets = new RingTickets();
    private final NginxControl control;
    private final TimeSource time;
    private final Scheduler scheduler;

    /** The newest first. */
    private final List<PushLine> lines = new CopyOnWriteArrayList<>();

    private final Map<String, PushLine> homes = new ConcurrentHashMap<>();
    /** Streams that were met and are not over; at each one ring at a time. */
    private final Map<String, ReentrantLock> streams = new ConcurrentHashMap<>();

    private final ReentrantLock opening = new ReentrantLock();
    private volatile boolean reloaded;
    private volatile boolean closed;

    PushLines(StreamLooker.Way way, String application, NginxControl control, TimeSource time, Scheduler scheduler) {
        this.way = way;
        this.application = application;
        this.control = control;
        this.time = time;
        this.scheduler = scheduler;
    }

    /** Keeps a way to what runs now, should nginx be reloaded before it is known what that is. Blocks for some seconds at most. */
    void prepare() {
        try {
            newer(null);
        } catch (IOException e) {
            log.debug("No line to nginx could be opened: {}.", e.toString());
        }
    }

    /** Whoever begins from now on is in another worker. */
    void reloaded() {
        reloaded = true;
    }

    @Override
    public void meet(SessionId session) {
        var stream = session.value();
        var mine = streams.computeIfAbsent(stream, fresh -> new ReentrantLock());
        mine.lock();
        try {
            home(stream);
        } catch (IOException e) {
            log.debug("No line to nginx could be opened: {}.", e.toString());
        } finally {
            mine.unlock();
        }
    }

    @Override
    public Outcome open(SessionId session, String location) {
        var stream = session.value();
        var mine = streams.getOrDefault(stream, new ReentrantLock());
        mine.lock();
        try {
            // A line may have broken since it was used, which shows when it is used again.
            for (var attempt = 0; attempt < 2; attempt++) {
                var line = home(stream);
                if (line == null) {
                    return Outcome.NO_LINE;
                }
                var found = ring(line, stream, location);
                if (found == Found.TAKEN) {
                    return Outcome.ORDERED;
                }
                homes.remove(stream, line);
                if (found == Found.NOBODY) {
                    return Outcome.NO_LINE;
                }
            }
        } catch (IOException e) {
            log.debug("No line to nginx could be opened: {}.", e.toString());
        } finally {
            mine.unlock();
        }
        return Outcome.NOT_NOW;
    }

    /** The line that leads to that stream; null where none does. */
    private @Nullable PushLine home(String stream) throws IOException {
        var known = homes.get(stream);
        if (known != null && known.isOpen() && !known.isWorn()) {
            return known;
        }
        for (var line : lines) {
            if (line.isOpen() && !line.isWorn() && leadsTo(line, stream)) {
                return line;
            }
        }
        var fresh = newer(lines.isEmpty() ? null : lines.get(0));
        if (fresh == null) {
            return known != null && known.isOpen() ? known : null;
        }
        if (leadsTo(fresh, stream)) {
            return fresh;
        }
        if (!fresh.isOpen()) {
            throw new IOException("a new line broke at once");
        }
        return known != null && known.isOpen() ? known : null;
    }

    /** Many streams may need one at once; one is enough for all. Null where it would lead to where that one does. */
    private @Nullable PushLine newer(@Nullable PushLine than) throws IOException {
        opening.lock();
        try {
            if (!lines.isEmpty() && lines.get(0).isOpen() && !lines.get(0).equals(than)) {
                return lines.get(0);
            }
            if (than != null
                    && than.isOpen()
                    && !than.isWorn()
                    && !reloaded
                    && time.nanoTime() - than.openedNanos() < FRESH.toNanos()) {
                return null;
            }
            if (closed) {
                throw new IOException("the relay is closed");
            }
            reloaded = false;
            var fresh = PushLine.open(way, application, time.nanoTime());
            if (lines.isEmpty()) {
                scheduler.after(TEND, this::tend);
            }
            lines.add(0, fresh);
            if (closed) {
                fresh.close();
            }
            tidy();
            return fresh;
        } finally {
            opening.unlock();
        }
    }

    private boolean leadsTo(PushLine line, String stream) {
        if (ring(line, stream, null) != Found.TAKEN) {
            return false;
        }
        streams.computeIfPresent(stream, (same, lock) -> {
            homes.put(stream, line);
            return lock;
        });
        return true;
    }

    /** Null where the line broke. */
    private @Nullable Found ring(PushLine line, String stream, @Nullable String location) {
        var ticket = tickets.issue(stream, location);
        try {
            return line.ring(stream + "?" + RingTickets.ARGUMENT + "=" + ticket);
        } catch (IOException | RuntimeException e) {
            log.debug("A line to nginx broke: {}.", e.toString());
            return null;
        } finally {
            tickets.withdraw(stream, ticket);
        }
    }

    @Override
    public Optional<Answer> redeem(String stream, String ticket) {
        return tickets.redeem(stream, ticket);
    }

    @Override
    public void close(SessionId session, long client) {
        control.drop(application, session.value(), client);
    }

    @Override
    public void forget(SessionId session) {
        streams.compute(session.value(), (stream, lock) -> {
            homes.remove(stream);
            return null;
        });
    }

    private void tend() {
        lines.forEach(PushLine::tend);
        opening.lock();
        try {
            tidy();
            if (!closed && !lines.isEmpty()) {
                scheduler.after(TEND, this::tend);
            }
        } finally {
            opening.unlock();
        }
    }

    /** Broken lines are forgotten, and those that lead to no stream are of no use, but for the newest. */
    private void tidy() {
        var newest = lines.isEmpty() ? null : lines.get(0);
        var useless = lines.stream()
                .filter(line -> {
                    var young = time.nanoTime() - line.openedNanos() < YOUNG.toNanos();
                    return !line.isOpen() || (!young && !line.equals(newest) && !homes.containsValue(line));
                })
                .toList();
        lines.removeAll(useless);
        useless.forEach(PushLine::close);
    }

    /** Pushes go on. Idempotent. */
    @Override
    public void close() {
        closed = true;
        lines.forEach(PushLine::close);
    }
}
