package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.node.NodeLine;
import dev.livemeter.node.NodeWire;
import dev.livemeter.spi.NodeExchange;
import dev.livemeter.time.Scheduler;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other nodes whose wallet was paid into here, and hears it of them. A message may be lost, and nothing depends on it but how soon they look: a session that is about to end looks by itself,
 * too. No amount is told: what is in the wallet, the books say. Thread-safe.
 */
final class WalletNews {

    private static final Logger log = LoggerFactory.getLogger(WalletNews.class);

    private final @Nullable NodeLine line;
    private final Scheduler scheduler;

    /**
     * On a line of its own.
     *
     * @param line null where there are no other nodes
     */
    WalletNews(@Nullable NodeLine line, Scheduler scheduler) {
        this.line = line;
        this.scheduler = scheduler;
    }

    /** Says who looks when another node tells of a user. */
    void begin(Consumer<UserId> looks) {
        if (line == null) {
            return;
        }
        line.serve(new NodeExchange.Service() {
            @Override
            public void asked(byte[] question, Consumer<byte[]> answer) {
                // Nobody asks about wallets; the books answer that.
            }

            @Override
            public void heard(String node, byte[] news) {
                // What runs here may wait for the database, which the thread that hears must not.
                scheduler.after(Duration.ZERO, () -> take(news, looks));
            }
        });
    }

    private static void take(byte[] news, Consumer<UserId> looks) {
        try {
            looks.accept(NodeWire.read(news, in -> UserId.of(in.readUTF())));
        } catch (UncheckedIOException | LivemeterException e) {
            log.warn("What another node tells of a wallet is not understood ({}).", e.toString());
        }
    }

    /** Money was paid in here. Returns at once; may be repeated. */
    void paidIn(UserId user) {
        if (line != null) {
            line.tell(NodeWire.written(out -> out.writeUTF(user.value())));
        }
    }
}
