package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What can be asked of the bundles of minutes that lie with the books. */
public interface BundleReader {

    /** That bundle. */
    Optional<Bundle> bundle(BundleId id);

    /**
     * The bundles of a user, in the order in which they are used.
     *
     * @param after only those that are valid beyond that moment; {@link Instant#MIN} for all
     */
    List<Bundle> bundles(UserId owner, Instant after);

    /** What those sessions took, by session and position. */
    List<BundleUse> bundleUses(Collection<SessionId> sessions);
}
