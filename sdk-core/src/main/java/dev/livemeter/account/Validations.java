package dev.livemeter.account;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountVault.Opened;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsAccounts.Standing;
import dev.livemeter.time.Scheduler.Scheduled;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks platforms that want it, as often as they want it, whether tokens still stand. The store knows when each was asked about last, so that nodes share the work. Thread-safe.
 */
final class Validations {

    private static final Logger log = LoggerFactory.getLogger(Validations.class);

    /** At most so many, one after the other, before others get their turn. */
    private static final int BATCH = 100;

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration NEXT_BATCH = Duration.ofSeconds(1);

    /** After so many accounts without an answer the platform is left alone until the next round. */
    private static final int MOST_SILENT = 3;

    /** How many times within the platform's interval it is looked which are due. */
    private static final int ROUNDS = 12;

    private final AccountParts parts;
    private final AccountVault vault;
    private final Renewals renewals;
    private final List<Round> rounds = new ArrayList<>();
    private volatile boolean ended;

    Validations(AccountParts parts, AccountVault vault, Renewals renewals) {
        this.parts = parts;
        this.vault = vault;
        this.renewals = renewals;
    }

    /** Begins within half a minute: at another moment on each node, so that not all of them begin with the same accounts. */
    void begin() {
        parts.providers().values().forEach(provider -> {
            if (provider instanceof ConnectsAccounts platform) {
                platform.validationInterval()
                        .ifPresent(interval -> rounds.add(new Round(provider.name(), platform, interval)));
            }
        });
        rounds.forEach(round -> round.after(Duration.ofMillis(parts.random().nextLong(SOON.toMillis()))));
    }

    /** Begins no further round. Idempotent. */
    void end() {
        ended = true;
        rounds.forEach(Round::cancel);
    }

    private final class Round {

        private final String name;
        private final ConnectsAccounts platform;
        private final Duration interval;
        private final Duration every;
        private volatile @Nullable Scheduled next;

        Round(String name, ConnectsAccounts platform, Duration interval) {
            this.name = name;
            this.platform = platform;
            this.interval = interval;
            this.every = interval.dividedBy(ROUNDS);
        }

        void after(Duration pause) {
            if (!ended) {
                next = parts.scheduler().after(pause, this::run);
            }
        }

        void cancel() {
            var waiting = next;
            if (waiting != null) {
                waiting.cancel();
            }
        }

        private void run() {
            var more = false;
            try {
                more = validateBatch();
            } catch (RuntimeException e) {
                log.error("The accounts on {} could not be validated; it is tried again.", name, e);
            } finally {
                after(more ? NEXT_BATCH : every);
            }
        }

        /** Whether there may be more that are due. */
        private boolean validateBatch() {
            // Those that would become due before the next round are due now.
            var before = renewals.now().minus(interval).plus(every.multipliedBy(2));
            var due = parts.store().unchecked(name, before, BATCH);
            var silent = 0;
            for (var stored : due) {
                silent = validate(stored) ? 0 : silent + 1;
                if (ended || silent == MOST_SILENT) {
                    return false;
                }
            }
            return due.size() == BATCH;
        }

        /** Whether the platform answered, if it had to be asked. */
        private boolean validate(StoredAccount stored) {
            // The node whose note of the moment is taken is the one that asks.
            var noted = at(renewals.now(), stored);
            if (!parts.store().update(noted)) {
                return true;
            }
            final Opened opened;
            try {
                opened = vault.open(noted);
            } catch (LivemeterException unreadable) {
                log.warn(
                        "The account {} on {} cannot be validated: {}",
                        noted.account().id(),
                        name,
                        unreadable.getMessage());
                return true;
            }
            var standing = standing(opened);
            if (standing instanceof Standing.Refused) {
                renew(opened);
            }
            if (standing instanceof Standing.Unavailable unavailable) {
                log.warn(
                        "The account {} on {} could not be validated; it is tried again. {}",
                        opened.id(),
                        name,
                        unavailable.message());
                // Due again in the next round, after those that wait for longer.
                parts.store().update(at(renewals.now().minus(interval).plus(every.multipliedBy(2)), noted));
                return false;
            }
            return true;
        }

        private static StoredAccount at(Instant checked, StoredAccount stored) {
            return new StoredAccount(
                    stored.account(), stored.sealedTokens(), checked, stored.claimedUntil(), stored.version() + 1);
        }

        private Standing standing(Opened opened) {
            try {
                return platform.validate(opened.tokens());
            } catch (RuntimeException e) {
                log.error("The provider {} failed to validate the account {}.", name, opened.id(), e);
                return new Standing.Unavailable("Its provider failed.");
            }
        }

        private void renew(Opened opened) {
            try {
                renewals.current(opened.id(), opened.tokens().access());
            } catch (LivemeterException e) {
                log.info("The account {} on {} did not stand: {}", opened.id(), name, e.getMessage());
            }
        }
    }
}
