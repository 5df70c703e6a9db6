package dev.livemeter.testing;

import dev.livemeter.chat.ChatAuthor;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatDraft;
import dev.livemeter.chat.ChatEntry;
import dev.livemeter.chat.ChatPage;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.ChatStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is said, in memory, for tests. Thread-safe. */
final class InMemoryChatStore implements ChatStore {

    private final Map<ChatChannel, Channel> channels = new HashMap<>();

    private record MessageKey(PersonId person, String id) {}

    private record Known(long sequence, Instant at) {}

    private static final class Channel {
        private final List<ChatEntry> entries = new ArrayList<>();
        private final Map<MessageKey, Known> ids = new HashMap<>();
        private long last;

        long first() {
            return entries.isEmpty() ? last + 1 : entries.get(0).sequence();
        }

        Optional<ChatEntry> entry(long sequence) {
            return sequence < first() || sequence > last
                    ? Optional.empty()
                    : Optional.of(entries.get((int) (sequence - first())));
        }

        void keepLast(int messages) {
            var found = 0;
            for (var i = entries.size() - 1; i >= 0; i--) {
                if (entries.get(i) instanceof ChatEntry.Message && ++found == messages) {
                    entries.subList(0, i).clear();
                    return;
                }
            }
        }
    }

    @Override
    public synchronized Posted post(ChatDraft draft, int kept) {
        var channel = channels.computeIfAbsent(draft.channel(), key -> new Channel());
        var key = new MessageKey(draft.author().person(), draft.id());
        var known = channel.ids.get(key);
        if (known != null) {
            return new Posted(
                    channel.entry(known.sequence())
                            .map(ChatEntry.Message.class::cast)
                            .orElseGet(() -> message(known.sequence(), draft, known.at())),
                    true);
        }
        var message = message(++channel.last, draft, draft.at());
        channel.entries.add(message);
        channel.ids.put(key, new Known(message.sequence(), draft.at()));
        channel.keepLast(kept);
        return new Posted(message, false);
    }

    private static ChatEntry.Message message(long sequence, ChatDraft draft, Instant at) {
        return new ChatEntry.Message(
                sequence,
                draft.id(),
                new ChatAuthor(draft.author().person(), draft.author().name()),
                draft.text(),
                at);
    }

    @Override
    public synchronized Optional<ChatEntry.Deletion> delete(ChatChannel channel, long message, UserId by, Instant at) {
        var present = channels.get(channel);
        if (present == null
                || !(present.entry(message).orElse(null) instanceof ChatEntry.Message found)
                || found.isDeleted()) {
            return Optional.empty();
        }
        present.entries.set((int) (message - present.first()), found.deleted());
        var deletion = new ChatEntry.Deletion(++present.last, message, by, at);
        present.entries.add(deletion);
        return Optional.of(deletion);
    }

    @Override
    public synchronized ChatPage after(ChatChannel channel, long sequence) {
        var present = channels.get(channel);
        return present == null
                ? new ChatPage(List.of(), 1, 0)
                : new ChatPage(
                        present.entries.stream()
                                .filter(entry -> entry.sequence() > sequence)
                                .toList(),
                        present.first(),
                        present.last);
    }

    @Override
    public synchronized Map<ChatChannel, Long> lastOf(Set<ChatChannel> wanted) {
        var last = new HashMap<ChatChannel, Long>();
        for (var channel : wanted) {
            var present = channels.get(channel);
            if (present != null) {
                last.put(channel, present.last);
            }
        }
        return last;
    }

    @Override
    public synchronized int forget(Instant entriesBefore, Instant idsBefore, int most) {
        var changed = 0;
        for (var channel : channels.values()) {
            if (changed == most) {
                return changed;
            }
            var old = 0;
            for (var i = 0; i < channel.entries.size(); i++) {
                if (channel.entries.get(i).at().isBefore(entriesBefore)) {
                    old = i + 1;
                }
            }
            channel.entries.subList(0, old).clear();
            if (channel.ids.values().removeIf(known -> known.at().isBefore(idsBefore)) || old > 0) {
                changed++;
            }
        }
        return changed;
    }
}
