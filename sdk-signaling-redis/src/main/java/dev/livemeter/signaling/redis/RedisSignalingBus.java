package dev.livemeter.signaling.redis;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.SignalingBus;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import java.net.URI;
import java.time.Duration;

/**
 * Joins signaling servers over a Redis (7.0 or later), which decides who holds which id and carries messages from node to node. Nothing has to be kept on its disk: what it
 * loses, the nodes tell it again. While it is away, peers of one node go on talking, and newcomers are let in; see {@code docs/signaling.md}. Immutable; each node that joins has
 * two connections of its own.
 */
public final class RedisSignalingBus implements SignalingBus {

    /** An answer that takes longer counts as none. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final RedisURI uri;
    private final String where;
    private final String name;

    private RedisSignalingBus(RedisURI uri, String where, String name) {
        this.uri = uri;
        this.where = where;
        this.name = name;
    }

    /**
     * A bus at that address. Connects when a server joins.
     *
     * @param uri such as {@code redis://:password@host:6379/0}, or {@code rediss://} for TLS
     * @throws LivemeterException {@code signaling.malformed_bus}
     */
    public static RedisSignalingBus at(URI uri) {
        return named("livemeter", uri);
    }

    /** As {@link #at(URI)}, from text. */
    public static RedisSignalingBus at(String uri) {
        try {
            return at(URI.create(uri));
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    /**
     * As {@link #at(URI)}, for one of several houses that share a Redis.
     *
     * @param name 1 to 64 letters, digits and hyphens; what all keys and channels begin with
     */
    public static RedisSignalingBus named(String name, URI uri) {
        if (!name.matches("[A-Za-z0-9-]{1,64}")) {
            throw new LivemeterException(
                    "signaling.malformed_bus",
                    "A signaling bus was given the name '" + name + "'; expected 1 to 64 letters, digits and hyphens.");
        }
        var scheme = uri.getScheme();
        if (scheme == null || !(scheme.equals("redis") || scheme.equals("rediss")) || uri.getHost() == null) {
            throw malformed();
        }
        final RedisURI parsed;
        try {
            parsed = RedisURI.create(uri);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        parsed.setTimeout(TIMEOUT);
        return new RedisSignalingBus(parsed, parsed.getHost() + ":" + parsed.getPort(), name);
    }

    // What was given may hold a password, so it is not repeated.
    private static LivemeterException malformed() {
        return new LivemeterException(
                "signaling.malformed_bus",
                "The address of a signaling bus cannot be read; expected one such as redis://host:6379, or rediss:// for TLS.");
    }

    @Override
    public Member join(Hearer hearer) {
        var client = RedisClient.create(uri);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(true)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(TIMEOUT)
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
                .build());
        try {
            return RedisMember.join(client, name, hearer);
        } catch (RedisException e) {
            var unused = client.shutdownAsync();
            throw new LivemeterException(
                    "signaling.bus_unreachable",
                    "The Redis at " + where
                            + " does not answer; see that it runs and that its address and password are right.",
                    true,
                    e);
        }
    }

    @Override
    public String toString() {
        return "RedisSignalingBus[" + where + ", " + name + "]";
    }
}
