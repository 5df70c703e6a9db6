package dev.livemeter.destination;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place to pass a stream on to, as its owner describes it: by a stream key that they copied from the platform, or by their account there, for which the platform
 * is asked each time. It has exactly one of the two.
 *
 * @param platform the name of the {@link dev.livemeter.spi.StreamProvider} that knows the way, such as {@code twitch}
 * @param name what people call it; 1 to 60 characters, no control characters
 * @param server the RTMP application to publish to, such as {@code rtmp://host/app}; null where the platform has a fixed one
 * @param key the platform's stream key; 1 to 4,000 characters of those that no RTMP server, URL or configuration file gives a meaning
 *     to that could break out of it; null where an account is named
 * @param account the owner's account on the platform, which then says itself where to publish; null where a key is given
 */
public record Destination(
        String platform,
        String name,
        @Nullable URI server,
        @Nullable Secret key,
        @Nullable AccountId account) {

    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._~:@!*(),/?&=%+|-]{1,4000}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]{1,64}){1,4}/?");

    public Destination {
        if (!PLATFORM.matcher(platform).matches()) {
            throw malformed("The platform of a destination is not a name of a-z, 0-9 and '-', such as twitch.");
        }
        if (name.isBlank() || name.length() > 60 || name.chars().anyMatch(Character::isISOControl)) {
            throw malformed("The name of a destination is 1 to 60 characters without control characters; got "
                    + name.length() + " characters.");
        }
        if ((key == null) == (account == null)) {
            throw malformed("The destination '" + name + "' has "
                    + (key == null ? "neither a stream key nor an account" : "a stream key and an account")
                    + "; give one of the two.");
        }
        if (key != null && !KEY.matcher(key.reveal()).matches()) {
            throw malformed("The stream key of the destination '" + name + "' does not fit: it has "
                    + key.reveal().length()
                    + " characters, expected 1 to 4,000 of letters, digits and . _ ~ : @ ! * ( ) , / ? & = % + | - without blanks,"
                    + " quotes or semicolons. Copy it again from the platform.");
        }
        if (server != null && account != null) {
            throw malformed("The destination '" + name
                    + "' names an account and a server; leave the server out, the platform tells it.");
        }
        if (server != null) {
            requireRtmp(name, server);
        }
    }

    /** A destination by its stream key. */
    public Destination(String platform, String name, @Nullable URI server, Secret key) {
        this(platform, name, server, key, null);
    }

    /** A place that the owner's connected account opens, with no key to copy. */
    public static Destination account(String platform, String name, AccountId account) {
        return new Destination(platform, name, null, null, account);
    }

    /** A channel on Twitch, by its stream key. */
    public static Destination twitch(String key) {
        return new Destination("twitch", "Twitch", null, Secret.of(key));
    }

    /** A stream on YouTube, by its stream key. */
    public static Destination youtube(String key) {
        return new Destination("youtube", "YouTube", null, Secret.of(key));
    }

    /**
     * Any RTMP server.
     *
     * @param server such as {@code rtmp://host:1935/app}
     * @throws LivemeterException {@code destination.malformed} with what is wrong and what to do
     */
    public static Destination custom(String name, String server, String key) {
        final URI address;
        try {
            address = URI.create(server);
        } catch (IllegalArgumentException e) {
            throw malformed("The server of the destination '" + name
                    + "' is not a URL; write it like rtmp://host/app, without blanks or quotes.");
        }
        return new Destination("custom", name, address, Secret.of(key));
    }

    /** The same destination under another name. */
    public Destination named(String other) {
        return new Destination(platform, other, server, key, account);
    }

    /**
     * The stream key of a destination that has one, as all have that a provider {@linkplain dev.livemeter.spi.StreamProvider#prepare prepares}.
     *
     * @throws IllegalStateException where it names an account
     */
    public Secret requireKey() {
        if (key == null) {
            throw new IllegalStateException(
                    "The destination '" + name + "' goes by an account and has no stream key; ask account() first.");
        }
        return key;
    }

    private static void requireRtmp(String name, URI server) {
        var scheme = server.getScheme();
        if (!"rtmp".equals(scheme) && !"rtmps".equals(scheme)) {
            throw malformed("The server of the destination '" + name
                    + "' begins with neither rtmp:// nor rtmps://; write it like rtmp://host/app.");
        }
        if (server.getRawUserInfo() != null || server.getRawQuery() != null || server.getRawFragment() != null) {
            throw malformed(
                    "The server of the destination '" + name
                            + "' carries a user, a query or a fragment; give scheme, host and application only, and the rest in the key.");
        }
        var host = server.getHost();
        if (host == null || !HOST.matcher(host).matches()) {
            throw malformed("The server of the destination '" + name
                    + "' has no host name or IPv4 address that can be used; write it like rtmp://host/app.");
        }
        if (server.getPort() == 0 || server.getPort() > 65535) {
            throw malformed(
                    "The port " + server.getPort() + " of the destination '" + name + "' is not in 1 to 65535.");
        }
        if (!PATH.matcher(server.getRawPath()).matches()) {
            throw malformed(
                    "The server of the destination '" + name
                            + "' names no application that can be used; expected one to four parts of letters, digits and . _ ~ -, like rtmp://host/app.");
        }
    }

    private static LivemeterException malformed(String message) {
        return new LivemeterException("destination.malformed", message);
    }
}
