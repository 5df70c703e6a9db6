package dev.livemeter.broadcast;

/**
 * Something that a platform finds wrong with a broadcast.
 *
 * @param code the platform's own word for it, stable, such as {@code gopSizeLong}
 * @param sentence what is wrong and what to do, for people
 */
public record BroadcastIssue(Severity severity, String code, String sentence) {

    /** How much it matters. */
    public enum Severity {
        /** Worth knowing. */
        NOTE,
        /** People may see it. */
        WARNING,
        /** The platform cannot show the broadcast, or not well. */
        ERROR
    }
}
