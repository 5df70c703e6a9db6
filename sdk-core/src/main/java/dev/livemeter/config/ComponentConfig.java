package dev.livemeter.config;

import dev.livemeter.LivemeterException;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings below one prefix of a properties file, read by type. A getter never throws: it notes the fault, and
 * {@link #check()} tells all of them together, keys that nobody asked for included. Not thread-safe; lives as long as one component is
 * being made.
 */
public final class ComponentConfig {

    private static final Pattern SHORT_DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private final String prefix;
    private final Map<String, String> settings;
    private final Set<String> asked = new HashSet<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * @param prefix of the keys, without the last dot; used to name keys in faults, such as {@code livemeter.wallet.jdbc}
     * @param settings keys without the prefix
     */
    public ComponentConfig(String prefix, Map<String, String> settings) {
        this.prefix = prefix;
        this.settings = Map.copyOf(settings);
    }

    /** The settings of {@code properties} whose keys begin with {@code prefix} and a dot. */
    public static ComponentConfig below(String prefix, Map<String, String> properties) {
        var own = new HashMap<String, String>();
        properties.forEach((key, value) -> {
            if (key.startsWith(prefix + ".")) {
                own.put(key.substring(prefix.length() + 1), value);
            }
        });
        return new ComponentConfig(prefix, own);
    }

    /** Any text that is not blank. */
    public Setting<String> text(String key) {
        return read(key, "some text", text -> text);
    }

    /** Text that must not be seen; a fault about it does not repeat it. */
    public Setting<Secret> secret(String key) {
        return read(key, "some text", Secret::of);
    }

    /** A whole number from {@code least} to {@code most}. */
    public Setting<Integer> integer(String key, int least, int most) {
        return read(key, "a whole number from " + least + " to " + most, text -> {
            var number = Integer.parseInt(text);
            if (number < least || number > most) {
                throw new IllegalArgumentException();
            }
            return number;
        });
    }

    /** {@code true} or {@code false}. */
    public Setting<Boolean> flag(String key) {
        return read(key, "true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        });
    }

    /** One of a type's constants, in lower case with hyphens: {@code retry-and-terminate}. */
    public <E extends Enum<E>> Setting<E> choice(String key, Class<E> type) {
        var names = new TreeMap<String, E>();
        for (var constant : type.getEnumConstants()) {
            names.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
        }
        return read(key, "one of " + String.join(", ", names.keySet()), text -> {
            var chosen = names.get(text);
            if (chosen == null) {
                throw new IllegalArgumentException();
            }
            return chosen;
        });
    }

    /** A span of time: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h}, {@code 1d}, or ISO 8601 such as {@code PT10S}; not negative. */
    public Setting<Duration> duration(String key) {
        return read(key, "a span of time such as 10s, 5m or 2h", ComponentConfig::parseDuration);
    }

    /** A currency by its ISO 4217 code. */
    public Setting<Currency> currency(String key) {
        return read(key, "an ISO 4217 code such as USD", Currency::getInstance);
    }

    /** An amount such as {@code 5.00} in the given currency. */
    public Setting<Money> money(String key, Currency currency) {
        return read(key, "an amount such as 5.00", text -> Money.of(currency.getCurrencyCode(), text));
    }

    /** Steps of time in seconds, such as {@code 60/60}. */
    public Setting<Increment> increment(String key) {
        return read(key, "steps in seconds such as 60/60", Increment::parse);
    }

    /**
     * A value of any other type.
     *
     * @param expected for the fault, what the parser understands, such as {@code graduated or opening-tier}
     * @param parser throws {@link IllegalArgumentException} or {@link LivemeterException} for what it does not
     */
    public <T> Setting<T> parsed(String key, String expected, Function<String, T> parser) {
        return read(key, expected, parser);
    }

    /** A path of the file system. */
    public Setting<Path> path(String key) {
        return read(key, "a path", Path::of);
    }

    /** An absolute URI. */
    public Setting<URI> uri(String key) {
        return read(key, "a URL with a scheme and a host", text -> {
            try {
                var uri = new URI(text);
                if (!uri.isAbsolute() || uri.getHost() == null) {
                    throw new IllegalArgumentException();
                }
                return uri;
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException(e);
            }
        });
    }

    /** Notes a fault that only the component can see, such as two settings that exclude each other. */
    public void fault(String sentence) {
        faults.add(sentence);
    }

    /**
     * Tells every fault so far.
     *
     * @throws ConfigurationException if there is one, or a key that nobody asked for
     */
    public void check() {
        var unknown = new TreeSet<>(settings.keySet());
        unknown.removeAll(asked);
        for (var key : unknown) {
            faults.add("The setting " + prefix + "." + key + " is not known here; known are "
                    + String.join(", ", new TreeSet<>(asked)) + ". Correct or remove it.");
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    private <T> Setting<T> read(String key, String expected, Function<String, T> parser) {
        asked.add(key);
        var text = settings.get(key);
        if (text == null || text.isBlank()) {
            return new Setting<>(key, expected, null);
        }
        try {
            return new Setting<>(key, expected, parser.apply(text.strip()));
        } catch (IllegalArgumentException | LivemeterException | DateTimeParseException e) {
            faults.add(
                    "The setting " + prefix + "." + key + " is '" + shown(key, text) + "'; expected " + expected + ".");
            return new Setting<>(key, expected, null, true);
        }
    }

    private static String shown(String key, String text) {
        var hidden = key.contains("password") || key.contains("secret") || key.contains("key");
        var clean = text.replaceAll("\\p{Cntrl}", "?");
        return hidden ? "····" : clean.length() <= 60 ? clean : clean.substring(0, 60) + "...";
    }

    private static Duration parseDuration(String text) {
        var match = SHORT_DURATION.matcher(text);
        if (!match.matches()) {
            var parsed = Duration.parse(text);
            if (parsed.isNegative()) {
                throw new IllegalArgumentException();
            }
            return parsed;
        }
        var count = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** One setting: given, absent, or given wrongly and noted as a fault. */
    public final class Setting<T> {

        private final String key;
        private final String expected;
        private final @Nullable T value;
        private final boolean faulty;

        private Setting(String key, String expected, @Nullable T value) {
            this(key, expected, value, false);
        }

        private Setting(String key, String expected, @Nullable T value, boolean faulty) {
            this.key = key;
            this.expected = expected;
            this.value = value;
            this.faulty = faulty;
        }

        /** Its value, or that one where it is absent. */
        public T orElse(T other) {
            return value == null ? other : value;
        }

        /** Notes a fault where it is absent. */
        public Setting<T> required() {
            if (value == null && !faulty) {
                faults.add("The setting " + prefix + "." + key + " is missing; expected " + expected + ".");
            }
            return this;
        }

        /** Whether it was given, and rightly. */
        public boolean isPresent() {
            return value != null;
        }

        /**
         * Its value. To be called after {@link ComponentConfig#check()} for a {@linkplain #required() required} setting.
         *
         * @throws IllegalStateException if there is none
         */
        public T get() {
            if (value == null) {
                throw new IllegalStateException(
                        "The setting " + prefix + "." + key + " was read before check() or is not required.");
            }
            return value;
        }
    }
}
