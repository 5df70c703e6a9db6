package dev.livemeter.account;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountVault.Opened;
import dev.livemeter.event.LiveEvent.AccountChanged;
import dev.livemeter.event.LiveEvent.AccountChanged.Outcome;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out access tokens and renews them shortly before they end. One thread of one node renews an account at a time: the threads of a node take turns, and a node claims the account
 * in the store before it asks, for a platform may take each refresh token once only. Thread-safe.
 */
final class Renewals {

    private static final Logger log = LoggerFactory.getLogger(Renewals.class);

    /** Longer than a provider may take. A node that dies while it renews is waited for no longer. */
    private static final Duration CLAIM = Duration.ofSeconds(60);

    /** At the end, nobody who still renews an account is waited for longer. */
    private static final Duration LAST_TRY = Duration.ofSeconds(2);

    private static final Duration AHEAD = Duration.ofMinutes(2);
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** How often and how long a thread looks whether another node has finished. */
    private static final int LOOKS = 60;

    private static final long LOOK_MILLIS = 250;

    private final AccountParts parts;
    private final AccountVault vault;
    private final ConcurrentMap<AccountId, Line> lines = new ConcurrentHashMap<>();

    Renewals(AccountParts parts, AccountVault vault) {
        this.parts = parts;
        this.vault = vault;
    }

    /** What this node knows of an account's renewals. Everything but the lock is read and written by who holds it. */
    private static final class Line {

        private final ReentrantLock lock = new ReentrantLock();
        private int failures;
        private long notBefore;
        private String trouble = "";
        private @Nullable Unsaved unsaved;

        /** Until when this node has claimed the account, as far as it knows: what the store answered to that may be lost. */
        private @Nullable Instant claimedUntil;
    }

    /** Tokens that a platform gave and the store could not take yet. */
    private record Unsaved(AccountTokens old, AccountTokens fresh) {}

    /** The account as it is, where it can be used. */
    Opened usable(AccountId id) {
        var opened = vault.find(id).orElseThrow(() -> {
            lines.remove(id);
            return AccountFaults.gone(id);
        });
        if (opened.needsAuthorization()) {
            throw AccountFaults.needsAuthorization(
                    opened.account(), parts.providers().get(opened.account().platform()));
        }
        return opened;
    }

    /**
     * The account with tokens to use now.
     *
     * @param refused an access token that the platform does not take; null where none is known
     */
    Opened current(AccountId id, @Nullable Secret refused) {
        var opened = usable(id);
        if (!wantsRenewal(opened, refused)) {
            return opened;
        }
        var line = lines.computeIfAbsent(id, any -> new Line());
        if (!isGood(opened, refused)) {
            line.lock.lock();
        } else if (!line.lock.tryLock()) {
            // Somebody renews it already, and what there is still does.
            return opened;
        }
        try {
            return renewed(line, id, refused);
        } finally {
            line.lock.unlock();
        }
    }

    private Opened renewed(Line line, AccountId id, @Nullable Secret refused) {
        save(line, id);
        for (var looks = 0; ; looks++) {
            var opened = usable(id);
            if (!wantsRenewal(opened, refused)) {
                return opened;
            }
            var good = isGood(opened, refused);
            if (line.failures > 0 && parts.time().nanoTime() - line.notBefore < 0) {
                if (good) {
                    return opened;
                }
                throw AccountFaults.unavailable(line.trouble);
            }
            var claimedUntil = opened.claimedUntil();
            if (claimedUntil != null && now().isBefore(claimedUntil) && !claimedUntil.equals(line.claimedUntil)) {
                if (good) {
                    return opened;
                }
                if (looks >= LOOKS || !pause()) {
                    // So that the threads that wait for this one do not each wait as long.
                    failed(
                            line,
                            "Another node is renewing the access to the account '"
                                    + opened.account().identity().name() + "' and has not finished.");
                    throw AccountFaults.unavailable(line.trouble);
                }
                continue;
            }
            if (opened.tokens().refresh() == null) {
                if (good) {
                    return opened;
                }
                lose(opened, "The platform's permission has ended, and it gave no way to renew it.");
                continue;
            }
            line.claimedUntil = now().plus(CLAIM);
            var claimed = vault.update(opened.claimed(line.claimedUntil));
            if (claimed.isEmpty()) {
                line.claimedUntil = null;
            } else {
                var done = ask(line, claimed.get(), good);
                if (done.isPresent()) {
                    return done.get();
                }
            }
        }
    }

