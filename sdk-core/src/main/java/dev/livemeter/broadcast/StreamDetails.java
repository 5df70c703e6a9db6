package dev.livemeter.broadcast;

import dev.livemeter.LivemeterException;

/**
 * What an artist says of a stream, for platforms and history.
 *
 * @param title 1 to 100 characters without control characters, angle brackets left out: the least of what platforms take
 * @param description at most 5,000 characters, without control characters but line breaks and without angle brackets
 * @param category what it is about, in the words of the platform, such as the name of a game; empty for none
 * @param privacy who may see it, where the platform lets one choose
 */
public record StreamDetails(String title, String description, String category, Privacy privacy) {

    private static final int TITLE = 100;
    private static final int DESCRIPTION = 5000;
    private static final int CATEGORY = 100;

    public StreamDetails {
        title = title.strip();
        description = description.strip();
        category = category.strip();
        require("title", title, 1, TITLE, false);
        require("description", description, 0, DESCRIPTION, true);
        require("category", category, 0, CATEGORY, false);
    }

    /** Seen by everybody. */
    public static StreamDetails titled(String title) {
        return new StreamDetails(title, "", "", Privacy.PUBLIC);
    }

    /** Who may see a broadcast. */
    public enum Privacy {
        PUBLIC,
        /** Whoever has the link. */
        UNLISTED,
        /** Nobody but its owner, and whom they invite on the platform. */
        PRIVATE
    }

    private static void require(String what, String text, int least, int most, boolean lines) {
        var length = text.codePointCount(0, text.length());
        var clean = text.codePoints()
                .allMatch(c ->
                        c != '<' && c != '>' && (!Character.isISOControl(c) || (lines && (c == '\n' || c == '\r'))));
        if (length < least || length > most || !clean) {
            throw new LivemeterException(
                    "stream.malformed_details",
                    "The " + what + " of a stream has " + length + " characters; expected " + least + " to " + most
                            + " without < and > and without control characters.");
        }
    }
}
