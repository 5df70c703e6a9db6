package dev.livemeter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zoë",
                "Jean-Luc O'Neill",
                "user.9_x",
                "Анна",
                "\u4e2d\u6587\u540d",
                "\u3072\u3089\u304c\u306a\u6f22\u5b57",
                "Al"
            })
    void takesNamesOfPeople(String name) {
        assertThat(DisplayName.objectionTo(DisplayName.normalized(name))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a  b",
                ".dot",
                "<b>x</b>",
                "a\u200bb",
                "a\u202eb",
                "smile\ud83d\ude00",
                "tab\tname",
                "at@home",
                "sl/ash",
                "\u2713 Bob"
            })
    void refusesWhatIsNoName(String name) {
        assertThat(DisplayName.objectionTo(DisplayName.normalized(name)))
                .contains(
                        "The name has characters that do not fit; expected letters, digits and single ones of space . - _ ', beginning with a letter or a digit.");
    }

    @Test
    void refusesWhatIsTooShortTooLongMixedOrReserved() {
        assertThat(DisplayName.objectionTo("x")).contains("The name has 1 characters; expected 2 to 30.");
        assertThat(DisplayName.objectionTo("x".repeat(31))).contains("The name has 31 characters; expected 2 to 30.");
        assertThat(DisplayName.objectionTo("Bоb")).contains("The name mixes letters of several scripts; use one.");
        for (var reserved : new String[] {"admin", "A d-m.i n", "M0derator", "rnoderator", "SYSTEM", "\uff21dmin"}) {
            assertThat(DisplayName.objectionTo(DisplayName.normalized(reserved)))
                    .as(reserved)
                    .contains("The name is reserved; choose another one.");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "alice, ALICE",
        "alice, Alice.",
        "alice, a l i c e",
        "alice, a1ice",
        "alice, аӏісе",
        "bob, ВОВ",
        "bob, b0b",
        "zoe, Zoë",
        "morris, rnorris",
        "paypal, рауpal",
        "will, vvi11",
        "nora, ηora"
    })
    void namesThatLookTheSameAreTheSame(String one, String other) {
        assertThat(DisplayName.skeleton(DisplayName.normalized(other))).isEqualTo(DisplayName.skeleton(one));
    }

    @Test
    void namesThatLookDifferentAreDifferent() {
        assertThat(DisplayName.skeleton("alice")).isNotEqualTo(DisplayName.skeleton("alicia"));
        assertThat(DisplayName.skeleton("Анна")).isNotEqualTo(DisplayName.skeleton("Инна"));
    }
}