    /** Asks the platform; empty where the account must be looked at again. */
    private Optional<Opened> ask(Line line, Opened claimed, boolean oldStillDoes) {
        var answer = renewal(claimed);
        if (answer instanceof Renewal.Renewed renewed) {
            line.failures = 0;
            line.claimedUntil = null;
            return keep(line, claimed, merged(claimed.tokens(), renewed.tokens()));
        }
        if (answer instanceof Renewal.Lost lost) {
            line.failures = 0;
            lose(claimed, lost.message());
            line.claimedUntil = null;
            return Optional.empty();
        }
        var trouble = ((Renewal.Unavailable) answer).message();
        failed(line, trouble);
        release(line, claimed);
        if (oldStillDoes) {
            return Optional.of(claimed);
        }
        throw AccountFaults.unavailable(trouble);
    }

    private void release(Line line, Opened claimed) {
        try {
            vault.update(claimed.claimed(null));
            line.claimedUntil = null;
        } catch (RuntimeException e) {
            // Other nodes wait until it ends; this one knows that it is its own.
            log.warn("The claim on the account {} could not be taken back: {}", claimed.id(), e.getMessage());
        }
    }

    private Renewal renewal(Opened opened) {
        var account = opened.account();
        try {
            return parts.providers().get(account.platform()) instanceof ConnectsAccounts platform
                    ? platform.renew(opened.tokens())
                    : new Renewal.Unavailable("The platform " + account.platform()
                            + " is not installed any more, or connects no accounts any more.");
        } catch (RuntimeException e) {
            log.error("The provider {} failed to renew the account {}.", account.platform(), account.id(), e);
            return new Renewal.Unavailable("The access to the account '"
                    + account.identity().name() + "' could not be renewed; try again later.");
        }
    }

    /** Waits longer after each failure, and not as long as other nodes do. */
    private void failed(Line line, String trouble) {
        var pause = LEAST_PAUSE.multipliedBy(1L << Math.min(line.failures, 10));
        var most = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        line.failures++;
        line.trouble = trouble;
        line.notBefore =
                parts.time().nanoTime() + most.toNanos() / 2 + parts.random().nextLong(most.toNanos() / 2 + 1);
    }

    private static AccountTokens merged(AccountTokens old, AccountTokens fresh) {
        return new AccountTokens(
                fresh.access(),
                fresh.refresh() == null ? old.refresh() : fresh.refresh(),
                fresh.expiresAt(),
                fresh.scopes().isEmpty() ? old.scopes() : fresh.scopes(),
                old.client());
    }

    /** Stores what the platform gave. The old tokens may be worth nothing now, so this is not given up. */
    private Optional<Opened> keep(Line line, Opened claimed, AccountTokens fresh) {
        var old = claimed.tokens();
        try {
            return store(claimed, old, fresh);
        } catch (RuntimeException e) {
            if (e instanceof LivemeterException known && known.code().startsWith("account.")) {
                throw e;
            }
            log.error(
                    "The new tokens of the account {} could not be stored; they are kept in memory and stored as soon as that can be done.",
                    claimed.id(),
                    e);
            line.unsaved = new Unsaved(old, fresh);
            later(claimed.id(), LEAST_PAUSE);
            return Optional.of(claimed.with(fresh, now()));
        }
    }

    /** Empty where somebody else's tokens are there, newer than the old ones. */
    private Optional<Opened> store(Opened seen, AccountTokens old, AccountTokens fresh) {
        var present = seen;
        while (true) {
            var stored = vault.update(present.with(fresh, now()));
            if (stored.isPresent()) {
                if (present.needsAuthorization()) {
                    publish(stored.get().account(), Outcome.CONNECTED);
                }
                return stored;
            }
            var again = vault.find(seen.id());
            if (again.isEmpty()) {
                revoke(seen.account(), fresh);
                throw AccountFaults.gone(seen.id());
            }
            present = again.get();
            if (!present.tokens().equals(old)) {
                return Optional.empty();
            }
        }
    }

    private void later(AccountId id, Duration pause) {
        parts.scheduler().after(pause, () -> {
            var line = lines.get(id);
            if (line == null) {
                return;
            }
            line.lock.lock();
            try {
                save(line, id);
            } catch (RuntimeException e) {
                log.warn("The new tokens of the account {} still cannot be stored.", id, e);
                later(id, pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE);
            } finally {
                line.lock.unlock();
            }
        });
    }

