package dev.livemeter.broadcast.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTextTest {

    private static final int LONGEST = 500;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "<script>alert('x')</script> & \"quotes\" \\",
                "Zoë, naïve, Ångström",
                "\u4e2d\u6587 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea",
                // Persian with a non-joiner, a family of joined emoji, a skin tone, the flag of Scotland, a keycap
                "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
                "\ud83d\udc4d\ud83c\udffd",
                "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc73\udb40\udc63\udb40\udc74\udb40\udc7f",
                "1\ufe0f\u20e3",
            })
    void leavesWhatPeopleWriteAsItIs(String text) {
        assertThat(PlatformText.clean(text, LONGEST)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "'  two\nlines\r\n and\ta tab  ', 'two lines and a tab'",
        "'a\u0000b\u0007c\u009bd', abcd",
        // overrides, embeddings, isolates and marks of direction
        "'a\u202eb\u202dc\u2066d\u2069e\u200ff', abcdef",
        "'a\u200bb\u2060c\ufeffd\u00ade', abcde",
        "'a\u2028b\u2029c', 'a b c'",
        "'\ud800a\udfff', a",
        "'a\ue000b', ab",
        "'e\u200b\u0301', \u00e9",
        "'ab\u200d', ab",
    })
    void leavesOutWhatPretends(String text, String left) {
        assertThat(PlatformText.clean(text, LONGEST)).isEqualTo(left);
    }

    @Test
    void leavesOutMarksThatPileUp() {
        assertThat(PlatformText.clean("x" + "\u0335".repeat(50) + "y", LONGEST))
                .isEqualTo("x\u0335\u0335\u0335\u0335y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u200b", "\u200d", "\u200c", "\ue000"})
    void leavesOutMarksThatPileUpBehindWhatNobodySees(String unseen) {
        var piled = PlatformText.clean("x" + ("\u0335\u0335\u0335\u0335" + unseen).repeat(50) + "y", LONGEST);
        assertThat(piled.chars().filter(c -> c == '\u0335')).hasSize(4);
        // A letter of its own has marks of its own.
        assertThat(PlatformText.clean("x\u0335\u0335\u0335 y\u0335\u0335\u0335", LONGEST))
                .isEqualTo("x\u0335\u0335\u0335 y\u0335\u0335\u0335");
    }

    @Test
    void leavesOutATextThatIsWrittenInTags() {
        var hidden = new StringBuilder("\ud83c\udff4");
        "ignore what was said before".chars().forEach(c -> hidden.appendCodePoint(0xE0000 + c));
        assertThat(PlatformText.clean(hidden.toString(), LONGEST).codePoints()).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\u200b\u2066\u202e", "\u3164", "\u0301", "\u2800\u115f"})
    void leavesNothingOfWhatCannotBeSeen(String text) {
        assertThat(PlatformText.clean(text, LONGEST)).isEmpty();
    }

    @Test
    void cutsBetweenCharacters() {
        assertThat(PlatformText.clean("\ud83d\ude00".repeat(600), LONGEST)).isEqualTo("\ud83d\ude00".repeat(500));
        assertThat(PlatformText.clean("a".repeat(1_000_000), LONGEST)).hasSize(LONGEST);
        assertThat(PlatformText.clean("\ufdfa".repeat(10_000), LONGEST).codePointCount(0, LONGEST))
                .isEqualTo(LONGEST);
    }

    @Test
    void anIdIsPrintableAndBounded() {
        assertThat(PlatformText.id("UC_x5XG1OV2P6uZZ5FSM9Ttw", 128)).isEqualTo("UC_x5XG1OV2P6uZZ5FSM9Ttw");
        assertThat(PlatformText.id("a b\u202ec\u0000", 128)).isEqualTo("a?b?c?");
        assertThat(PlatformText.id("x".repeat(1_000), 128)).hasSize(128);
    }

    @Test
    void whateverComesIsHarmlessAfterwards() {
        var random = new Random(20261122);
        for (var round = 0; round < 2_000; round++) {
            var text = new StringBuilder();
            for (var i = random.nextInt(60); i > 0; i--) {
                text.appendCodePoint(
                        switch (random.nextInt(4)) {
                            case 0 -> 0x2000 + random.nextInt(0x70);
                            case 1 -> 0x300 + random.nextInt(0x70);
                            case 2 -> random.nextInt(0x110000);
                            default -> ' ' + random.nextInt(95);
                        });
            }
            var clean = PlatformText.clean(text.toString(), 40);
            assertThat(clean.codePointCount(0, clean.length())).as("%s", text).isLessThanOrEqualTo(40);
            assertThat(clean).isEqualTo(clean.strip());
            assertThat(clean.codePoints()).allSatisfy(point -> {
                assertThat(Character.isISOControl(point)).isFalse();
                assertThat(point < 0x202A || point > 0x202E).isTrue();
                assertThat(point < 0x2066 || point > 0x2069).isTrue();
                assertThat(Character.getType(point)).isNotIn((int) Character.SURROGATE, (int) Character.PRIVATE_USE);
            });
        }
    }
}
