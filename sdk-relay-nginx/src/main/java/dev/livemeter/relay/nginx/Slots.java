package dev.livemeter.relay.nginx;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The names of the slots, the internal applications that each lead to one destination: {@code slot1} and so on. */
final class Slots {

    private static final Pattern NAME = Pattern.compile("slot([1-9][0-9]?)");

    private Slots() {}

    static String name(int slot) {
        return "slot" + slot;
    }

    static OptionalInt number(String name) {
        var match = NAME.matcher(name);
        return match.matches() ? OptionalInt.of(Integer.parseInt(match.group(1))) : OptionalInt.empty();
    }
}
