package dev.livemeter.tools;

import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.metrics.MetricSink;
import dev.livemeter.metrics.MetricSource;
import dev.livemeter.platforms.CustomRtmp;
import dev.livemeter.platforms.Twitch;
import dev.livemeter.platforms.YouTube;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.time.TimeSource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Checks a platform with a real account or key: {@code bin/check-platform}. Nothing calls it but a person. */
public final class CheckPlatformCommand {

    static final String USAGE = """
            Goes the way of a stream with your own account or stream key, step by step, and says at each what was found.

            Usage: bin/check-platform youtube|twitch|custom [options]

              --client-id ID            of your application at the platform; with it the account is connected by a code on another device
              --server URL              custom: the server, such as rtmp://host/app
              --seconds N               how long a test picture is sent (60)
              --privacy WHICH           youtube: private, unlisted or public (private)
              --really-live             twitch: show the picture to everybody, in place of a bandwidth test that nobody sees
              --as-the-relay            name the server's address in the RTMP tcUrl, as the relay does
              --setting NAME=VALUE      a setting of the platform, such as encrypted=false
              --help

            The client's secret is read from LIVEMETER_CHECK_CLIENT_SECRET, a stream key from the terminal. Before others may see something it asks.
            Exit code 0 if everything passed, 1 if something failed, 2 if it could not begin. ffmpeg is needed.""";

    private static final Map<String, ComponentProvider<StreamProvider>> PLATFORMS = Map.of(
            "youtube", new YouTube.Component(), "twitch", new Twitch.Component(), "custom", new CustomRtmp.Component());

    private final Map<String, String> environment;
    private final CheckDialog dialog;
    private final PrintStream err;

    CheckPlatformCommand(Map<String, String> environment, CheckDialog dialog, PrintStream err) {
        this.environment = environment;
        this.dialog = dialog;
        this.err = err;
    }

    /**
     * Checks, and ends the process.
     *
     * @param arguments the command line; see {@code bin/check-platform --help}
     * @throws InterruptedException where the thread is interrupted
     */
    @SuppressWarnings(
            "SystemConsoleNull") // from JDK 22 on there is one without a terminal too, which reads a line all the same
    public static void main(String[] arguments) throws InterruptedException {
        var console = System.console();
        var dialog = new CheckConsole(
                new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())),
                System.out,
                () -> console == null ? null : console.readPassword());
        System.exit(new CheckPlatformCommand(System.getenv(), dialog, System.err).run(arguments));
    }

    /** What was asked for. */
    private static final class Options {
        private String platform = "";
        private final Map<String, String> settings = new HashMap<>();
        private @Nullable URI server;
        private Duration stream = Duration.ofSeconds(60);
        private Privacy privacy = Privacy.PRIVATE;
        private boolean reallyLive;
        private boolean asTheRelay;
    }

    /** The exit code. */
    int run(String... arguments) throws InterruptedException {
        if (List.of(arguments).contains("--help")) {
            dialog.say(USAGE);
            return 0;
        }
        final Options options;
        final StreamProvider provider;
        try {
            options = parse(arguments);
            provider = provider(options);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        } catch (ConfigurationException e) {
            e.faults().forEach(err::println);
            return 2;
        }
        try {
            var check = new PlatformCheck(
                    provider,
                    dialog,
                    new FfmpegEncoder(options.asTheRelay),
                    TimeSource.system(),
                    span -> Thread.sleep(span.toMillis()),
                    new PlatformCheck.Wishes(options.stream, options.reallyLive, options.privacy));
            var passed = provider instanceof ConnectsDevices ? check.byAccount() : check.byKey(options.server);
            count(provider);
            return passed ? 0 : 1;
        } finally {
            close(provider);
        }
    }

    private Options parse(String... arguments) {
        var options = new Options();
        var left = new ArrayDeque<>(List.of(arguments));
        var platform = left.poll();
        if (platform == null || !PLATFORMS.containsKey(platform)) {
            throw new IllegalArgumentException(
                    "Name a platform first: youtube, twitch or custom." + " bin/check-platform --help says more.");
        }
        options.platform = platform;
        while (!left.isEmpty()) {
            var name = left.remove();
            switch (name) {
                case "--really-live" -> options.reallyLive = true;
                case "--as-the-relay" -> options.asTheRelay = true;
                case "--client-id" -> options.settings.put("client-id", value(name, left.poll()));
                case "--server" -> options.server = server(value(name, left.poll()));
                case "--seconds" -> options.stream = Duration.ofSeconds(seconds(value(name, left.poll())));
                case "--privacy" -> options.privacy = privacy(value(name, left.poll()));
                case "--setting" -> setting(options.settings, value(name, left.poll()));
                default ->
                    throw new IllegalArgumentException(
                            "The option " + name + " is not known; bin/check-platform --help lists the options.");
            }
        }
        var secret = environment.getOrDefault("LIVEMETER_CHECK_CLIENT_SECRET", "");
        if (options.settings.containsKey("client-id") && !secret.isEmpty()) {
            options.settings.put("client-secret", secret);
        }
        return options;
    }

    private static String value(String name, @Nullable String given) {
        if (given == null) {
            throw new IllegalArgumentException("The option " + name + " needs a value after it.");
        }
        return given;
    }

    private static int seconds(String text) {
        try {
            var seconds = Integer.parseInt(text);
            if (seconds >= 5 && seconds <= 3600) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("The option --seconds was given '" + text + "'; expected 5 to 3600.");
    }

    private static URI server(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The option --server was given '" + text + "'; expected an address such as rtmp://host/app.", e);
        }
    }

    private static Privacy privacy(String text) {
        for (var privacy : Privacy.values()) {
            if (privacy.name().toLowerCase(Locale.ROOT).equals(text)) {
                return privacy;
            }
        }
        throw new IllegalArgumentException(
                "The option --privacy was given '" + text + "'; expected private, unlisted or public.");
    }

    private static void setting(Map<String, String> settings, String text) {
        var halves = text.split("=", 2);
        if (halves.length != 2 || halves[0].contains("secret")) {
            throw new IllegalArgumentException(
                    "The option --setting was given something else than NAME=VALUE, or a secret,"
                            + " which does not belong on a command line.");
        }
        settings.put(halves[0], halves[1]);
    }

    private static StreamProvider provider(Options options) {
        var component = PLATFORMS.get(options.platform);
        if (component == null) {
            throw new IllegalStateException(options.platform);
        }
        return component.create(new ComponentConfig("livemeter.provider." + options.platform, options.settings));
    }

    /** What it cost, for comparison with the platform's own console. */
    private void count(StreamProvider provider) {
        if (provider instanceof MetricSource counting) {
            counting.describe(new MetricSink() {
                @Override
                public void gauge(String name, String unit, String description, DoubleSupplier value) {
                    dialog.say(name + ": " + (long) value.getAsDouble() + " " + unit);
                }

                @Override
                public void total(String name, String unit, String description, LongSupplier total) {
                    dialog.say(name + ": " + total.getAsLong() + " " + unit);
                }
            });
        }
    }

    private void close(StreamProvider provider) {
        if (provider instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                err.println("The platform's client did not close: " + e.getMessage());
            }
        }
    }
}
