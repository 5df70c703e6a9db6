package dev.livemeter.billing;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reserves bundled minutes for sessions that open, and settles what those that are over came to use; of a whole batch in a handful of statements, and of one
 * without bundles in none. For one unit of work, after its sessions are written: whoever repeats a request is told by their versions before anything is
 * taken twice.
 */
final class Coverage {

    private final BundleBooks books;
    private final Map<BundleId, Bundle> bundles = new TreeMap<>(Comparator.comparing(BundleId::value));
    private final Set<BundleId> changed = new HashSet<>();

    private Coverage(BundleBooks books) {
        this.books = books;
    }

    /**
     * Does both.
     *
     * @param opening with the covered time that they count on
     * @param over with the time that they used
     * @return those that opened and cannot be covered; if there are any, the unit is to be undone
     */
    static Set<SessionId> apply(BundleBooks books, List<Session> opening, List<Session> over, Instant now) {
        return opening.isEmpty() && over.isEmpty() ? Set.of() : new Coverage(books).apply(opening, over, now);
    }

    private Set<SessionId> apply(List<Session> opening, List<Session> over, Instant now) {
        Set<UserId> owners = Stream.concat(opening.stream(), over.stream())
                .map(Session::payer)
                .collect(Collectors.toSet());
        books.lockBundles(owners, now).forEach(bundle -> bundles.put(bundle.id(), bundle));
        var closed = settle(over);
        var uncovered = new HashSet<SessionId>();
        var taken = new ArrayList<BundleUse>();
        for (var session : opening) {
            var uses = reserve(session, now);
            taken.addAll(uses);
            if (uses.isEmpty()) {
                uncovered.add(session.id());
            }
        }
        if (uncovered.isEmpty()) {
            books.saveBundles(bundles.values().stream()
                    .filter(bundle -> changed.contains(bundle.id()))
                    .toList());
            books.closeUses(closed);
            books.addUses(taken);
        }
        return uncovered;
    }

    private List<BundleUse> settle(List<Session> over) {
        if (over.isEmpty()) {
            return List.of();
        }
        var used = over.stream()
                .collect(Collectors.toMap(
                        Session::id,
                        session -> session.metering()
                                .rating()
                                .coveredOf(session.metering().used())));
        var closed = new ArrayList<BundleUse>();
        for (var use : books.bundleUses(used.keySet())) {
            var bundle = bundles.get(use.bundle());
            if (use.used() == null && bundle != null) {
                var rest = used.getOrDefault(use.session(), Duration.ZERO);
                var part = rest.compareTo(use.reserved()) < 0 ? rest : use.reserved();
                used.put(use.session(), rest.minus(part));
                change(bundle.settle(use.reserved(), part));
                closed.add(use.closed(part));
            }
        }
        return closed;
    }

    /** Empty, with nothing reserved, where there is not enough. */
    private List<BundleUse> reserve(Session session, Instant now) {
        var usable = bundles.values().stream()
                .filter(bundle -> bundle.owner().equals(session.payer()) && bundle.isUsableAt(now))
                .sorted(Bundle.FIRST_TO_END)
                .toList();
        var missing = session.metering().basis().covered();
        if (usable.stream()
                        .map(Bundle::left)
                        .reduce(Duration.ZERO, Duration::plus)
                        .compareTo(missing)
                < 0) {
            return List.of();
        }
        var uses = new ArrayList<BundleUse>();
        for (var bundle : usable) {
            if (missing.isZero()) {
                break;
            }
            var part = missing.compareTo(bundle.left()) < 0 ? missing : bundle.left();
            uses.add(new BundleUse(session.id(), uses.size(), bundle.id(), part, null));
            missing = missing.minus(part);
            change(bundle.reserve(part));
        }
        return uses;
    }

    private void change(Bundle bundle) {
        bundles.put(bundle.id(), bundle);
        changed.add(bundle.id());
    }
}
