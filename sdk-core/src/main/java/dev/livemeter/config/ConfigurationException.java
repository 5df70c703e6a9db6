package dev.livemeter.config;

import dev.livemeter.LivemeterException;
import java.io.Serial;
import java.util.List;

/** What is wrong with a configuration: all of it at once, a sentence for each fault. */
public final class ConfigurationException extends LivemeterException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final List<String> faults;

    public ConfigurationException(List<String> faults) {
        super("configuration", message(faults));
        this.faults = List.copyOf(faults);
    }

    /** Each names the key or the method, what was given, what was expected and what to do. */
    public List<String> faults() {
        return faults;
    }

    private static String message(List<String> faults) {
        return faults.size() == 1
                ? faults.get(0)
                : "The configuration has " + faults.size() + " faults:\n  - " + String.join("\n  - ", faults);
    }
}
