package dev.livemeter.relay.nginx;

import dev.livemeter.rtmp.Handshake;
import dev.livemeter.rtmp.PublishNames;
import dev.livemeter.rtmp.PublishRenamer;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One push by the bridge: from nginx to the server with other names, and what the server says back as it is. Either side's end is that of both. One thread for each
 * direction.
 */
final class BridgedPush {

    private static final Logger log = LoggerFactory.getLogger(BridgedPush.class);

    private static final int PIECE_BYTES = 16 * 1024;

    private static final long IDLE = 0;

    private final BridgeEnd nginx;
    private final BridgeWay way;
    private final TimeSource time;
    private final Function<String, Optional<Onward>> onward;
    private volatile @Nullable BridgeEnd server;
    private volatile boolean published;
    private volatile boolean over;
    private volatile long writingSinceNanos = IDLE;

    /**
     * @param onward takes the ticket that nginx shows
     */
    BridgedPush(BridgeEnd nginx, BridgeWay way, TimeSource time, Function<String, Optional<Onward>> onward) {
        this.nginx = nginx;
        this.way = way;
        this.time = time;
        this.onward = onward;
    }

    /** Passes on until one of both sides goes. Blocks. */
    void run() {
        try {
            Handshake.answer(nginx.in(), nginx.out());
            var renamer = new PublishRenamer(this::connect);
            var piece = new byte[PIECE_BYTES];
            for (var read = nginx.in().read(piece); read >= 0; read = nginx.in().read(piece)) {
                if (renamer.isPlain()) {
                    say(piece, read);
                } else {
                    var renamed = renamer.pass(piece, 0, read);
                    published = renamer.isPublished();
                    say(renamed, renamed.length);
                }
            }
        } catch (IOException | RuntimeException e) {
            tell(e);
        } finally {
            close();
        }
    }

    /** Faults have no secret in them. What breaks when the other side goes is no news. */
    private void tell(Exception e) {
        if (!over) {
            log.debug("A push to a long stream key ended: {}.", e.toString());
        }
    }

    private PublishNames connect(String ticket) throws IOException {
        var to = onward.apply(ticket).orElseThrow(() -> new IOException("somebody came without a ticket"));
        var there = way.to(to, begun -> {
            server = begun;
            if (over) {
                begun.close();
            }
        });
        Handshake.ask(there.in(), there.out());
        KeyBridge.thread("livemeter-bridge-back", () -> back(there)).start();
        return to.names();
    }

    private void back(BridgeEnd from) {
        try {
            var piece = new byte[PIECE_BYTES];
            for (var read = from.in().read(piece); read >= 0; read = from.in().read(piece)) {
                nginx.out().write(piece, 0, read);
                nginx.out().flush();
            }
        } catch (IOException | RuntimeException e) {
            tell(e);
        } finally {
            close();
        }
    }

    private void say(byte[] bytes, int length) throws IOException {
        var to = server;
        if (length == 0 || to == null) {
            return;
        }
        // Never zero, which means that nothing is written.
        writingSinceNanos = time.nanoTime() | 1;
        to.out().write(bytes, 0, length);
        to.out().flush();
        writingSinceNanos = IDLE;
    }

    /** Whether it has asked to publish. */
    boolean isPublished() {
        return published;
    }

    /** Whether the server has taken nothing for that long: nginx may have gone meanwhile, which nobody could read. */
    boolean isStuckFor(Duration span) {
        var since = writingSinceNanos;
        return since != IDLE && time.nanoTime() - since > span.toNanos();
    }

    /** Whether either side is gone. */
    boolean isOver() {
        return over;
    }

    /** Ends both sides. Idempotent. */
    void close() {
        over = true;
        nginx.close();
        var there = server;
        if (there != null) {
            there.close();
        }
    }
}
