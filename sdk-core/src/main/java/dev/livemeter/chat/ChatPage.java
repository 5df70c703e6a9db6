package dev.livemeter.chat;

import java.util.List;

/**
 * What a channel has after a number.
 *
 * @param entries in order, without a gap
 * @param first the lowest number that the channel still has; one more than {@code last} where it has none
 * @param last the highest number that the channel ever gave, of this moment; 0 where nothing was ever said
 */
public record ChatPage(List<ChatEntry> entries, long first, long last) {

    public ChatPage {
        entries = List.copyOf(entries);
    }

    /** The number to ask with for what comes after these. */
    public long next() {
        return entries.isEmpty() ? last : entries.get(entries.size() - 1).sequence();
    }

    /** Whether what came right after that number is gone already: who was there takes everything from the screen and begins with these. */
    public boolean isMissed(long asked) {
        return asked > 0 && (asked + 1 < first || asked > last);
    }

    /** At most so many of them; the first ones. */
    public ChatPage limitedTo(int most) {
        return entries.size() <= most ? this : new ChatPage(entries.subList(0, most), first, last);
    }
}
