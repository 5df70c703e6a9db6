package dev.livemeter.chat;

import dev.livemeter.spi.ChatStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a channel keeps, in memory, for those who read it now: the store is asked once for all of them. Readers take no lock. Thread-safe. */
final class Tail {

    private static final ChatPage UNREAD = new ChatPage(List.of(), 1, 0);

    private final ChatChannel channel;
    private final ChatStore store;
    private final Set<ChatSubscription> readers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger wakes = new AtomicInteger();
    private volatile ChatPage page = UNREAD;
    private volatile long lookedAt;
    private volatile boolean read;

    Tail(ChatChannel channel, ChatStore store) {
        this.channel = channel;
        this.store = store;
    }

    ChatChannel channel() {
        return channel;
    }

    Set<ChatSubscription> readers() {
        return readers;
    }

    boolean isOlderThan(long nanos, long now) {
        return !read || now - lookedAt > nanos;
    }

    long last() {
        return page.last();
    }

    /** What is known after a number. */
    ChatPage after(long sequence) {
        var whole = page;
        var entries = whole.entries();
        // Numbers have no gap, so that the place of each is known.
        var from = sequence < whole.first() ? 0 : (int) Math.min(entries.size(), sequence - whole.first() + 1);
        return new ChatPage(entries.subList(from, entries.size()), whole.first(), whole.last());
    }

    /** Takes in what the store has, unless it has been up to that number. */
    synchronized void catchUp(long atLeast, long now) {
        if (read && page.last() >= atLeast && atLeast > 0) {
            return;
        }
        var news = store.after(channel, page.last());
        if (!news.entries().isEmpty() || news.first() != page.first() || news.last() != page.last()) {
            page = joined(page, news);
        }
        lookedAt = now;
        read = true;
    }

    private static ChatPage joined(ChatPage known, ChatPage news) {
        var deleted = news.entries().stream()
                .filter(ChatEntry.Deletion.class::isInstance)
                .map(entry -> ((ChatEntry.Deletion) entry).message())
                .collect(Collectors.toSet());
        var entries = new ArrayList<ChatEntry>();
        for (var entry : known.entries()) {
            if (entry.sequence() >= news.first()) {
                entries.add(
                        entry instanceof ChatEntry.Message message && deleted.contains(entry.sequence())
                                ? message.deleted()
                                : entry);
            }
        }
        entries.addAll(news.entries());
        return new ChatPage(entries, news.first(), news.last());
    }

    /** The last thing that somebody said here under a name that looks like that one, and is not that person. */
    @Nullable
    ChatAuthor otherOf(String skeleton, ChatPerson person) {
        for (var entry : page.entries()) {
            if (entry instanceof ChatEntry.Message message
                    && !message.author().person().equals(person.id())
                    && DisplayName.skeleton(message.author().name()).equals(skeleton)) {
                return message.author();
            }
        }
        return null;
    }

    /** Wakes all readers, on another thread; orders that come meanwhile are one. */
    void wake(Executor workers) {
        if (readers.isEmpty() || wakes.getAndIncrement() > 0) {
            return;
        }
        try {
            workers.execute(this::wakeAll);
        } catch (RejectedExecutionException closed) {
            wakes.set(0);
        }
    }

    private void wakeAll() {
        for (var ordered = wakes.get(); ordered > 0; ordered = wakes.addAndGet(-ordered)) {
            readers.forEach(ChatSubscription::wake);
        }
    }
}
