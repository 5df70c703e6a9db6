package dev.livemeter.fleet;

import dev.livemeter.LivemeterException;
import java.util.List;

/** Says that there is no host of a name, and which there are. */
final class UnknownHost {

    private static final int SHOWN = 40;

    private UnknownHost() {}

    static LivemeterException of(String given, List<String> known) {
        var clean = given.replaceAll("\\p{Cntrl}", "?");
        var shown = clean.length() <= SHOWN ? clean : clean.substring(0, SHOWN) + "...";
        return new LivemeterException(
                "relay_host.unknown", "There is no relay host called '" + shown + "'; " + words(known) + ".");
    }

    private static String words(List<String> known) {
        return switch (known.size()) {
            case 0 -> "there is none at all";
            case 1 -> "there is only " + known.get(0);
            default -> "there are " + String.join(", ", known);
        };
    }
}
