package dev.livemeter.chat;

/**
 * What somebody may do in a channel.
 *
 * @param sentence why not more, for the person; empty where nothing is refused
 */
public record ChatLeave(Level level, String sentence) {

    /** Each includes the ones before it. */
    public enum Level {
        /** Sees nothing. */
        NOTHING,
        /** Sees what is said. */
        READ,
        /** Speaks. */
        WRITE,
        /** Deletes what others say. */
        MODERATE
    }

    /** Nothing, for that reason. */
    public static ChatLeave nothing(String sentence) {
        return new ChatLeave(Level.NOTHING, sentence);
    }

    /** To read, and no more for that reason. */
    public static ChatLeave read(String sentence) {
        return new ChatLeave(Level.READ, sentence);
    }

    /** To read and write. */
    public static ChatLeave write() {
        return new ChatLeave(Level.WRITE, "Only the host and moderators of this chat may delete messages.");
    }

    /** Everything. */
    public static ChatLeave moderate() {
        return new ChatLeave(Level.MODERATE, "");
    }

    boolean allows(Level wanted) {
        return level.compareTo(wanted) >= 0;
    }
}
