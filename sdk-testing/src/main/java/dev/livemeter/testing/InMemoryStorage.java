package dev.livemeter.testing;

import dev.livemeter.secret.AesGcmSecretCipher;
import dev.livemeter.spi.DestinationStore;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamKeyStore;
import java.util.Optional;

/** All stores in memory, for tests. Thread-safe. */
public final class InMemoryStorage implements Storage {

    private final SessionStore sessions = new InMemorySessionStore();
    private final StreamKeyStore streamKeys = new InMemoryStreamKeyStore();
    private final DestinationStore destinations = new InMemoryDestinationStore();
    // A key of zeros hides nothing; it is there so that code under test seals and opens as it will in production.
    private final SecretCipher cipher = AesGcmSecretCipher.withKey(new byte[32]);

    private InMemoryStorage() {}

    /** Empty stores. */
    public static InMemoryStorage create() {
        return new InMemoryStorage();
    }

    @Override
    public SessionStore sessions() {
        return sessions;
    }

    @Override
    public StreamKeyStore streamKeys() {
        return streamKeys;
    }

    @Override
    public DestinationStore destinations() {
        return destinations;
    }

    /** Seals with a fixed key that everybody knows: right for tests, and for nothing else. */
    @Override
    public Optional<SecretCipher> cipher() {
        return Optional.of(cipher);
    }
}
