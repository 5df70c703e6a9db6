package dev.livemeter.tools;

import dev.livemeter.signaling.SignalingLimits;
import dev.livemeter.signaling.SignalingOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was asked for on the command line and in the environment; the command line wins. The names are those of PeerServer's command where it
 * has the option too, with hyphens or underscores.
 *
 * @param drain how long closing takes
 * @param redis where other nodes are found; empty for none
 * @param logPeers whether it is printed who comes and goes
 */
record SignalingCommandOptions(
        boolean help,
        String host,
        int port,
        Duration drain,
        String redis,
        boolean logPeers,
        SignalingOptions signaling) {

    private static final String ENVIRONMENT = "LIVEMETER_SIGNALING_";
    private static final String PROXIES = "trusted-proxies";

    /** Given several times, with several values, or with commas; PeerServer takes its origins in the first two ways. */
    private static final Set<String> LISTS = Set.of("cors", PROXIES);

    /** Name, default, what it is. */
    private static final List<List<String>> KNOWN = List.of(
            List.of("host", "::", "the address to listen on; :: for all, 127.0.0.1 for this machine alone"),
            List.of("port", "9000", "the port; 0 for a free one"),
            List.of("path", "/", "where clients find it, such as /calls"),
            List.of("key", "peerjs", "what clients name as their key"),
            List.of("expire-timeout", "5000", "how long a message waits for a peer, ms"),
            List.of("cleanup-out-msgs", "1000", "how often it is looked for those that waited too long, ms"),
            List.of("alive-timeout", "90000", "a peer that is silent for longer is gone, ms"),
            List.of("concurrent-limit", "5000", "how many peers may be connected"),
            List.of("allow-discovery", "false", "whether anybody may list the ids of all"),
            List.of("cors", "", "origins of pages that may connect, with spaces or commas; all if none"),
            List.of(PROXIES, "", "addresses or blocks whose X-Forwarded-For is believed, the same way"),
            List.of("message-bytes", "1048576", "the largest message"),
            List.of("queue-bytes", "2097152", "how much may wait for a peer that reads slowly"),
            List.of("queue-messages", "4000", "how many messages may"),
            List.of("queue-bytes-of-all", "67108864", "how much may wait for all of them"),
            List.of("waiting-bytes-per-peer", "524288", "how much may wait for one that is not there, or from one"),
            List.of("waiting-messages-per-peer", "1000", "how many messages may"),
            List.of("waiting-bytes", "67108864", "how much may wait for all that are not there"),
            List.of("messages-per-second", "200", "of one peer, in the long run"),
            List.of("message-burst", "2000", "of one peer, at once"),
            List.of("connections-per-address", "0", "0 for no limit"),
            List.of("connects-per-minute-per-address", "0", "0 for no limit"),
            List.of("redis", "", "the Redis that joins several nodes, such as redis://host:6379; alone if none"),
            List.of(
                    "log-peers",
                    "true",
                    "whether a line on standard error tells of each peer that joined, left or was lost"),
            List.of("drain", "3000", "over how long connections are closed at the end, ms"));

    private static final Map<String, String> SHORT =
            Map.of("-p", "port", "-H", "host", "-k", "key", "-t", "expire-timeout", "-c", "concurrent-limit");

    static String usage() {
        var text = new StringBuilder(
                "Brings PeerJS clients together, as PeerServer does.\n\nUsage: bin/signaling [options]\n\n");
        for (var option : KNOWN) {
            var given = option.get(1).isEmpty() ? "none" : option.get(1);
            text.append(String.format(Locale.ROOT, "  --%-32s %s (%s)%n", option.get(0), option.get(2), given));
        }
        return text + "  --help\n\nEach can stand in the environment, too: " + ENVIRONMENT + "PORT and so on; PORT and"
                + " PEERSERVER_PATH are read as PeerServer reads them.\nIt prints READY and its address once it listens.";
    }

    /**
     * Reads both.
     *
     * @throws IllegalArgumentException with a sentence about what was given and what is expected
     * @throws dev.livemeter.config.ConfigurationException for values that do not fit, all together
     */
    static SignalingCommandOptions parse(Map<String, String> environment, String... arguments) {
        if (Arrays.asList(arguments).contains("--help")
                || Arrays.asList(arguments).contains("-h")) {
            return new SignalingCommandOptions(true, "", 0, Duration.ZERO, "", false, SignalingOptions.defaults());
        }
        var values = fromEnvironment(environment);
        values.putAll(fromCommandLine(arguments));
        var limits = new SignalingLimits(
                number(values, "message-bytes"),
                number(values, "queue-bytes"),
                number(values, "queue-messages"),
                number(values, "queue-bytes-of-all"),
                number(values, "waiting-bytes-per-peer"),
                number(values, "waiting-messages-per-peer"),
                number(values, "waiting-bytes"),
                number(values, "messages-per-second"),
                number(values, "message-burst"),
                number(values, "connections-per-address"),
                number(values, "connects-per-minute-per-address"));
        var builder = SignalingOptions.builder()
                .path(text(values, "path"))
                .key(text(values, "key"))
                .expireTimeout(millis(values, "expire-timeout"))
                .expireEvery(millis(values, "cleanup-out-msgs"))
                .aliveTimeout(millis(values, "alive-timeout"))
                .mostPeers(number(values, "concurrent-limit"))
                .origins(list(values, "cors"))
                .trustedProxies(list(values, PROXIES))
                .limits(limits);
        if (flag(values, "allow-discovery")) {
            builder.openDiscovery();
        }
        return new SignalingCommandOptions(
                false,
                text(values, "host"),
                port(values),
                millis(values, "drain"),
                text(values, "redis"),
                flag(values, "log-peers"),
                builder.build());
    }

    private static Map<String, String> fromEnvironment(Map<String, String> environment) {
        var values = new HashMap<String, String>();
        Optional.ofNullable(environment.get("PORT")).ifPresent(port -> values.put("port", port));
        Optional.ofNullable(environment.get("PEERSERVER_PATH")).ifPresent(path -> values.put("path", path));
        environment.forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT)) {
                var option = plain(name.substring(ENVIRONMENT.length()));
                requireKnown(option, name);
                values.put(option, value);
            }
        });
        return values;
    }

    private static Map<String, String> fromCommandLine(String... arguments) {
        var values = new HashMap<String, String>();
        for (var i = 0; i < arguments.length; i++) {
            var written = arguments[i];
            var equals = written.indexOf('=');
            var word = equals > 0 ? written.substring(0, equals) : written;
            var option = SHORT.getOrDefault(word, word.startsWith("--") ? plain(word.substring(2)) : "");
            requireKnown(option, word);
            if (equals > 0) {
                add(values, option, written.substring(equals + 1));
            } else if (option.equals("allow-discovery")
                    && (i + 1 == arguments.length || arguments[i + 1].startsWith("-"))) {
                values.put(option, "true");
            } else if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("The option " + word + " needs a value after it.");
            } else {
                add(values, option, arguments[++i]);
            }
            while (LISTS.contains(option) && i + 1 < arguments.length && !arguments[i + 1].startsWith("-")) {
                add(values, option, arguments[++i]);
            }
        }
        return values;
    }

    /** Of a list every value counts, however it was given; of everything else the last one. */
    private static void add(Map<String, String> values, String option, String value) {
        values.merge(option, value, (before, now) -> LISTS.contains(option) ? before + "," + now : now);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void requireKnown(String option, String written) {
        switch (option) {
            case "sslkey", "sslcert" ->
                throw new IllegalArgumentException("The option " + written
                        + " is not known: TLS is for a proxy in front; name it with --trusted-proxies.");
            case "proxied" ->
                throw new IllegalArgumentException(
                        "The option " + written + " is not known: say which proxies are meant with --trusted-proxies.");
            default -> {
                if (KNOWN.stream().noneMatch(known -> known.get(0).equals(option))) {
                    throw new IllegalArgumentException(
                            "The option " + written + " is not known; bin/signaling --help lists the options.");
                }
            }
        }
    }

    private static String text(Map<String, String> values, String option) {
        return values.getOrDefault(
                option,
                KNOWN.stream()
                        .filter(known -> known.get(0).equals(option))
                        .findFirst()
                        .orElseThrow()
                        .get(1));
    }

    private static List<String> list(Map<String, String> values, String option) {
        var text = text(values, option).strip();
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    private static boolean flag(Map<String, String> values, String option) {
        var text = text(values, option);
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(
                    "The option --" + option + " was given '" + text + "'; expected true or false.");
        }
        return text.equals("true");
    }

    private static int number(Map<String, String> values, String option) {
        var text = text(values, option);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException noNumber) {
            throw new IllegalArgumentException(
                    "The option --" + option + " was given '" + text + "'; expected a whole number.", noNumber);
        }
    }

    private static Duration millis(Map<String, String> values, String option) {
        return Duration.ofMillis(number(values, option));
    }

    private static int port(Map<String, String> values) {
        var port = number(values, "port");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "The option --port was given '" + port + "'; expected 0 to 65535, 0 for a free one.");
        }
        return port;
    }
}
