package dev.livemeter.chat;

import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.chat.ChatAnswer.Granted;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reader who stays, whatever carries the messages: it is woken when there may be something new, and asks for what comes after the number that it has. Nothing is queued for it, so one that is slow costs nothing, and loses nothing that the channel still has when it asks again. Thread-safe.
 */
public final class ChatSubscription implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ChatSubscription.class);

    private final Chat chat;
    private final Tail tail;
    private final ChatPerson person;
    private final Runnable wake;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long askedAt;
    private volatile @Nullable Declined<ChatPage> refusal;

    ChatSubscription(Chat chat, Tail tail, ChatPerson person, Runnable wake, long now) {
        this.chat = chat;
        this.tail = tail;
        this.person = person;
        this.wake = wake;
        this.askedAt = now;
    }

    /** Who reads. */
    public ChatPerson person() {
        return person;
    }

    /** Where. */
    public ChatChannel channel() {
        return tail.channel();
    }

    Tail tail() {
        return tail;
    }

    long askedAt() {
        return askedAt;
    }

    void askedAt(long now) {
        askedAt = now;
    }

    /**
     * What there is after a number, from memory. On nodes that share a database what others wrote is known about a second later.
     *
     * @return declined once the reader was banned, kicked, or is let in no more; then it is to be closed
     */
    public ChatAnswer<ChatPage> after(long sequence) {
        var over = refusal;
        if (over == null) {
            over = chat.reconsidered(this);
            refusal = over;
        }
        return over == null ? new Granted<>(tail.after(sequence)) : over;
    }

    /** Whether there is something after that number. */
    public boolean hasAfter(long sequence) {
        return tail.last() > sequence;
    }

    void refuse(Declined<ChatPage> answer) {
        refusal = answer;
        wake();
    }

    void wake() {
        if (closed.get()) {
            return;
        }
        try {
            wake.run();
        } catch (RuntimeException e) {
            log.error("A reader of {} could not be woken.", tail.channel(), e);
        }
    }

    /** Wakes it no more. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            chat.left(this);
        }
    }
}
