package dev.livemeter.chat;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How a guest can be called, and when two names look the same. */
final class DisplayName {

    private static final int SHORTEST = 2;
    private static final int LONGEST = 30;
    private static final String ALSO_ALLOWED = " .-_'";

    /** Names that speak with authority, as {@link #skeleton} writes them. */
    private static final Set<String> RESERVED = Set.of(
            skeleton("admin"),
            skeleton("administrator"),
            skeleton("host"),
            skeleton("moderator"),
            skeleton("mod"),
            skeleton("operator"),
            skeleton("owner"),
            skeleton("root"),
            skeleton("staff"),
            skeleton("support"),
            skeleton("system"),
            skeleton("livemeter"));

    private static final Set<UnicodeScript> EAST_ASIAN = EnumSet.of(
            UnicodeScript.HAN,
            UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA,
            UnicodeScript.HANGUL,
            UnicodeScript.BOPOMOFO);

    private DisplayName() {}

    /** As it is kept: in normal form KC, without spaces around. */
    static String normalized(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKC).strip();
    }

    /** What speaks against a name that is normalized. */
    static Optional<String> objectionTo(String name) {
        var length = name.codePointCount(0, name.length());
        if (length < SHORTEST || length > LONGEST) {
            return Optional.of("The name has " + length + " characters; expected " + SHORTEST + " to " + LONGEST + ".");
        }
        if (!Character.isLetterOrDigit(name.codePointAt(0))
                || name.contains("  ")
                || !name.codePoints().allMatch(DisplayName::isAllowed)) {
            return Optional.of(
                    "The name has characters that do not fit; expected letters, digits and single ones of space . - _ ', beginning with a letter or a digit.");
        }
        if (scripts(name).size() > 1) {
            return Optional.of("The name mixes letters of several scripts; use one.");
        }
        return RESERVED.contains(skeleton(name))
                ? Optional.of("The name is reserved; choose another one.")
                : Optional.empty();
    }

    private static boolean isAllowed(int point) {
        var type = Character.getType(point);
        return Character.isLetterOrDigit(point)
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.NON_SPACING_MARK
                || ALSO_ALLOWED.indexOf(point) >= 0;
    }

    private static Set<UnicodeScript> scripts(String name) {
        var found = EnumSet.noneOf(UnicodeScript.class);
        name.codePoints().mapToObj(UnicodeScript::of).forEach(found::add);
        found.remove(UnicodeScript.COMMON);
        found.remove(UnicodeScript.INHERITED);
        if (EAST_ASIAN.containsAll(found) && found.contains(UnicodeScript.HAN)) {
            found.retainAll(EnumSet.of(UnicodeScript.HAN));
        }
        if (EAST_ASIAN.containsAll(found) && found.contains(UnicodeScript.HIRAGANA)) {
            found.retainAll(EnumSet.of(UnicodeScript.HIRAGANA));
        }
        return found;
    }

    /**
     * What a name looks like: without case, accents and what stands between letters, and with one letter for those that look alike. Names with the same skeleton are taken for the same. It errs on the
     * side of caution; a full table (Unicode TS 39) has thousands of pairs, most of which no name that passed {@link #objectionTo} can have.
     */
    static String skeleton(String name) {
        var plain = Normalizer.normalize(name, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
        var skeleton = new StringBuilder();
        plain.codePoints()
                .filter(Character::isLetterOrDigit)
                .map(point -> Lookalikes.MEANT.getOrDefault(point, point))
                .forEach(skeleton::appendCodePoint);
        return skeleton.toString().replace("rn", "m").replace("vv", "w");
    }

    /** Letters and digits that look like Latin ones, by what they look like. */
    private static final class Lookalikes {

        static final Map<Integer, Integer> MEANT = meant();

        private static Map<Integer, Integer> meant() {
            var pairs = new HashMap<Integer, Integer>();
            put(pairs, 'a', "аα");
            put(pairs, 'b', "ьвβ8");
            put(pairs, 'c', "сϲ");
            put(pairs, 'd', "ԁ");
            put(pairs, 'e', "еεєҽ3");
            put(pairs, 'g', "ɡց9");
            put(pairs, 'h', "һнհ");
            put(pairs, 'i', "іιıɩӏ1l|");
            put(pairs, 'j', "јϳ");
            put(pairs, 'k', "кκ");
            put(pairs, 'm', "м");
            put(pairs, 'n', "ηпոռ");
            put(pairs, 'o', "оοσօө0");
            put(pairs, 'p', "рρ");
            put(pairs, 'q', "ԛգ");
            put(pairs, 'r', "гᴦ");
            put(pairs, 's', "ѕ5");
            put(pairs, 't', "тτ7");
            put(pairs, 'u', "υսц");
            put(pairs, 'v', "ѵν");
            put(pairs, 'w', "ԝωѡ");
            put(pairs, 'x', "хχ");
            put(pairs, 'y', "уγүỿ");
            put(pairs, 'z', "ᴢ2");
            return Map.copyOf(pairs);
        }

        private static void put(Map<Integer, Integer> pairs, int meant, String looksLikeIt) {
            looksLikeIt.codePoints().forEach(point -> pairs.put(point, meant));
        }
    }
}
