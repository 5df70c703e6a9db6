package dev.livemeter.broadcast;

import dev.livemeter.destination.PushTarget;
import dev.livemeter.event.LiveEvent.BroadcastChanged;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where broadcasts are written down and told of. Every step is a row that goes from one version to the next, so of two that try one succeeds. Thread-safe; blocks on the store. */
final class BroadcastDesk {

    /** Nobody else looks after a broadcast that was written down less than this ago. */
    static final Duration LEASE = Duration.ofMinutes(2);

    private static final int ATTEMPTS = 5;

    private final BroadcastParts parts;

    BroadcastDesk(BroadcastParts parts) {
        this.parts = parts;
    }

    Instant now() {
        return parts.time().instant();
    }

    Instant lease() {
        return now().plus(LEASE);
    }

    /** One that is to be {@linkplain #insert written down} before the platform is asked: what it makes and nobody knows of would be shown for ever. */
    BroadcastRecord opening(BroadcastTerms terms) {
        return BroadcastRecord.opening(new BroadcastId("brd-" + parts.ids().next()), terms, lease());
    }

    void insert(BroadcastRecord opening) {
        parts.store().insert(opening);
    }

    Optional<BroadcastRecord> find(BroadcastId id) {
        return parts.store().find(id);
    }

    /** Whether the stream may still go there, by the books. */
    boolean isOpen(BroadcastId id) {
        return find(id).filter(row -> row.state().isOpen()).isPresent();
    }

    /**
     * Writes a change down. Where the row has changed meanwhile, the change is made to what is there: somebody else may have looked at it, and the answer to a change of our own may have been lost.
     *
     * @return as it is now; empty where somebody has ended it, or taken what was left to do another step
     */
    Optional<BroadcastRecord> move(BroadcastRecord known, UnaryOperator<BroadcastRecord> change) {
        var before = known;
        for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
            var next = change.apply(before);
            if (parts.store().update(next)) {
                return Optional.of(next);
            }
            var found = find(known.id()).orElse(null);
            if (found == null || !isSame(found.state(), known.state())) {
                return Optional.empty();
            }
            before = found;
        }
        return Optional.empty();
    }

    private static boolean isSame(BroadcastState found, BroadcastState known) {
        return found == known || (found.isOpen() && known.isOpen());
    }

    void tell(BroadcastRecord record, BroadcastChanged.Stage stage, @Nullable URI page, String detail) {
        var terms = record.terms();
        parts.events()
                .publish(new BroadcastChanged(
                        now(), terms.owner(), terms.session(), terms.destination(), terms.name(), stage, page, detail));
    }

    String seal(BroadcastId id, PushTarget target) {
        return parts.cipher()
                .seal(Secret.of(target.server() + "\n" + target.key().reveal()), context(id));
    }

    /**
     * Where the relay pushes.
     *
     * @throws dev.livemeter.LivemeterException {@code secret.unreadable}
     */
    Optional<PushTarget> target(BroadcastRecord record) {
        var sealed = record.sealedTarget();
        if (sealed == null) {
            return Optional.empty();
        }
        var text = parts.cipher().open(sealed, context(record.id())).reveal();
        var border = text.indexOf('\n');
        return Optional.of(
                new PushTarget(URI.create(text.substring(0, border)), Secret.of(text.substring(border + 1))));
    }

    private static String context(BroadcastId id) {
        return "target of broadcast " + id;
    }
}
