package dev.livemeter.destination;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.DestinationStore;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.StreamProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The destinations of users. Their keys are sealed before they reach the store. Thread-safe. */
public final class Destinations {

    private final DestinationStore store;
    private final SecretCipher cipher;
    private final IdSource ids;
    private final Map<String, StreamProvider> providers;
    private final int limit;
    private final Consumer<UserId> onChange;

    /**
     * The destinations of a store.
     *
     * @param providers by name
     * @param limit how many a user may have
     * @param onChange is told after each change, so that running streams follow
     */
    public Destinations(
            DestinationStore store,
            SecretCipher cipher,
            IdSource ids,
            Map<String, StreamProvider> providers,
            int limit,
            Consumer<UserId> onChange) {
        this.store = store;
        this.cipher = cipher;
        this.ids = ids;
        this.providers = Map.copyOf(providers);
        this.limit = limit;
        this.onChange = onChange;
    }

    /**
     * Adds a destination at the end of a user's list, enabled. Running streams of the user go there at once.
     *
     * @throws LivemeterException {@code destination.unknown_platform}, {@code destination.malformed} as its provider sees it,
     *     {@code destination.limit}
     */
    public SavedDestination add(String user, Destination destination) {
        check(destination);
        var owner = UserId.of(user);
        var id = new DestinationId("dst-" + ids.next());
        var stored = store.insert(seal(id, owner, destination, true, 0), limit)
                .orElseThrow(() -> new LivemeterException(
                        "destination.limit",
                        "The user " + owner + " has " + limit
                                + " destinations already, which is the limit; remove one before adding '"
                                + destination.name() + "'."));
        onChange.accept(owner);
        return new SavedDestination(id, owner, destination, stored.enabled(), stored.position());
    }

    /**
     * Replaces name, server and key of a destination. Running streams of the user use them at once.
     *
     * @throws LivemeterException as {@link #add}; {@code destination.unknown} if the user has none of that id
     */
    public SavedDestination change(String user, DestinationId id, Destination destination) {
        check(destination);
        var present = find(user, id);
        return update(new SavedDestination(id, present.owner(), destination, present.enabled(), present.position()));
    }

    /**
     * Says whether streams go there, those that run included.
     *
     * @throws LivemeterException {@code destination.unknown} if the user has none of that id
     */
    public SavedDestination enable(String user, DestinationId id, boolean enabled) {
        var present = find(user, id);
        return update(new SavedDestination(id, present.owner(), present.destination(), enabled, present.position()));
    }

    /**
     * Removes a destination; running streams go there no more. Idempotent.
     *
     * @return whether there was one
     */
    public boolean remove(String user, DestinationId id) {
        var owner = UserId.of(user);
        var removed = store.delete(owner, id);
        if (removed) {
            onChange.accept(owner);
        }
        return removed;
    }

    /** All of a user, in their order. */
    public List<SavedDestination> of(String user) {
        return store.of(UserId.of(user)).stream().map(this::open).toList();
    }

    /** The provider of that name. */
    public Optional<StreamProvider> provider(String platform) {
        return Optional.ofNullable(providers.get(platform));
    }

    /** All providers, by name. */
    public Map<String, StreamProvider> providers() {
        return providers;
    }

    private void check(Destination destination) {
        var provider = provider(destination.platform())
                .orElseThrow(() -> new LivemeterException(
                        "destination.unknown_platform",
                        "There is no platform '" + destination.platform() + "'; known are "
                                + String.join(", ", new TreeSet<>(providers.keySet()))
                                + ". Add its StreamProvider to the builder."));
        if (provider.check(destination) instanceof StreamProvider.Check.Objection objection) {
            throw new LivemeterException("destination.malformed", objection.message());
        }
    }

    private SavedDestination find(String user, DestinationId id) {
        return of(user).stream()
                .filter(destination -> destination.id().equals(id))
                .findFirst()
                .orElseThrow(() -> unknown(id));
    }

    private SavedDestination update(SavedDestination saved) {
        if (!store.update(seal(saved.id(), saved.owner(), saved.destination(), saved.enabled(), saved.position()))) {
            throw unknown(saved.id());
        }
        onChange.accept(saved.owner());
        return saved;
    }

    private static LivemeterException unknown(DestinationId id) {
        return new LivemeterException("destination.unknown", "There is no destination " + id + " of that user.");
    }

    private StoredDestination seal(
            DestinationId id, UserId owner, Destination destination, boolean enabled, int position) {
        return new StoredDestination(
                id,
                owner,
                destination.platform(),
                destination.name(),
                destination.server(),
                cipher.seal(destination.key(), context(id, owner)),
                enabled,
                position);
    }

    private SavedDestination open(StoredDestination stored) {
        var key = cipher.open(stored.sealedKey(), context(stored.id(), stored.owner()));
        return new SavedDestination(
                stored.id(),
                stored.owner(),
                new Destination(stored.platform(), stored.name(), stored.server(), key),
                stored.enabled(),
                stored.position());
    }

    private static String context(DestinationId id, UserId owner) {
        return "destination " + id + " of " + owner;
    }
}
