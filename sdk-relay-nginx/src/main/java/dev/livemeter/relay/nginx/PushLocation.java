package dev.livemeter.relay.nginx;

import dev.livemeter.destination.PushTarget;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** Push targets as nginx takes them in a Location header. */
final class PushLocation {

    /** What nginx reads of a Location; the rest it cuts off without a word (decision record 0004). */
    static final int MOST_BYTES = 254;

    private static final int DEFAULT_PORT = 1935;
    private static final int LONGEST_V4 = "255.255.255.255".length();
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern APPLICATION = Pattern.compile("/[A-Za-z0-9._~-]{1,64}/?");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._~:@!*(),/?&=%+|-]{1,512}");

    private PushLocation() {}

    /** Why nginx could never push there; empty if it could. Tells neither server nor key. */
    static Optional<String> objectionTo(PushTarget target) {
        var server = target.server();
        if ("rtmps".equals(server.getScheme())) {
            return Optional.of(
                    "This relay cannot pass streams on over TLS (rtmps://) yet. If the platform offers a server that begins with"
                            + " rtmp://, use that one.");
        }
        if (!"rtmp".equals(server.getScheme())) {
            return Optional.of(
                    "This relay passes streams on to RTMP servers only; the address must begin with rtmp://.");
        }
        if (server.getHost() == null
                || !HOST.matcher(server.getHost()).matches()
                || server.getRawUserInfo() != null
                || server.getRawQuery() != null
                || server.getRawFragment() != null
                || server.getPort() == 0
                || server.getPort() > 65535) {
            return Optional.of(
                    "The server's address does not fit; write it like rtmp://host:1935/app, without user, query or fragment.");
        }
        if (!APPLICATION.matcher(server.getRawPath()).matches()) {
            return Optional.of(
                    "The server's address must name one application, like rtmp://host/app; this relay cannot push to none or to"
                            + " one of several parts.");
        }
        if (!KEY.matcher(target.key().reveal()).matches()) {
            return Optional.of(
                    "The stream key is empty, too long, or has a character that could break out of a command; copy it again from the"
                            + " platform.");
        }
        var tooMany = location("9".repeat(LONGEST_V4), target).length() - MOST_BYTES;
        if (tooMany > 0) {
            return Optional.of("Server and stream key are together " + tooMany
                    + " characters longer than this relay can pass on. Ask the"
                    + " platform for a shorter stream key.");
        }
        return Optional.empty();
    }

    /** Where nginx is to push, by address. For targets that nothing is objected to. */
    static String of(InetAddress address, PushTarget target) {
        var text = address.getHostAddress();
        return location(address instanceof Inet6Address ? "[" + text + "]" : text, target);
    }

    static int port(PushTarget target) {
        return target.server().getPort() < 0 ? DEFAULT_PORT : target.server().getPort();
    }

    private static String location(String host, PushTarget target) {
        var application = target.server().getRawPath();
        var slash = application.endsWith("/") ? "" : "/";
        return "rtmp://" + host + ":" + port(target) + application + slash
                + target.key().reveal();
    }
}
