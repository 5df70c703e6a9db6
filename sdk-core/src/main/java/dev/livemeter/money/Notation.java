package dev.livemeter.money;

import dev.livemeter.LivemeterException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a line of words that are parted by single spaces, and knows where each stands. */
final class Notation {

    private static final int LONGEST = 2_000;

    private final String code;
    private final String what;
    private final List<String> words;
    private int next;
    private int at = 1;

    /**
     * A line to read.
     *
     * @param code of the exception for what is wrong
     * @param what it is, for sentences
     */
    Notation(String code, String what, String text) {
        this.code = code;
        this.what = what;
        if (text.length() > LONGEST) {
            throw new LivemeterException(
                    code,
                    "The notation of a " + what + " has " + text.length() + " characters; expected at most " + LONGEST
                            + ".");
        }
        this.words = pieces(text, ' ');
    }

    /** The text between separators; an empty text is one empty piece. */
    static List<String> pieces(String text, char separator) {
        var pieces = new ArrayList<String>();
        var begin = 0;
        for (var end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, begin)) {
            pieces.add(text.substring(begin, end));
            begin = end + 1;
        }
        pieces.add(text.substring(begin));
        return pieces;
    }

    boolean hasNext() {
        return next < words.size();
    }

    /** Whether the next word begins so. */
    boolean nextIs(String beginning) {
        return hasNext() && words.get(next).startsWith(beginning);
    }

    /** The next word, which must be of that form. */
    Matcher word(Pattern form, String expected) {
        var matcher = form.matcher(hasNext() ? words.get(next) : "");
        if (!matcher.matches()) {
            throw fault(expected);
        }
        advance();
        return matcher;
    }

    /** What the next word says, which a parser of the JDK understands. */
    <T> T read(Function<String, T> parser, String expected) {
        try {
            var value = parser.apply(hasNext() ? words.get(next) : "");
            advance();
            return value;
        } catch (DateTimeException e) {
            throw fault(expected);
        }
    }

    /** Moves on to the word after the next. */
    private void advance() {
        at += words.get(next).length() + 1;
        next++;
    }

    /** What is wrong with the word that is to be read next. */
    LivemeterException fault(String expected) {
        var given = hasNext()
                ? "has '" + Money.printable(words.get(next)) + "' at character " + at
                : "ends after character " + Math.max(0, at - 2);
        return new LivemeterException(code, "The notation of a " + what + " " + given + "; expected " + expected + ".");
    }
}
