package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Bundles of minutes in a unit of work. Their locks are taken after all others: wallets, balances, sessions, bundles. A store keeps that nothing of a bundle is
 * below zero, and that what is reserved, used and refunded is no more than its length; a write that would break that throws and undoes the unit.
 */
public interface BundleBooks extends BundleReader {

    /** Adds a bundle. One that is there already means a lost race, as for an entry. */
    void add(Bundle bundle);

    /** Locks that bundle until the unit ends. */
    Optional<Bundle> lockBundle(BundleId id);

    /**
     * Locks the bundles of these owners that matter to sessions until the unit ends: those of which something is reserved, and those that are valid at that
     * moment and have something left. A store takes the locks in an order of its own that is the same for all.
     */
    List<Bundle> lockBundles(Collection<UserId> owners, Instant at);

    /** Writes what is reserved, used and refunded of bundles that this unit has locked. */
    void saveBundles(List<Bundle> bundles);

    /** Adds what sessions take; the sessions are written. */
    void addUses(List<BundleUse> uses);

    /** Writes what sessions came to use. */
    void closeUses(List<BundleUse> uses);
}
