package dev.livemeter.spi;

import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatDraft;
import dev.livemeter.chat.ChatEntry;
import dev.livemeter.chat.ChatPage;
import dev.livemeter.identity.UserId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps what is said. The entries of a channel are numbered from 1 without a gap, whoever writes at the same time, and a reader who sees a number has seen or can see all before it that are kept. Numbers are never used twice.
 * Thread-safe; each call is atomic and durable when it returns.
 */
public interface ChatStore {

    /**
     * Adds a message with the next number of its channel, and forgets what comes before the last {@code kept} messages, deletions among them.
     *
     * <p>Idempotent by channel, author and id: a repeat adds nothing and gives the message as it is kept now, or the draft with the number it had if it is no more.
     *
     * @param kept at least 1
     */
    Posted post(ChatDraft draft, int kept);

    /**
     * Empties a message and adds an entry that says so.
     *
     * @return empty if the channel has no such message, or it is deleted already; then nothing was changed
     */
    Optional<ChatEntry.Deletion> delete(ChatChannel channel, long message, UserId by, Instant at);

    /** All that a channel has after a number, of one moment. */
    ChatPage after(ChatChannel channel, long sequence);

    /** The highest number that each of these channels gave; those in which nothing was ever said are left out. */
    Map<ChatChannel, Long> lastOf(Set<ChatChannel> channels);

    /**
     * Forgets what is too old: of each channel the entries up to the last one from before the first moment, and the ids of messages from before the second, which then are not known as repeats any more. Numbers go on.
     *
     * @param most of so many channels at most
     * @return of how many channels; call again where these are as many as it may be
     */
    int forget(Instant entriesBefore, Instant idsBefore, int most);

    /**
     * A message that has its number.
     *
     * @param isRepeat whether it had it before
     */
    record Posted(ChatEntry.Message message, boolean isRepeat) {}
}
