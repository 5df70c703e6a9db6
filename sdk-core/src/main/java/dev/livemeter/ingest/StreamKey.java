package dev.livemeter.ingest;

import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;

/**
 * The secret with which an encoder publishes, such as {@code ec_live_alice_2v7k...}. It exists in full only here, at the
 * moment it is made; what is stored is a hash. Prints redacted.
 */
public final class StreamKey {

    private final StreamKeyId id;
    private final UserId owner;
    private final Secret text;

    StreamKey(StreamKeyId id, UserId owner, Secret text) {
        this.id = id;
        this.owner = owner;
        this.text = text;
    }

    public StreamKeyId id() {
        return id;
    }

    public UserId owner() {
        return owner;
    }

    /** The key itself, for the person who enters it in an encoder. It cannot be asked for again later. */
    public String reveal() {
        return text.reveal();
    }

    @Override
    public String toString() {
        return "StreamKey[" + id + " of " + owner + ", " + text.hint() + "]";
    }
}
