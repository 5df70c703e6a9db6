package dev.livemeter.destination;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.DestinationStore;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.StreamProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The destinations of users. Their keys are sealed before they reach the store. Thread-safe. */
public final class Destinations {

    private static final Logger log = LoggerFactory.getLogger(Destinations.class);

    /** Up to this length a key passes wherever one passes. Others are asked about, which can mean to wait for a platform. */
    private static final int ORDINARY_KEY = 128;

    private final DestinationStore store;
    private final SecretCipher cipher;
    private final IdSource ids;
    private final Map<String, StreamProvider> providers;
    private final Function<AccountId, Optional<PlatformAccount>> accounts;
    private final int limit;
    private final Consumer<UserId> onChange;
    private final Function<PushTarget, Optional<String>> relay;

    /** The destinations of a store, without a relay that could object to a key. */
    public Destinations(
            DestinationStore store,
            SecretCipher cipher,
            IdSource ids,
            Map<String, StreamProvider> providers,
            Function<AccountId, Optional<PlatformAccount>> accounts,
            int limit,
            Consumer<UserId> onChange) {
        this(store, cipher, ids, providers, accounts, limit, onChange, target -> Optional.empty());
    }

    /**
     * The destinations of a store.
     *
     * @param providers by name
     * @param accounts finds connected accounts; empty where there is none of that id
     * @param limit how many a user may have
     * @param onChange is told after each change, so that running streams follow
     * @param relay why the relay could never push somewhere, in a sentence; empty where it could
     */
    public Destinations(
            DestinationStore store,
            SecretCipher cipher,
            IdSource ids,
            Map<String, StreamProvider> providers,
            Function<AccountId, Optional<PlatformAccount>> accounts,
            int limit,
            Consumer<UserId> onChange,
            Function<PushTarget, Optional<String>> relay) {
        this.store = store;
        this.cipher = cipher;
        this.ids = ids;
        this.providers = Map.copyOf(providers);
        this.accounts = accounts;
        this.limit = limit;
        this.onChange = onChange;
        this.relay = relay;
    }

    /**
     * Adds a destination at the end of a user's list, enabled. Running streams of the user go there at once.
     *
     * @throws LivemeterException {@code destination.unknown_platform}; {@code account.unknown} if it goes by an account that the user does not have; {@code destination.malformed} if
     *     the account is one elsewhere, if the platform takes no streams by accounts, as its provider sees it, or if its stream key is longer than the relay can pass on; {@code destination.limit}
     */
    public SavedDestination add(String user, Destination destination) {
        var owner = UserId.of(user);
        check(owner, destination);
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
     * Replaces name, server, and key or account of a destination. Running streams of the user use them at once.
     *
     * @throws LivemeterException as {@link #add}; {@code destination.unknown} if the user has none of that id
     */
    public SavedDestination change(String user, DestinationId id, Destination destination) {
        check(UserId.of(user), destination);
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

    private void check(UserId owner, Destination destination) {
        var provider = provider(destination.platform())
                .orElseThrow(() -> new LivemeterException(
                        "destination.unknown_platform",
                        "There is no platform '" + destination.platform() + "'; known are "
                                + String.join(", ", new TreeSet<>(providers.keySet()))
                                + ". Add its StreamProvider to the builder."));
        var account = destination.account();
        if (account != null) {
            checkAccount(owner, account, destination, provider);
        }
        if (provider.check(destination) instanceof StreamProvider.Check.Objection objection) {
            throw new LivemeterException("destination.malformed", objection.message());
        }
        if (destination.key() != null && destination.key().reveal().length() > ORDINARY_KEY) {
            checkLongKey(destination, provider);
        }
    }

    /** Who enters a key that no stream could use learns it now, and not when a show begins (decision record 0037). */
    private void checkLongKey(Destination destination, StreamProvider provider) {
        final Optional<String> objection;
        try {
            objection = provider.prepare(destination).fold(relay, notReady -> Optional.empty());
        } catch (RuntimeException e) {
            log.debug("The provider {} could not be asked about a long key: {}.", provider.name(), e.toString());
            return;
        }
        objection.ifPresent(sentence -> {
            throw new LivemeterException("destination.malformed", sentence);
        });
    }

    private void checkAccount(UserId owner, AccountId id, Destination destination, StreamProvider provider) {
        if (!(provider instanceof HostsBroadcasts)) {
            throw new LivemeterException(
                    "destination.malformed",
                    "The destination '" + destination.name() + "' goes by an account, and " + provider.displayName()
                            + " takes streams by a stream key alone; give the key.");
        }
        // Somebody else's is as unknown as one that does not exist.
        var account = accounts.apply(id)
                .filter(found -> found.owner().equals(owner))
                .orElseThrow(() -> new LivemeterException(
                        "account.unknown", "There is no account " + id + " of that user; connect it first."));
        if (!account.platform().equals(destination.platform())) {
            throw new LivemeterException(
                    "destination.malformed",
                    "The account " + id + " is one of the platform " + account.platform() + ", and the destination '"
                            + destination.name() + "' is on " + destination.platform()
                            + "; give an account of that platform.");
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
        var key = destination.key();
        return new StoredDestination(
                id,
                owner,
                destination.platform(),
                destination.name(),
                destination.server(),
                key == null ? null : cipher.seal(key, context(id, owner)),
                destination.account(),
                enabled,
                position);
    }

    private SavedDestination open(StoredDestination stored) {
        var sealed = stored.sealedKey();
        var key = sealed == null ? null : cipher.open(sealed, context(stored.id(), stored.owner()));
        return new SavedDestination(
                stored.id(),
                stored.owner(),
                new Destination(stored.platform(), stored.name(), stored.server(), key, stored.account()),
                stored.enabled(),
                stored.position());
    }

    private static String context(DestinationId id, UserId owner) {
        return "destination " + id + " of " + owner;
    }
}
