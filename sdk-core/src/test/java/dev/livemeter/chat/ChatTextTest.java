package dev.livemeter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTextTest {

    private static final int LONGEST = 500;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "<script>alert('x')</script> & \"quotes\" \\",
                "two\nlines\tand a tab",
                "Zoë, naïve, Ångström",
                "\u4e2d\u6587 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea",
                // Persian with a non-joiner, a family of joined emoji, a skin tone, the flag of Scotland, a keycap
                "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
                "\ud83d\udc4d\ud83c\udffd",
                "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc73\udb40\udc63\udb40\udc74\udb40\udc7f",
                "1\ufe0f\u20e3",
                "mark \u200e of one place"
            })
    void takesWhatPeopleWrite(String text) {
        assertThat(ChatText.objectionTo(ChatText.normalized(text), LONGEST)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // an escape, a null, a delete, a C1 control
                "a\u001b[31m",
                "a\u0000b",
                "a\u007f",
                "a\u0085",
                // embeddings, overrides, isolates
                "abc\u202egnp.exe",
                "\u202atext",
                "\u2066text\u2069",
                // nothing to be seen: spaces of no width, a byte order mark, a soft hyphen, an invisible times
                "a\u200bb",
                "a\u2060b",
                "\ufeffabc",
                "a\u00adb",
                "a\u2062b",
                // joiners in a row, at the beginning, behind a space
                "a\u200d\u200db",
                "\u200dabc",
                "a \u200cb",
                // tags without a flag
                "a\udb40\udc67",
                // a half of a character, one that does not exist, private use
                "a\ud83d",
                "\ude00a",
                "a\uffff",
                "a\ue000",
                // separators of lines and paragraphs
                "a\u2028b",
                "a\u2029b",
                // marks that pile up
                "x\u0300\u0301\u0302\u0303\u0304"
            })
    void refusesWhatHidesOrTurnsAround(String text) {
        assertThat(ChatText.objectionTo(ChatText.normalized(text), LONGEST))
                .hasValueSatisfying(
                        sentence -> assertThat(sentence)
                                .matches(
                                        "The message has the character U\\+[0-9A-F]{4,6}, or too many of its kind in a row, which does not belong into a message; leave it out\\."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\n", "\u00a0\u3000", "\u2800\u2800", "\u3164", "\u115f\u1160", " \t "})
    void refusesWhatSaysNothing(String text) {
        assertThat(ChatText.objectionTo(text, LONGEST)).contains("The message says nothing; write something.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab\u200d", "\ud83c\udff4\udb40\udc67"})
    void refusesAnEndInTheMiddleOfACharacter(String text) {
        assertThat(ChatText.objectionTo(text, LONGEST))
                .contains("The message ends in the middle of a character; leave its last part out.");
    }

    @Test
    void countsCharactersAndNotTheirHalves() {
        assertThat(ChatText.objectionTo("\ud83d\ude00".repeat(10), 10)).isEmpty();
        assertThat(ChatText.objectionTo("\ud83d\ude00".repeat(11), 10))
                .contains("The message has 11 characters; at most 10 can be said at once.");
        assertThat(ChatText.objectionTo("a".repeat(1_000_000), 10))
                .contains("The message has 1000000 characters; at most 10 can be said at once.");
    }

    @Test
    void refusesAWallOfLines() {
        assertThat(ChatText.objectionTo("a\n".repeat(9) + "a", LONGEST)).isEmpty();
        assertThat(ChatText.objectionTo("a\n".repeat(10) + "a", LONGEST))
                .contains("The message has more than 10 lines; write fewer.");
    }

    @Test
    void keepsTextAsItIsButForOneWayOfWritingIt() {
        assertThat(ChatText.normalized("e\u0301\r\n<b>")).isEqualTo("\u00e9\n<b>");
        assertThat(ChatText.normalized("\ufb01 \u2460")).isEqualTo("\ufb01 \u2460");
    }

    @Test
    void whateverIsTakenStaysAsItIsAndHoldsNothingHidden() {
        var random = new Random(4711);
        for (var round = 0; round < 20_000; round++) {
            var text = new StringBuilder();
            for (var i = random.nextInt(8); i >= 0; i--) {
                text.appendCodePoint(
                        random.nextBoolean() ? random.nextInt(0x3000) : random.nextInt(Character.MAX_CODE_POINT));
            }
            var kept = ChatText.normalized(text.toString());
            if (ChatText.objectionTo(kept, LONGEST).isEmpty()) {
                assertThat(ChatText.normalized(kept)).isEqualTo(kept);
                assertThat(kept.codePoints())
                        .noneMatch(point -> Character.getType(point) == Character.SURROGATE
                                || (point >= 0x202A && point <= 0x202E)
                                || (point >= 0x2066 && point <= 0x2069)
                                || (Character.isISOControl(point) && point != '\n' && point != '\t'));
            }
        }
    }
}
