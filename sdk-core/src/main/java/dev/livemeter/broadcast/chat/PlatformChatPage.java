package dev.livemeter.broadcast.chat;

import java.util.List;

/**
 * What the chats of a session have after a number.
 *
 * @param entries in order; how a chat fared is left out where it has changed since, so that numbers may be missing
 * @param chats how the chat of each destination fares, in the order in which they were joined
 * @param first the lowest number from which on nothing is gone; one more than {@code last} where nothing is kept
 * @param last the highest number so far
 * @param skipped how many entries after the number that was asked with are gone already; 0 where that number is not of this stream
 */
public record PlatformChatPage(
        List<PlatformChatEntry> entries, List<PlatformChatStatus> chats, long first, long last, long skipped) {

    public PlatformChatPage {
        entries = List.copyOf(entries);
        chats = List.copyOf(chats);
    }

    /** The number to ask with for what comes after these. */
    public long next() {
        return entries.isEmpty() ? last : entries.get(entries.size() - 1).sequence();
    }

    /** Whether what came right after that number is gone already: who was there takes everything from the screen and begins with these. */
    public boolean isMissed(long asked) {
        return asked > 0 && (asked + 1 < first || asked > last);
    }

    /** At most so many of the entries; the first ones. */
    public PlatformChatPage limitedTo(int most) {
        return entries.size() <= most
                ? this
                : new PlatformChatPage(entries.subList(0, most), chats, first, last, skipped);
    }
}
