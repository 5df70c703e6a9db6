package dev.livemeter.moderation;

import dev.livemeter.spi.BanStore.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the list of this node in step with the store, and tells listeners what is new. Thread-safe. */
final class BanWatch {

    private static final Logger log = LoggerFactory.getLogger(BanWatch.class);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration TIDY_EVERY = Duration.ofMinutes(10);
    private static final int AT_ONCE = 500;

    private final ModerationParts parts;
    private final BanList list = new BanList();
    private final List<BanListener> listeners = new CopyOnWriteArrayList<>();
    private final Object turn = new Object();
    private long seen;
    private volatile boolean closed;
    private boolean failing;

    BanWatch(ModerationParts parts) {
        this.parts = parts;
    }

    BanList list() {
        return list;
    }

    void tell(BanListener listener) {
        listeners.add(listener);
    }

    void untell(BanListener listener) {
        listeners.remove(listener);
    }

    /** Reads what is in force, and looks on from there. */
    void begin() {
        synchronized (turn) {
            var now = parts.time().instant();
            var snapshot = parts.store().inForce(now);
            snapshot.bans().forEach(ban -> list.put(ban, now));
            seen = snapshot.version();
        }
        if (!parts.exclusive()) {
            parts.scheduler().after(LOOK_EVERY, this::round);
        }
        parts.scheduler().after(TIDY_EVERY, this::tidy);
    }

    void end() {
        closed = true;
    }

    private void round() {
        if (closed) {
            return;
        }
        try {
            catchUp();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                log.warn(
                        "Bans of other nodes cannot be read, those that are known hold on; tried again each second: {}",
                        e.getMessage());
            }
        } finally {
            parts.scheduler().after(LOOK_EVERY, this::round);
        }
    }

    private void tidy() {
        if (!closed) {
            list.tidy(parts.time().instant());
            parts.scheduler().after(TIDY_EVERY, this::tidy);
        }
    }

    /** Takes in all that the store has and this node has not. */
    void catchUp() {
        for (var found = next(); !found.isEmpty(); found = next()) {
            for (var ban : found) {
                listeners.forEach(listener -> tell(listener, ban));
            }
        }
    }

    /** What is to be told of the next changes; they are in the list when this returns. */
    private List<Ban> next() {
        synchronized (turn) {
            while (true) {
                var changes = parts.store().changesAfter(seen, AT_ONCE);
                if (changes.isEmpty()) {
                    return List.of();
                }
                var now = parts.time().instant();
                var news = new ArrayList<Ban>();
                for (Change change : changes) {
                    var ban = change.ban();
                    list.put(ban, now);
                    seen = change.version();
                    if (ban.isInForce(now) || ban.kind() == Ban.Kind.KICK) {
                        news.add(ban);
                    }
                }
                if (!news.isEmpty()) {
                    return news;
                }
            }
        }
    }

    private static void tell(BanListener listener, Ban ban) {
        try {
            listener.onBanned(ban);
        } catch (RuntimeException e) {
            log.error("{} could not cut what {} has {}.", listener.getClass().getName(), ban.person(), ban.scope(), e);
        }
    }
}
