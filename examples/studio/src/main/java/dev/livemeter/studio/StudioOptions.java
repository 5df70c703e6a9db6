package dev.livemeter.studio;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param demo whether to play the whole story and end
 * @param httpPort of the web page; 0 for a free one
 * @param rtmpPort for the encoder; 0 for a free one
 * @param data where the database is kept; null for a temporary folder
 * @param restartGrace how long streams go on while the studio is away; zero where they end with it
 * @param tokenFor how long a token for signaling is valid
 * @param previewFor how long a call or a visit whose money is used up waits for more
 * @param topUpPage where people pay in, in place of the studio's own till; null for the till
 * @param settings a file with settings of Livemeter, such as client ids of platforms; null for none
 * @param url of the front page as people open it; null where that is the port on this machine
 */
record StudioOptions(
        boolean demo,
        boolean help,
        int httpPort,
        int rtmpPort,
        @Nullable Path data,
        Duration restartGrace,
        Duration tokenFor,
        Duration previewFor,
        @Nullable URI topUpPage,
        @Nullable Path settings,
        @Nullable URI url) {

    private static final Duration USUAL_TOKEN = Duration.ofHours(12);

    /** Time to press "Pay in", after which the call goes on. */
    private static final Duration USUAL_PREVIEW = Duration.ofSeconds(15);

    /** With tokens for signaling that are valid as long as usual, at the usual address, without settings. */
    StudioOptions(boolean demo, boolean help, int httpPort, int rtmpPort, @Nullable Path data, Duration restartGrace) {
        this(demo, help, httpPort, rtmpPort, data, restartGrace, USUAL_TOKEN, USUAL_PREVIEW, null, null, null);
    }

    static final String HELP = String.join(
            System.lineSeparator(),
            "Livemeter Studio: sell live streaming by the minute, on this machine.",
            "",
            "Usage: bin/studio [options]",
            "",
            "  --demo            play the whole story with a test picture, check every step, end",
            "  --port PORT       port of the web page (8080; a free one with --demo; 0 for a free one)",
            "  --rtmp-port PORT  port for OBS (1935; a free one with --demo; 0 for a free one)",
            "  --data FOLDER     where the database is kept (./studio-data; a temporary one with --demo)",
            "  --restart-grace SECONDS",
            "                    streams go on for that long while the studio restarts, 5 to 600 (they end with it)",
            "  --token-for SECONDS",
            "                    browsers renew their tokens for signaling that often, 5 to 600 (12 hours)",
            "  --preview-for SECONDS",
            "                    a call whose money is used up waits that long for more, 5 to 600 (15)",
            "  --top-up-page URL people pay in at that page, and callers and viewers whose money ends are led there;",
            "                    without it a button pays in for the demonstration",
            "  --settings FILE   settings of Livemeter, a line each; with a client id of YouTube or Twitch, such as",
            "                    livemeter.provider.twitch.client-id=..., accounts are connected there (they are played here)",
            "  --url URL         the page's address as people open it, where that is not http://127.0.0.1:PORT/;",
            "                    platforms send people back to URL + connected",
            "  --help            this text",
            "",
            "Everything listens on this machine alone. Ctrl+C stops it.");

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with a sentence about what was given and what is expected
     */
    static StudioOptions parse(String... arguments) {
        var demo = false;
        var help = false;
        var http = -1;
        var rtmp = -1;
        @Nullable Path data = null;
        var grace = Duration.ZERO;
        var token = USUAL_TOKEN;
        var preview = USUAL_PREVIEW;
        @Nullable URI topUpPage = null;
        @Nullable Path settings = null;
        @Nullable URI url = null;
        for (var i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--demo" -> demo = true;
                case "--help", "-h" -> help = true;
                case "--port" -> http = port(arguments, i++);
                case "--rtmp-port" -> rtmp = port(arguments, i++);
                case "--restart-grace" -> grace = seconds(arguments, i++);
                case "--token-for" -> token = seconds(arguments, i++);
                case "--preview-for" -> preview = seconds(arguments, i++);
                case "--top-up-page" -> topUpPage = page(arguments, i++);
                case "--settings" -> settings = Path.of(value(arguments, i++));
                case "--url" -> url = url(arguments, i++);
                case "--data" -> data = Path.of(value(arguments, i++));
                default ->
                    throw new IllegalArgumentException(
                            "The option " + arguments[i] + " is not known; bin/studio --help lists the options.");
            }
        }
        if (data == null && !demo) {
            data = Path.of("studio-data");
        }
        if (data == null && !grace.isZero()) {
            throw new IllegalArgumentException(
                    "The option --restart-grace needs a folder that stays; give one with --data.");
        }
        return new StudioOptions(
                demo,
                help,
                http >= 0 ? http : demo ? 0 : 8080,
                rtmp >= 0 ? rtmp : demo ? 0 : 1935,
                data,
                grace,
                token,
                preview,
                topUpPage,
                settings,
                url);
    }

    private static URI url(String[] arguments, int index) {
        var text = value(arguments, index);
        if (text.matches("https?://[A-Za-z0-9.:\\[\\]-]+/?")) {
            return URI.create(text.endsWith("/") ? text : text + "/");
        }
        throw new IllegalArgumentException("The option " + arguments[index] + " was given '" + text
                + "'; expected an address without a path, such as https://studio.example/.");
    }

    private static URI page(String[] arguments, int index) {
        var text = value(arguments, index);
        if (text.matches("https?://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9._~/-]*)?")) {
            return URI.create(text);
        }
        throw new IllegalArgumentException("The option " + arguments[index] + " was given '" + text
                + "'; expected the address of a page, such as https://shop.example/coins.");
    }

    private static Duration seconds(String[] arguments, int index) {
        var text = value(arguments, index);
        if (text.matches("[0-9]{1,3}") && Integer.parseInt(text) >= 5 && Integer.parseInt(text) <= 600) {
            return Duration.ofSeconds(Integer.parseInt(text));
        }
        throw new IllegalArgumentException(
                "The option " + arguments[index] + " was given '" + text + "'; expected 5 to 600 seconds.");
    }

    private static int port(String[] arguments, int index) {
        var text = value(arguments, index);
        try {
            var port = Integer.parseInt(text);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // told below, with the range
        }
        throw new IllegalArgumentException(
                "The option " + arguments[index] + " was given '" + text + "'; expected a port from 0 to 65535.");
    }

    private static String value(String[] arguments, int index) {
        if (index + 1 >= arguments.length) {
            throw new IllegalArgumentException("The option " + arguments[index] + " needs a value after it.");
        }
        return arguments[index + 1];
    }
}
