package dev.livemeter.platforms;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to EventSub. What comes is posted to the mailbox of its link, one message at a time: the next one is read when that was worked on, so that nothing piles up here. Its fields are
 * touched in that mailbox alone.
 */
final class TwitchSocket implements WebSocket.Listener {

    /** Far more than a message of 500 characters and all that comes with it. */
    private static final int LONGEST_MESSAGE = 128 * 1024;

    private final Mailbox mailbox;
    private final Consumer<String> received;
    private final Consumer<String> lost;
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;
    private volatile boolean closed;

    /** The name that the platform gave it with its welcome; null before. */
    @Nullable
    String session;

    /**
     * @param received is told each message, in the mailbox
     * @param lost is told once why it ended, in the mailbox; not after {@link #close}
     */
    TwitchSocket(Mailbox mailbox, Consumer<String> received, Consumer<String> lost) {
        this.mailbox = mailbox;
        this.received = received;
        this.lost = lost;
    }

    void open(HttpClient client, URI address, Duration within) {
        var unused = client.newWebSocketBuilder()
                .connectTimeout(within)
                .buildAsync(address, this)
                .whenComplete((opened, failure) -> {
                    var heeded = !closed && mailbox.post(() -> opened(opened));
                    if (!heeded && opened != null) {
                        // Nobody waits for it any more.
                        opened.abort();
                    }
                });
    }

    private void opened(@Nullable WebSocket opened) {
        if (opened == null) {
            lose("unreachable");
        } else if (closed) {
            opened.abort();
        } else {
            socket = opened;
            opened.request(1);
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        // Nothing is read before the link knows the socket.
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        if (partial.length() + data.length() > LONGEST_MESSAGE) {
            mailbox.post(() -> lose("too_long"));
            return null;
        }
        partial.append(data);
        if (!last) {
            from.request(1);
            return null;
        }
        var text = partial.toString();
        partial.setLength(0);
        mailbox.post(() -> {
            if (!closed) {
                received.accept(text);
                from.request(1);
            }
        });
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        mailbox.post(() -> lose("closed_" + status));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        mailbox.post(() -> lose("connection_lost"));
    }

    /** Ends it, because of that, and tells so. */
    void lose(String code) {
        if (!closed) {
            close();
            lost.accept(code);
        }
    }

    /** Ends it without a word. Idempotent. */
    void close() {
        closed = true;
        var present = socket;
        if (present != null) {
            // Not closed in order: nobody waits for an answer that may never come.
            present.abort();
        }
    }
}
