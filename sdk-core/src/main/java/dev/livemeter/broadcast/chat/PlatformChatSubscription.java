package dev.livemeter.broadcast.chat;

import dev.livemeter.chat.ChatAnswer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader who stays: it is woken when there may be something new, and asks for what comes after the number that it has. Nothing is queued for it, so one that is slow costs nothing. Thread-safe.
 */
public final class PlatformChatSubscription implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PlatformChatSubscription.class);

    private final MergedChat chat;
    private final LongFunction<ChatAnswer<PlatformChatPage>> question;
    private final Runnable wake;
    private final AtomicBoolean closed = new AtomicBoolean();

    PlatformChatSubscription(MergedChat chat, LongFunction<ChatAnswer<PlatformChatPage>> question, Runnable wake) {
        this.chat = chat;
        this.question = question;
        this.wake = wake;
    }

    /** What there is after a number, as {@link PlatformChats#after}; from memory. */
    public ChatAnswer<PlatformChatPage> after(long sequence) {
        return question.apply(sequence);
    }

    /** Whether there is something after that number. */
    public boolean hasAfter(long sequence) {
        return chat.last() > sequence;
    }

    void wake() {
        if (closed.get()) {
            return;
        }
        try {
            wake.run();
        } catch (RuntimeException e) {
            log.error("A reader of the chats of platforms could not be woken.", e);
        }
    }

    /** Wakes it no more. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            chat.leave(this);
        }
    }
}
