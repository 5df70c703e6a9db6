package dev.livemeter.account;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.PendingConnections.Pending;
import dev.livemeter.account.PlatformAccount.State;
import dev.livemeter.event.LiveEvent.AccountChanged.Outcome;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.ConnectsDevices.DevicePoll;
import dev.livemeter.spi.ConnectsDevices.DeviceStart;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts that people have on platforms and let this application act for. They are connected on the platform's own page ({@link #begin}, {@link #complete}) or with a code
 * that is entered on another device ({@link #beginDevice}, {@link #pollDevice}); what was begun on one node can be completed on another. Tokens are sealed before they reach the store.
 * Thread-safe.
 */
public final class Accounts {

    private static final Logger log = LoggerFactory.getLogger(Accounts.class);

    private static final int VERIFIER_BYTES = 32;
    private static final int ATTEMPTS = 2;

    private final @Nullable Running running;

    private Accounts(@Nullable Running running) {
        this.running = running;
    }

    /** What there is where accounts can be connected. */
    private record Running(
            AccountParts parts,
            AccountVault vault,
            Renewals renewals,
            Validations validations,
            PendingConnections pages,
            PendingConnections devices,
            DevicePaces paces,
            BiConsumer<UserId, AccountId> leaving) {}

    /** None: nobody can connect one. */
    public static Accounts none() {
        return new Accounts(null);
    }

    /** Accounts of a store, of an application where nothing runs that goes by an account. */
    public static Accounts with(AccountParts parts) {
        return with(parts, (owner, account) -> {});
    }

    /**
     * Accounts of a store.
     *
     * @param leaving is told whose account is about to be disconnected, and may use it for the last time; blocks
     */
    public static Accounts with(AccountParts parts, BiConsumer<UserId, AccountId> leaving) {
        var vault = new AccountVault(parts.store(), parts.cipher());
        var renewals = new Renewals(parts, vault);
        return new Accounts(new Running(
                parts,
                vault,
                renewals,
                new Validations(parts, vault, renewals),
                new PendingConnections(parts.cipher(), "connection of an account"),
                new PendingConnections(parts.cipher(), "connection of an account by a device"),
                new DevicePaces(),
                leaving));
    }

    /** Begins to ask platforms that want it whether tokens still stand. For Livemeter itself, once. */
    public void begin() {
        if (running != null) {
            running.validations().begin();
        }
    }

    /** Asks them no more, and tries once more to store tokens that could not be stored. For Livemeter itself. Idempotent. */
    public void end() {
        if (running != null) {
            running.validations().end();
            running.renewals().end();
        }
    }

    /** Whether accounts can be connected on that platform's page. */
    public boolean connects(String platform) {
        return running != null
                && !running.parts().policy().redirects().isEmpty()
                && running.parts().providers().get(platform) instanceof ConnectsAccounts;
    }

    /** Whether accounts of that platform can be connected with a code on another device. */
    public boolean connectsDevices(String platform) {
        return running != null && running.parts().providers().get(platform) instanceof ConnectsDevices;
    }

    /**
     * Begins to connect an account on the platform's page. Keeps nothing; can be repeated.
     *
     * @param redirect the host's page that the platform sends the person back to, with {@code state} and {@code code} or {@code error} in its query; one of the
     *     {@linkplain AccountPolicy#redirects() allowed} ones
     * @return where to send the person's browser
     * @throws LivemeterException {@code account.off}, {@code user.malformed}, {@code account.unknown_platform}, {@code account.malformed_redirect}
     */
    public URI begin(String user, String platform, URI redirect) {
        var here = running();
        var owner = UserId.of(user);
        var provider = connecting(platform);
        if (!here.parts().policy().redirects().contains(redirect)) {
            throw AccountFaults.foreignRedirect();
        }
        var verifier = Secret.of(verifier());
        var endsAt = here.renewals().now().plus(here.parts().policy().connectWithin());
        var state = here.pages().seal(new Pending(owner, platform, verifier, redirect.toString(), endsAt));
        return provider.authorizationPage(redirect, state, challenge(verifier));
    }

    /**
     * Connects the account that the person allowed, and those that the same permission covers besides: {@link #of} lists them all. The platform takes each code once: of two calls with the
     * same one fails. The same account connected again by its owner keeps its id, and works again where it did not.
     *
     * @param state as it came back
     * @param code as it came back
     * @throws LivemeterException the first that matches: {@code account.off}; {@code account.malformed_state} if this application did not begin it;
     *     {@code account.foreign_state} if another user did; {@code account.expired_state}; {@code account.refused} if the platform does not take the code;
     *     {@code account.unavailable}, retryable, if it could not be asked, or if what it gave could not be stored; then it is begun again
     */
    public PlatformAccount complete(String user, String state, String code) {
        var pending = pending(user, state);
        var provider = connecting(pending.platform());
        final Connection connection;
        try {
            connection = provider.connect(code, URI.create(pending.detail()), pending.secret());
        } catch (RuntimeException e) {
            throw failed(provider, e);
        }
        return connected(pending, connection);
    }

    /**
     * What it means that the platform sent back an error in place of a code, as an exception to throw.
     *
     * @param error as it came back, such as {@code access_denied}
     * @return {@code account.denied} if the person did not allow it; {@code account.unavailable}, retryable; {@code account.refused} for all else
     * @throws LivemeterException as {@link #complete} for what is wrong with the state
     */
    public LivemeterException refusal(String user, String state, String error) {
        var pending = pending(user, state);
        return AccountFaults.answered(provider(pending.platform()), error);
    }

    private Pending pending(String user, String state) {
        var here = running();
        return checked(user, here.pages().open(state).orElseThrow(AccountFaults::garbledState));
    }

    private Pending checked(String user, Pending pending) {
        if (!pending.user().equals(UserId.of(user))) {
            throw AccountFaults.foreignState();
        }
        var provider = provider(pending.platform());
        if (!running().renewals().now().isBefore(pending.endsAt())) {
            throw AccountFaults.expiredState(provider);
        }
        return pending;
    }

    /**
     * Begins to connect an account with a code that the person enters on another device. Each call asks the platform for a new code.
     *
     * @throws LivemeterException {@code account.off}, {@code user.malformed}, {@code account.unknown_platform}; {@code account.unavailable}, retryable
     */
    public DeviceCode beginDevice(String user, String platform) {
        var here = running();
        var owner = UserId.of(user);
        var provider = connectingDevices(platform);
        final DeviceStart start;
        try {
            start = provider.startDevice();
        } catch (RuntimeException e) {
            throw failed(provider, e);
        }
        if (start instanceof DeviceStart.Unavailable unavailable) {
            throw AccountFaults.unavailable(unavailable.message());
        }
        var started = (DeviceStart.Started) start;
        var endsAt = here.renewals().now().plus(started.expiresIn());
        var handle = here.devices()
                .seal(new Pending(
                        owner,
                        platform,
                        started.deviceCode(),
                        started.interval().toString(),
                        endsAt));
        return new DeviceCode(Secret.of(handle), started.userCode(), started.page(), started.interval(), endsAt);
    }

    /**
     * Whether the person entered the code. Asked again and again, at the pace that it answers; asked more often, it answers without asking the platform. May be asked on any node.
     *
     * @param handle of {@link #beginDevice}
     * @throws LivemeterException as {@link #complete}
     */
    public DeviceAnswer pollDevice(String user, Secret handle) {
        var here = running();
        var pending = checked(user, here.devices().open(handle.reveal()).orElseThrow(AccountFaults::garbledState));
        var provider = connectingDevices(pending.platform());
        var interval = Duration.parse(pending.detail());
        var lasts = Duration.between(here.renewals().now(), pending.endsAt());
        var code = pending.secret();
        var early =
                here.paces().toWait(code, interval, lasts, here.parts().time().nanoTime());
        if (early.isPresent()) {
            return new DeviceAnswer.Waiting(early.get());
        }
        final DevicePoll poll;
        try {
            poll = provider.pollDevice(code);
        } catch (RuntimeException e) {
            throw failed(provider, e);
        }
        if (poll instanceof DevicePoll.Pending waiting) {
            return new DeviceAnswer.Waiting(here.paces()
                    .again(code, interval, lasts, here.parts().time().nanoTime(), waiting.slower()));
        }
        var connection = ((DevicePoll.Done) poll).connection();
        if (!(connection instanceof Connection.Unavailable)) {
            here.paces().over(code);
        }
        return new DeviceAnswer.Connected(connected(pending, connection));
    }

    private PlatformAccount connected(Pending pending, Connection connection) {
        if (connection instanceof Connection.Refused refused) {
            throw AccountFaults.refused(refused.message());
        }
        if (connection instanceof Connection.Unavailable unavailable) {
            throw AccountFaults.unavailable(unavailable.message());
        }
        var connected = (Connection.Connected) connection;
        var account = connected(pending, connected);
        connected.besides().forEach(other -> connected(pending, other));
        return account;
    }

    private PlatformAccount connected(Pending pending, Connection.Connected connected) {
        var account = kept(pending, connected);
        running().renewals().forget(account.id());
        running().renewals().publish(account, Outcome.CONNECTED);
        log.info("The account {} of {} on {} is connected.", account.id(), account.owner(), account.platform());
        return account;
    }

    /**
     * The platform takes no code twice, so the store is tried twice. What cannot be stored is not revoked: on some platforms that would end what the person had allowed before.
     */
    private PlatformAccount kept(Pending pending, Connection.Connected connected) {
        for (var attempt = 1; ; attempt++) {
            try {
                return keep(pending.user(), pending.platform(), connected.identity(), connected.tokens());
            } catch (RuntimeException e) {
                if (attempt == ATTEMPTS) {
                    log.error("An account of {} on {} could not be stored.", pending.user(), pending.platform(), e);
                    throw AccountFaults.unavailable(provider(pending.platform()).displayName()
                            + " allowed it, but the account could not be stored; begin again in a moment.");
                }
            }
        }
    }

    /** Adds the account, or replaces the tokens of the one that is there. */
    private PlatformAccount keep(UserId owner, String platform, PlatformIdentity identity, AccountTokens tokens) {
        var here = running();
        while (true) {
            var now = here.renewals().now();
            var same = here.parts().store().of(owner).stream()
                    .map(StoredAccount::account)
                    .filter(account -> account.platform().equals(platform)
                            && account.identity().id().equals(identity.id()))
                    .findFirst();
            if (same.isEmpty()) {
                var account = new PlatformAccount(
                        new AccountId("acc-" + here.parts().ids().next()),
                        owner,
                        platform,
                        identity,
                        tokens.scopes(),
                        State.CONNECTED,
                        "",
                        now);
                if (here.vault().insert(account, tokens, now)) {
                    return account;
                }
                continue;
            }
            var again = here.vault().replace(same.get().id(), identity, tokens, now);
            if (again.isPresent()) {
                return again.get();
            }
        }
    }

    /** All of a user, by when they were connected last. */
    public List<PlatformAccount> of(String user) {
        var owner = UserId.of(user);
        return running == null
                ? List.of()
                : running.parts().store().of(owner).stream()
                        .map(StoredAccount::account)
                        .toList();
    }

    /** The account of that id, whoever's it is. */
    public Optional<PlatformAccount> find(AccountId id) {
        return running == null
                ? Optional.empty()
                : running.parts().store().find(id).map(StoredAccount::account);
    }

    /**
     * Has the platform forget that this application may act for the account, if it can be asked and no other account of its owner goes by the same permission, and forgets the account. Idempotent. What is shown for it
     * is ended first, and streams that run go there no more. Destinations that go by it stay, and fail with a sentence until they are given another account or a key. Blocks on the platform.
     *
     * @return whether the user had it
     */
    public boolean disconnect(String user, AccountId id) {
        var owner = UserId.of(user);
        var known = find(id).filter(account -> account.owner().equals(owner));
        if (running == null || known.isEmpty()) {
            return false;
        }
        var here = running;
        leave(here, known.get());
        var revoked = new HashSet<AccountTokens>();
        Consumer<AccountTokens> revoke = tokens -> {
            if (revoked.add(tokens) && !isShared(here, known.get(), tokens)) {
                here.renewals().revoke(known.get(), tokens);
            }
        };
        here.renewals().alone(id, () -> {
            here.renewals().unsaved(id).ifPresent(revoke);
            here.parts()
                    .store()
                    .find(id)
                    .flatMap(stored -> tokens(here, stored))
                    .ifPresent(revoke);
        });
        var deleted = here.parts().store().delete(owner, id);
        here.renewals().forget(id);
        // Another node may have renewed them since they were revoked.
        deleted.flatMap(stored -> tokens(here, stored)).ifPresent(revoke);
        deleted.map(StoredAccount::account).ifPresent(account -> {
            here.renewals().publish(account, Outcome.DISCONNECTED);
            log.info("The account {} of {} on {} is connected no more.", id, owner, account.platform());
        });
        return deleted.isPresent();
    }

    private static void leave(Running here, PlatformAccount account) {
        try {
            here.leaving().accept(account.owner(), account.id());
        } catch (RuntimeException e) {
            log.warn("What is shown for the account {} could not be ended before it goes.", account.id(), e);
        }
    }

    private static Optional<AccountTokens> tokens(Running here, StoredAccount stored) {
        try {
            return Optional.of(here.vault().open(stored).tokens());
        } catch (LivemeterException e) {
            if (!e.code().equals("secret.unreadable") && !e.code().equals("account.unreadable")) {
                throw e;
            }
            // Nobody can use such tokens, so they need not be revoked to be harmless here.
            log.warn(
                    "The tokens of the account {} cannot be read and are not revoked: {}",
                    stored.account().id(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** Whether another account of the same owner would lose its permission with this one's. */
    private static boolean isShared(Running here, PlatformAccount account, AccountTokens tokens) {
        return here.parts().providers().get(account.platform()) instanceof ConnectsAccounts platform
                && here.parts().store().of(account.owner()).stream()
                        .filter(other -> other.account().platform().equals(account.platform())
                                && !other.account().id().equals(account.id()))
                        .flatMap(other -> tokens(here, other).stream())
                        .anyMatch(others -> platform.shareOnePermission(tokens, others));
    }

    /**
     * What a provider acts for an account with.
     *
     * @throws LivemeterException {@code account.off}; {@code account.unknown} if there is none of that id
     */
    public AccountAccess access(AccountId id) {
        var here = running();
        return new ConnectedAccess(here.renewals(), find(id).orElseThrow(() -> AccountFaults.gone(id)));
    }

    private Running running() {
        if (running == null) {
            throw AccountFaults.off();
        }
        return running;
    }

    private StreamProvider provider(String platform) {
        var provider = running().parts().providers().get(platform);
        if (!(provider instanceof ConnectsAccounts)) {
            throw AccountFaults.unknownPlatform(platform, connectable());
        }
        return provider;
    }

    private ConnectsAccounts connecting(String platform) {
        return (ConnectsAccounts) provider(platform);
    }

    private ConnectsDevices connectingDevices(String platform) {
        var provider = provider(platform);
        if (provider instanceof ConnectsDevices devices) {
            return devices;
        }
        throw AccountFaults.noDevices(provider);
    }

    private Iterable<String> connectable() {
        var names = new TreeSet<String>();
        running().parts().providers().forEach((name, provider) -> {
            if (provider instanceof ConnectsAccounts) {
                names.add(name);
            }
        });
        return names;
    }

    private static LivemeterException failed(ConnectsAccounts provider, RuntimeException e) {
        var name = provider instanceof StreamProvider platform ? platform.displayName() : "The platform";
        log.error("The provider of {} failed to connect an account.", name, e);
        return AccountFaults.unavailable(name + " could not be asked to connect the account; begin again.");
    }

    private String verifier() {
        var bytes = new byte[VERIFIER_BYTES];
        running().parts().random().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** RFC 7636, section 4.2. */
    private static String challenge(Secret verifier) {
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest(verifier.reveal().getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256; this one does not.", e);
        }
    }
}
