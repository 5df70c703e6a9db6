package dev.livemeter.signaling;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority.Departure;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the authority who came and went: in that order, one after the other, on a thread that may block, and never within a lock. Thread-safe.
 */
final class Presence implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Presence.class);

    private final Asked authority;
    private final Executor executor;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private boolean running;

    Presence(Asked authority, Executor executor) {
        this.authority = authority;
        this.executor = executor;
    }

    void joined(PeerId peer) {
        tell(() -> authority.joined(peer));
    }

    void left(PeerId peer, Departure departure) {
        tell(() -> authority.left(peer, departure));
    }

    private void tell(Runnable news) {
        if (!authority.hears()) {
            return;
        }
        synchronized (queue) {
            queue.add(news);
            if (running) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this);
        } catch (RejectedExecutionException closed) {
            synchronized (queue) {
                running = false;
            }
            log.warn("An executor that is closed did not let it be told who came and went.");
        }
    }

    @Override
    public void run() {
        while (true) {
            final Runnable news;
            synchronized (queue) {
                news = queue.poll();
                if (news == null) {
                    running = false;
                    return;
                }
            }
            try {
                news.run();
            } catch (RuntimeException e) {
                log.error("An authority failed on hearing who came or went.", e);
            }
        }
    }
}
