package dev.livemeter.chat;

import java.time.Instant;

/**
 * A message before it has its number.
 *
 * @param id made by its author's client; the same in each repeat
 * @param text as it is to be kept
 */
public record ChatDraft(ChatChannel channel, String id, ChatAuthor author, String text, Instant at) {

    /** Without the text: what people say is not for logs. */
    @Override
    public String toString() {
        return "ChatDraft[" + id + " of " + author.person() + " in " + channel + "]";
    }
}
