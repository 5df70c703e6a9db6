package dev.livemeter.ingest;

import dev.livemeter.LivemeterException;
import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent.StreamKeyChanged;
import dev.livemeter.event.LiveEvent.StreamKeyChanged.Change;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.StreamKeyStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Makes, finds and takes back stream keys. Thread-safe. */
public final class StreamKeys {

    /** What every key begins with unless the host chooses otherwise. */
    public static final String DEFAULT_PREFIX = "ec_live_";

    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_]{0,30}_");
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._@-]{16,160}");

    private final StreamKeyStore store;
    private final IdSource ids;
    private final InstantSource clock;
    private final Events events;
    private final String prefix;
    private final Consumer<StreamKeyId> afterRevocation;

    /**
     * The stream keys of a store.
     *
     * @param prefix lower-case letters, digits and underscores, ending with one
     * @param afterRevocation is told which key is no longer good, so that a stream that runs on it is stopped
     * @throws LivemeterException {@code stream_key.malformed_prefix}
     */
    public StreamKeys(
            StreamKeyStore store,
            IdSource ids,
            InstantSource clock,
            Events events,
            String prefix,
            Consumer<StreamKeyId> afterRevocation) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new LivemeterException(
                    "stream_key.malformed_prefix",
                    "The prefix of stream keys is '" + prefix.replaceAll("\\p{Cntrl}", "?")
                            + "'; expected a-z, 0-9 and '_', beginning with a letter and ending with '_', such as ec_live_.");
        }
        this.store = store;
        this.ids = ids;
        this.clock = clock;
        this.events = events;
        this.prefix = prefix;
        this.afterRevocation = afterRevocation;
    }

    /** A new key besides those the user has. It is shown in full only now. */
    public StreamKey create(String user) {
        var owner = UserId.of(user);
        var text = Secret.of(prefix + owner + "_" + ids.next());
        var key = new StreamKey(new StreamKeyId("key-" + ids.next()), owner, text);
        var now = now();
        store.insert(new StoredStreamKey(key.id(), owner, hash(text), text.hint(), now, null));
        events.publish(new StreamKeyChanged(now, owner, key.id(), Change.CREATED));
        return key;
    }

    /**
     * A new key in place of all those the user has, which are refused from now on. A stream that runs on one of them goes on; to stop it,
     * {@linkplain #revoke revoke} the key.
     */
    public StreamKey rotate(String user) {
        var old = of(user).stream().filter(StoredStreamKey::isGood).toList();
        var key = create(user);
        old.forEach(stored -> refuse(stored.owner(), stored.id()));
        return key;
    }

    /**
     * Refuses a key from now on and stops a stream that runs on it. Idempotent.
     *
     * @return whether the user has a key of that id
     */
    public boolean revoke(String user, StreamKeyId id) {
        var known = refuse(UserId.of(user), id);
        if (known) {
            afterRevocation.accept(id);
        }
        return known;
    }

    /** All keys of a user, the newest first, as far as they are kept. */
    public List<StoredStreamKey> of(String user) {
        return store.of(UserId.of(user));
    }

    /** Whether that text could be a stream key at all. */
    public boolean isWellFormed(Secret text) {
        return FORM.matcher(text.reveal()).matches();
    }

    /** The good key of that text. */
    public Optional<StoredStreamKey> find(Secret text) {
        // Looked up by its hash: what an attacker learns from the time it takes is about the hash, which helps nobody
        // to a key.
        return isWellFormed(text) ? store.findByHash(hash(text)).filter(StoredStreamKey::isGood) : Optional.empty();
    }

    private boolean refuse(UserId owner, StreamKeyId id) {
        var now = now();
        var revoked = store.revoke(owner, id, now);
        revoked.filter(key -> now.equals(key.revokedAt()))
                .ifPresent(key -> events.publish(new StreamKeyChanged(now, owner, id, Change.REVOKED)));
        return revoked.isPresent();
    }

    private Instant now() {
        // What a store gives back is compared with this, and milliseconds are what every store keeps.
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String hash(Secret text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.reveal().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256.", e);
        }
    }
}
