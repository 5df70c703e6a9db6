package dev.livemeter.relay.nginx.deploy;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

/** What differs between two configurations, as a unified diff for people. */
final class Difference {

    private static final int CONTEXT_LINES = 3;
    private static final String NOTHING = "/dev/null";

    private Difference() {}

    /** Compared as they are and shown redacted: so a token that changed shows as a line that changed. */
    static String between(SortedMap<String, String> before, SortedMap<String, String> after, Redaction redaction) {
        var names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        var text = new ArrayList<String>();
        for (var name : names) {
            var old = lines(before.get(name));
            var patch = DiffUtils.diff(old, lines(after.get(name)));
            text.addAll(UnifiedDiffUtils.generateUnifiedDiff(
                    before.containsKey(name) ? "in force/" + name : NOTHING,
                    after.containsKey(name) ? "new/" + name : NOTHING,
                    old,
                    patch,
                    CONTEXT_LINES));
        }
        return redaction.apply(String.join("\n", text));
    }

    private static List<String> lines(@org.jspecify.annotations.Nullable String text) {
        return text == null ? List.of() : text.lines().toList();
    }
}
