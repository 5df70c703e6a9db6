package dev.livemeter.testing.simulation;

import dev.livemeter.billing.BundleGrant;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundlePurchase;
import dev.livemeter.billing.BundleUse;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.testing.simulation.WalletModel.Answer;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Bundles of minutes too simple to be wrong: whole seconds in maps. Foretells the answer to every request; money moves in the model of the wallets. */
final class BundleModel {

    private static final long NANOS = 1_000_000_000L;

    /** How a bundle stands, in seconds. */
    record Standing(long left, long reserved, long used, long refunded) {}

    private static final class Minutes {

        private final BundleId id;
        private final UserId owner;
        private final Object request;
        private final long length;
        private final long price;
        private final Instant from;
        private final Instant until;
        private final Instant madeAt;
        private long reserved;
        private long used;
        private long refunded;

        private Minutes(
                BundleId id,
                UserId owner,
                Object request,
                Duration length,
                long price,
                Instant from,
                @Nullable Instant until,
                Instant madeAt) {
            this.id = id;
            this.owner = owner;
            this.request = request;
            this.length = length.toSeconds();
            this.price = price;
            this.from = from;
            this.until = until == null ? Instant.MAX : until.truncatedTo(ChronoUnit.MICROS);
            this.madeAt = madeAt;
        }

        private long left() {
            return length - reserved - used - refunded;
        }

        /** Micro-units that so many seconds cost. */
        private long worth(long seconds) {
            return Math.multiplyExact(price, seconds) / length;
        }

        private boolean isUsableAt(Instant moment) {
            return !moment.isBefore(from) && moment.isBefore(until) && left() > 0;
        }
    }

    private static final class Taken {

        private final Minutes from;
        private final long seconds;
        private @Nullable Long used;

        private Taken(Minutes from, long seconds) {
            this.from = from;
            this.seconds = seconds;
        }
    }

    private final WalletModel wallets;
    private final Supplier<Instant> now;
    private final Map<BundleId, Minutes> bundles = new LinkedHashMap<>();
    private final Map<SessionId, List<Taken>> taken = new HashMap<>();
    private final Map<TransferId, Answer> refunds = new HashMap<>();

    BundleModel(WalletModel wallets, Supplier<Instant> wall) {
        this.wallets = wallets;
        this.now = () -> wall.get().truncatedTo(ChronoUnit.MICROS);
    }

    /** {@code GIVEN}, or why not. */
    String buy(BundlePurchase purchase) {
        var before = bundles.get(purchase.id());
        if (before != null) {
            return before.request.equals(purchase) ? "GIVEN" : "CONFLICT";
        }
        var sale = sale(purchase.id());
        var paid = wallets.debit(new DebitRequest(
                sale, purchase.owner(), purchase.price(), purchase.memo(), new Subject(sale.value()), null));
        if (!paid.code().equals("MOVED")) {
            return paid.code();
        }
        var validFor = purchase.validFor();
        add(new Minutes(
                purchase.id(),
                purchase.owner(),
                purchase,
                purchase.length(),
                purchase.price().micros(),
                now.get(),
                validFor == null ? null : now.get().plus(validFor),
                now.get()));
        return "GIVEN";
    }

    /** {@code GIVEN}, or why not. */
    String grant(BundleGrant grant) {
        var before = bundles.get(grant.id());
        if (before != null) {
            return before.request.equals(grant) ? "GIVEN" : "CONFLICT";
        }
        add(new Minutes(
                grant.id(),
                grant.owner(),
                grant,
                grant.length(),
                0,
                grant.validFrom().truncatedTo(ChronoUnit.MICROS),
                grant.validUntil(),
                now.get()));
        return "GIVEN";
    }

    private void add(Minutes minutes) {
        bundles.put(minutes.id, minutes);
    }

    /** What nobody used or reserved is given back for its part of the price. */
    Answer refund(TransferId id, BundleId of, String memo) {
        var before = refunds.get(id);
        if (before != null) {
            return before;
        }
        var minutes = bundles.get(of);
        if (minutes == null) {
            return Answer.declined("UNKNOWN_BUNDLE");
        }
        if (minutes.price == 0) {
            return Answer.declined("NOT_BOUGHT");
        }
        var after = minutes.refunded + minutes.left();
        var micros = minutes.worth(after) - minutes.worth(minutes.refunded);
        if (micros == 0) {
            return Answer.declined("NOTHING_LEFT");
        }
        var money = wallets.refund(new RefundRequest(id, sale(of), Money.ofMicros("USD", micros), memo));
        if (!money.code().equals("MOVED")) {
            return Answer.declined("EXCEEDS_PURCHASE");
        }
        minutes.refunded = after;
        refunds.put(id, money);
        return money;
    }

    static TransferId sale(BundleId id) {
        return new TransferId("bundle/" + id);
    }

    /** Seconds that a session of that payer finds if it opens at that moment. */
    long coverable(UserId payer, Instant at) {
        return usable(payer, at).stream().mapToLong(Minutes::left).sum();
    }

    /** The same, as the books date it: to the microsecond. */
    long coverable(UserId payer) {
        return coverable(payer, now.get());
    }

    /** The session opened, and its bundles have it reserved: what ends first is taken first. */
    void reserve(Session session) {
        var missing = session.metering().basis().covered().toSeconds();
        var parts = new ArrayList<Taken>();
        for (var minutes : usable(session.payer(), now.get())) {
            var part = Math.min(missing, minutes.left());
            if (part > 0) {
                parts.add(new Taken(minutes, part));
                minutes.reserved += part;
                missing -= part;
            }
        }
        taken.put(session.id(), parts);
    }

    private List<Minutes> usable(UserId payer, Instant at) {
        return bundles.values().stream()
                .filter(minutes -> minutes.owner.equals(payer) && minutes.isUsableAt(at))
                .sorted(Comparator.<Minutes, Instant>comparing(minutes -> minutes.until)
                        .thenComparing(minutes -> minutes.madeAt)
                        .thenComparing(minutes -> minutes.id.value()))
                .toList();
    }

    /** The session is over: every second that it began after its free time is used, as far as they reach, and the rest is back. */
    void settle(Session session) {
        var begun = Math.floorDiv(session.metering().used().toNanos() + NANOS - 1, NANOS);
        var missing = Math.max(0, begun - session.metering().tariff().free().toSeconds());
        for (var part : taken.getOrDefault(session.id(), List.of())) {
            var used = Math.min(missing, part.seconds);
            part.used = used;
            part.from.reserved -= part.seconds;
            part.from.used += used;
            missing -= used;
        }
    }

    /** What the books have to tell of a session. */
    List<BundleUse> uses(SessionId session) {
        var uses = new ArrayList<BundleUse>();
        for (var part : taken.getOrDefault(session, List.of())) {
            var used = part.used;
            uses.add(new BundleUse(
                    session,
                    uses.size(),
                    part.from.id,
                    Duration.ofSeconds(part.seconds),
                    used == null ? null : Duration.ofSeconds(used)));
        }
        return uses;
    }

    boolean isAny() {
        return !bundles.isEmpty();
    }

    /** All bundles, the first one first. */
    List<BundleId> all() {
        return List.copyOf(bundles.keySet());
    }

    /** Null where there is none. */
    @Nullable
    Standing standing(BundleId id) {
        var minutes = bundles.get(id);
        return minutes == null ? null : new Standing(minutes.left(), minutes.reserved, minutes.used, minutes.refunded);
    }

    /** Whose a bundle is; null where there is none. */
    @Nullable
    UserId owner(BundleId id) {
        var minutes = bundles.get(id);
        return minutes == null ? null : minutes.owner;
    }
}
