package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.secret.Secret;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Takes out of a text what must not be seen: the secrets that are known, and whatever looks like a token, as older versions had others. */
final class Redaction {

    static final String DOTS = "····";

    /** Long, in one piece, with letters and digits; words of nginx have no digits, numbers no letters. */
    private static final Pattern TOKEN =
            Pattern.compile("(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{20,}(?![A-Za-z0-9])");

    private final List<String> secrets;

    Redaction(List<Secret> secrets) {
        // The longest first: one may be a part of another.
        this.secrets = secrets.stream()
                .map(Secret::reveal)
                .filter(secret -> !secret.isEmpty())
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    String apply(String text) {
        var shown = text;
        for (var secret : secrets) {
            shown = shown.replace(secret, DOTS);
        }
        return TOKEN.matcher(shown).replaceAll(DOTS);
    }
}
