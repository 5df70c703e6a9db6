package dev.livemeter.broadcast.chat;

import java.text.Normalizer;

/**
 * Makes what comes from platforms fit to be shown: one line, in normal form C, bounded, without what could make it look like something else (text that runs the other way, marks
 * that pile up, characters that nobody sees). It is repaired and not refused, as its author cannot be asked.
 */
final class PlatformText {

    static final int LONGEST_TEXT = 500;
    static final int LONGEST_NAME = 64;
    static final int LONGEST_PAID = 40;

    /** Normal form C can be three times as long as what it is made of; beyond that nothing is looked at. */
    private static final int LOOKED_AT = 4;

    private static final int MOST_MARKS = 4;

    /** The longest flag of a region has six; more could carry a text that nobody sees. */
    private static final int MOST_TAGS = 6;

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int BLACK_FLAG = 0x1F3F4;
    private static final int FIRST_TAG = 0xE0020;
    private static final int END_OF_TAGS = 0xE007F;

    private PlatformText() {}

    /** What is left of a text; empty where nothing of it can be seen. */
    static String clean(String text, int longest) {
        var looked = text.length() <= longest * LOOKED_AT ? text : text.substring(0, longest * LOOKED_AT);
        var one = Normalizer.normalize(looked, Normalizer.Form.NFC);
        var kept = new Kept(longest);
        for (var i = 0; i < one.length() && !kept.isFull(); ) {
            var point = one.codePointAt(i);
            kept.look(point);
            i += Character.charCount(point);
        }
        return kept.text();
    }

    /** An id as it can be compared and shown: printable ASCII, at most so long. */
    static String id(String id, int longest) {
        var cut = id.length() <= longest ? id : id.substring(0, longest);
        return cut.chars().allMatch(c -> c > ' ' && c < 0x7F) ? cut : cut.replaceAll("[^\\x21-\\x7E]", "?");
    }

    private static final class Kept {

        private final StringBuilder text = new StringBuilder();
        private final int longest;
        private int points;
        private int previous = -1;
        private int marks;
        private int tags;
        private boolean visible;

        Kept(int longest) {
            this.longest = longest;
        }

        boolean isFull() {
            return points >= longest;
        }

        void look(int point) {
            var type = Character.getType(point);
            if (isSpace(point, type)) {
                if (previous >= 0 && previous != ' ') {
                    keep(' ');
                }
                return;
            }
            if (isWelcome(point, type)) {
                visible |= isVisible(point, type);
                keep(point);
            }
        }

        private void keep(int point) {
            text.appendCodePoint(point);
            points++;
            previous = point;
            // What nobody sees does not part the marks before it from those behind.
            var type = Character.getType(point);
            if (!isMark(type) && type != Character.FORMAT) {
                marks = 0;
            }
        }

        private static boolean isSpace(int point, int type) {
            return Character.isWhitespace(point) || type == Character.SPACE_SEPARATOR;
        }

        private boolean isWelcome(int point, int type) {
            if (point >= FIRST_TAG && point <= END_OF_TAGS) {
                // Flags of regions are a black flag and tags.
                tags = previous == BLACK_FLAG ? 1 : tags == 0 || previous == END_OF_TAGS ? MOST_TAGS + 1 : tags + 1;
                return tags <= MOST_TAGS;
            }
            tags = 0;
            var isMark = isMark(type);
            if (isMark) {
                marks++;
            }
            return switch (type) {
                case Character.FORMAT -> isJoinerInItsPlace(point);
                case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> marks <= MOST_MARKS && previous >= 0;
                case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE -> false;
                default -> true;
            };
        }

        private static boolean isMark(int type) {
            return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
        }

        /** Persian and Indian scripts, and emoji that are made of several, need joiners: one, behind something. */
        private boolean isJoinerInItsPlace(int point) {
            return (point == ZERO_WIDTH_NON_JOINER || point == ZERO_WIDTH_JOINER)
                    && previous >= 0
                    && previous != ' '
                    && Character.getType(previous) != Character.FORMAT;
        }

        private static boolean isVisible(int point, int type) {
            return type != Character.FORMAT
                    && type != Character.NON_SPACING_MARK
                    && type != Character.ENCLOSING_MARK
                    // letters and a pattern that are drawn as nothing
                    && point != 0x115F
                    && point != 0x1160
                    && point != 0x3164
                    && point != 0xFFA0
                    && point != 0x2800;
        }

        String text() {
            if (!visible) {
                return "";
            }
            var end = text.length();
            while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == ZERO_WIDTH_JOINER)) {
                end--;
            }
            // What was left out may have stood between a letter and its mark.
            return Normalizer.normalize(text.substring(0, end), Normalizer.Form.NFC);
        }
    }
}