    private void save(Line line, AccountId id) {
        var unsaved = line.unsaved;
        if (unsaved == null) {
            return;
        }
        var present = vault.find(id);
        if (present.isEmpty()) {
            line.unsaved = null;
            return;
        }
        if (present.get().tokens().equals(unsaved.old())) {
            store(present.get(), unsaved.old(), unsaved.fresh());
        }
        line.unsaved = null;
    }

    /** Notes that the platform takes these tokens no more, unless others took their place. */
    void lose(Opened seen, String why) {
        var present = seen;
        while (true) {
            var stored = vault.update(present.with(present.account().lost(why)));
            if (stored.isPresent()) {
                log.info(
                        "The account {} of {} on {} must be connected again: {}",
                        seen.id(),
                        seen.account().owner(),
                        seen.account().platform(),
                        why);
                publish(stored.get().account(), Outcome.NEEDS_AUTHORIZATION);
                return;
            }
            var again = vault.find(seen.id());
            if (again.isEmpty()
                    || again.get().needsAuthorization()
                    || !again.get().tokens().equals(seen.tokens())) {
                return;
            }
            present = again.get();
        }
    }

    /** As {@link #lose}, whatever the tokens, unless its owner connected it since then. */
    void loseUnlessConnectedSince(PlatformAccount seen, String why) {
        var present = vault.find(seen.id());
        while (present.isPresent()
                && !present.get().needsAuthorization()
                && !present.get().account().connectedAt().isAfter(seen.connectedAt())) {
            lose(present.get(), why);
            present = vault.find(seen.id());
        }
    }

    void revoke(PlatformAccount account, AccountTokens tokens) {
        if (parts.providers().get(account.platform()) instanceof ConnectsAccounts platform) {
            try {
                platform.revoke(tokens);
            } catch (RuntimeException e) {
                log.error("The provider {} failed to revoke the account {}.", account.platform(), account.id(), e);
            }
        }
    }

    /** Tokens that the platform gave and that are not stored; asked by who is {@link #alone}. */
    Optional<AccountTokens> unsaved(AccountId id) {
        return Optional.ofNullable(lines.get(id)).map(line -> line.unsaved).map(Unsaved::fresh);
    }

    /** Tries once more to store what could not be stored: with this process it would be lost. Blocks on the store. Idempotent. */
    void end() {
        lines.forEach((id, line) -> {
            try {
                if (line.lock.tryLock(LAST_TRY.toNanos(), TimeUnit.NANOSECONDS)) {
                    try {
                        save(line, id);
                    } finally {
                        line.lock.unlock();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                log.error(
                        "The new tokens of the account {} are lost, as they cannot be stored; it may have to be connected again.",
                        id,
                        e);
            }
        });
    }

    /** Runs a task while no thread of this node renews the account. */
    void alone(AccountId id, Runnable task) {
        var line = lines.computeIfAbsent(id, any -> new Line());
        line.lock.lock();
        try {
            task.run();
        } finally {
            line.lock.unlock();
        }
    }

    /** Forgets what is known of an account that failed, or is gone. */
    void forget(AccountId id) {
        lines.remove(id);
    }

    void publish(PlatformAccount account, Outcome outcome) {
        parts.events()
                .publish(new AccountChanged(
                        now(),
                        account.owner(),
                        account.id(),
                        account.platform(),
                        account.identity().name(),
                        outcome,
                        account.detail()));
    }

    private boolean wantsRenewal(Opened opened, @Nullable Secret refused) {
        var tokens = opened.tokens();
        if (isRefused(tokens, refused)) {
            return true;
        }
        var expiresAt = tokens.expiresAt();
        return expiresAt != null && !now().isBefore(expiresAt.minus(ahead(opened, expiresAt)));
    }

    /** Some minutes; less where tokens last not much longer than that themselves. */
    private static Duration ahead(Opened opened, Instant expiresAt) {
        var lasts = Duration.between(opened.checkedAt(), expiresAt);
        var part = lasts.isNegative() ? Duration.ZERO : lasts.dividedBy(4);
        return part.compareTo(AHEAD) < 0 ? part : AHEAD;
    }

    private boolean isGood(Opened opened, @Nullable Secret refused) {
        var expiresAt = opened.tokens().expiresAt();
        return !isRefused(opened.tokens(), refused) && (expiresAt == null || now().isBefore(expiresAt));
    }

    private static boolean isRefused(AccountTokens tokens, @Nullable Secret refused) {
        return refused != null && tokens.access().equals(refused);
    }

    Instant now() {
        return parts.time().instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static boolean pause() {
        try {
            // Real time, whatever clock is given: it waits for a node that has another.
            Thread.sleep(LOOK_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
