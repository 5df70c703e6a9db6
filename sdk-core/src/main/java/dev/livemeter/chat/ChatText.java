package dev.livemeter.chat;

import java.text.Normalizer;
import java.util.Optional;

/**
 * What can be said. Text is brought into normal form C and kept as it is; what could make a line look like something else (text that runs the other way, marks that pile up, characters
 * that nobody sees) is refused rather than repaired, so that its author sees what became of it.
 */
final class ChatText {

    private static final int MOST_LINES = 10;
    private static final int MOST_MARKS = 4;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int BLACK_FLAG = 0x1F3F4;
    private static final int FIRST_TAG = 0xE0020;
    private static final int END_OF_TAGS = 0xE007F;

    private ChatText() {}

    /** As it is kept: lines end with a line feed, and each letter is written in one way. */
    static String normalized(String text) {
        var lines = text.replace("\r\n", "\n");
        return Normalizer.isNormalized(lines, Normalizer.Form.NFC)
                ? lines
                : Normalizer.normalize(lines, Normalizer.Form.NFC);
    }

    /** What speaks against a text that is normalized; empty where nothing does. */
    static Optional<String> objectionTo(String text, int longest) {
        // Looked at before it is gone through: surrogates make two chars of one character.
        if (text.length() > 2L * longest || text.codePointCount(0, text.length()) > longest) {
            return Optional.of("The message has " + text.codePointCount(0, text.length()) + " characters; at most "
                    + longest + " can be said at once.");
        }
        if (text.chars().filter(character -> character == '\n').count() >= MOST_LINES) {
            return Optional.of("The message has more than " + MOST_LINES + " lines; write fewer.");
        }
        var run = new Run();
        for (var i = 0; i < text.length(); ) {
            var point = text.codePointAt(i);
            if (!run.takes(point)) {
                return Optional.of("The message has the character " + named(point)
                        + ", or too many of its kind in a row, which does not belong into a message; leave it out.");
            }
            i += Character.charCount(point);
        }
        if (run.previous == ZERO_WIDTH_JOINER || run.inTags) {
            return Optional.of("The message ends in the middle of a character; leave its last part out.");
        }
        return run.visible ? Optional.empty() : Optional.of("The message says nothing; write something.");
    }

    private static String named(int point) {
        return String.format("U+%04X", point);
    }

    /** What was seen so far. */
    private static final class Run {

        private int previous = -1;
        private int marks;
        private boolean inTags;
        private boolean visible;

        boolean takes(int point) {
            var fits = inTags ? isTag(point) : isWelcome(point);
            inTags = (inTags && point != END_OF_TAGS);
            visible |= isVisible(point);
            previous = point;
            return fits;
        }

        private boolean isTag(int point) {
            return point >= FIRST_TAG && point <= END_OF_TAGS;
        }

        private boolean isWelcome(int point) {
            if (isTag(point)) {
                // Flags of regions are a black flag and tags.
                inTags = previous == BLACK_FLAG;
                return inTags && point != END_OF_TAGS;
            }
            var type = Character.getType(point);
            marks = isMark(type) ? marks + 1 : 0;
            return switch (type) {
                case Character.CONTROL -> point == '\n' || point == '\t';
                case Character.FORMAT -> isJoinerInItsPlace(point) || isDirectionMark(point);
                case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
                    marks <= MOST_MARKS && previous >= 0;
                case Character.SURROGATE,
                        Character.UNASSIGNED,
                        Character.PRIVATE_USE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> false;
                default -> true;
            };
        }

        /** Persian and Indian scripts, and emoji that are made of several, need joiners: one, behind something. */
        private boolean isJoinerInItsPlace(int point) {
            return (point == ZERO_WIDTH_NON_JOINER || point == ZERO_WIDTH_JOINER)
                    && previous >= 0
                    && !Character.isWhitespace(previous)
                    && Character.getType(previous) != Character.FORMAT;
        }

        /** The marks of one place turn nothing around behind them; embeddings, overrides and isolates do. */
        private boolean isDirectionMark(int point) {
            return (point == 0x200E || point == 0x200F || point == 0x061C)
                    && Character.getType(previous) != Character.FORMAT;
        }

        private static boolean isMark(int type) {
            return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
        }

        private static boolean isVisible(int point) {
            return !Character.isWhitespace(point)
                    && !Character.isSpaceChar(point)
                    && Character.getType(point) != Character.FORMAT
                    && !isMark(Character.getType(point))
                    // letters and a pattern that are drawn as nothing
                    && point != 0x115F
                    && point != 0x1160
                    && point != 0x3164
                    && point != 0xFFA0
                    && point != 0x2800;
        }
    }
}
