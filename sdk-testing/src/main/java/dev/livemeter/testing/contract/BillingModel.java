package dev.livemeter.testing.contract;

import dev.livemeter.identity.UserId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Billing as a child would keep it: a few lists, one currency, everything counted from scratch. Amounts are micro-units; -1 is a refusal. */
final class BillingModel {

    /** In the order of their names. */
    static final List<UserId> USERS = List.of(UserId.of("alice"), UserId.of("bob"), UserId.of("carol"));

    private static final long CENT = 10_000;
    private static final long NO = -1;

    private final Map<UserId, Long> posted = new LinkedHashMap<>();
    private final Map<UserId, Long> owed = new LinkedHashMap<>();
    private final List<Earned> earned = new ArrayList<>();
    private final Map<String, Reserved> holds = new LinkedHashMap<>();
    private final Map<String, Charge> charges = new LinkedHashMap<>();
    private final Map<String, Bought> purchases = new LinkedHashMap<>();
    private final Map<String, Sent> payouts = new LinkedHashMap<>();
    private long revenue;
    private long outside;

    long paid(String object, UserId user, long amount) {
        posted.merge(user, amount, Long::sum);
        outside -= amount;
        purchases.put(object, new Bought(user, amount));
        return amount;
    }

    long hold(String id, UserId owner, long least, long most, Instant until, Instant now) {
        if (available(owner, now) < least) {
            return NO;
        }
        var amount = Math.min(most, available(owner, now));
        holds.put(id, new Reserved(owner, amount, until));
        return amount;
    }

    long capture(String id, String from, long amount, UserId payee, long part, boolean voids, Instant now) {
        var hold = holds.get(from);
        if (hold == null || hold.left(now) < amount) {
            return NO;
        }
        hold.left -= amount;
        if (voids) {
            hold.left = 0;
        }
        charge(id, hold.owner, amount, payee, part, now);
        return amount;
    }

    void voidHold(String id) {
        var hold = holds.get(id);
        if (hold != null) {
            hold.left = 0;
        }
    }

    long debit(String id, UserId payer, long amount, UserId payee, long part, Instant now) {
        if (available(payer, now) < amount) {
            return NO;
        }
        charge(id, payer, amount, payee, part, now);
        return amount;
    }

    private void charge(String id, UserId payer, long amount, UserId payee, long part, Instant now) {
        posted.merge(payer, -amount, Long::sum);
        earned.add(new Earned(payee, now, part));
        revenue += amount - part;
        charges.put(id, new Charge(payer, amount, payee, part, now));
    }

    long refund(String id, long amount) {
        var charge = charges.get(id);
        if (charge == null || charge.refunded + amount > charge.amount) {
            return NO;
        }
        var share = charge.part(charge.refunded + amount) - charge.part(charge.refunded);
        var there = Math.min(share, earned(charge.payee));
        charge.refunded += amount;
        earned.add(new Earned(charge.payee, charge.at, -there));
        owed.merge(charge.payee, share - there, Long::sum);
        revenue -= amount - share;
        posted.merge(charge.payer, amount, Long::sum);
        return amount;
    }

    long refunded(String object, long amount, Instant now) {
        var bought = purchases.get(object);
        if (bought == null || bought.amount - bought.gone < amount || available(bought.user, now) < amount) {
            return NO;
        }
        return takeBack(bought, amount, now);
    }

    long chargedBack(String object, long amount, Instant now) {
        var bought = purchases.get(object);
        return bought == null || bought.amount - bought.gone < amount ? NO : takeBack(bought, amount, now);
    }

    private long takeBack(Bought bought, long amount, Instant now) {
        var taken = Math.min(amount, available(bought.user, now));
        bought.gone += amount;
        posted.merge(bought.user, -taken, Long::sum);
        owed.merge(bought.user, amount - taken, Long::sum);
        outside += amount;
        return taken;
    }

    long prepare(String batch, Instant cutoff, long minimum) {
        var total = 0L;
        for (var payee : USERS) {
            var cleared = cleared(payee, cutoff);
            var net = Math.min(cleared, owed.getOrDefault(payee, 0L));
            owed.merge(payee, -net, Long::sum);
            var amount = (cleared - net) / CENT * CENT;
            var pays = amount >= minimum;
            earned.add(new Earned(payee, Instant.MIN, -net - (pays ? amount : 0)));
            if (pays) {
                payouts.put("payout/" + batch + "/" + payee, new Sent(payee, amount));
                total += amount;
            }
        }
        return total;
    }

    long payoutPaid(String id) {
        var payout = payouts.get(id);
        if (payout == null || (payout.returned && !payout.paid)) {
            return NO;
        }
        if (!payout.paid) {
            payout.paid = true;
            outside += payout.amount;
        }
        return payout.amount;
    }

    long payoutReturned(String id) {
        var payout = payouts.get(id);
        if (payout == null) {
            return NO;
        }
        if (!payout.returned) {
            payout.returned = true;
            outside -= payout.paid ? payout.amount : 0;
            earned.add(new Earned(payout.payee, Instant.MIN, payout.amount));
        }
        return payout.amount;
    }

    long recover(UserId user, long most, boolean fromWallet, Instant now) {
        var there = fromWallet ? available(user, now) : earned(user);
        var amount = Math.min(Math.min(most, there), owed.getOrDefault(user, 0L));
        if (amount <= 0) {
            return NO;
        }
        owed.merge(user, -amount, Long::sum);
        if (fromWallet) {
            posted.merge(user, -amount, Long::sum);
        } else {
            earned.add(new Earned(user, Instant.MIN, -amount));
        }
        return amount;
    }

    String text(UserId user, Instant cutoff) {
        var now = cutoff.plusSeconds(40);
        return posted(user) + "/" + held(user, now) + " earned " + earned(user) + "/" + cleared(user, cutoff) + " owes "
                + owed.getOrDefault(user, 0L);
    }

    String operator() {
        var transit = payouts.values().stream()
                .filter(payout -> !payout.paid && !payout.returned)
                .mapToLong(payout -> payout.amount)
                .sum();
        return "revenue " + revenue + " payouts " + transit + " outside " + outside;
    }

    String pickHold(Random random) {
        return pick(holds, random, "none");
    }

    String pickCharge(Random random) {
        return pick(charges, random, "none");
    }

    String pickPurchase(Random random) {
        return pick(purchases, random, "none");
    }

    /** Empty where there is none. */
    String pickPayout(Random random) {
        return pick(payouts, random, "");
    }

    /** One of the last forty: older ones are settled, and all would be refused. */
    private static String pick(Map<String, ?> from, Random random, String none) {
        var keys = List.copyOf(from.keySet());
        return keys.isEmpty() ? none : keys.get(keys.size() - 1 - random.nextInt(Math.min(keys.size(), 40)));
    }

    private long posted(UserId user) {
        return posted.getOrDefault(user, 0L);
    }

    private long held(UserId user, Instant now) {
        return holds.values().stream()
                .filter(hold -> hold.owner.equals(user))
                .mapToLong(hold -> hold.left(now))
                .sum();
    }

    private long available(UserId user, Instant now) {
        return posted(user) - held(user, now);
    }

    private long earned(UserId payee) {
        return earned.stream()
                .filter(one -> one.payee().equals(payee))
                .mapToLong(Earned::micros)
                .sum();
    }

    private long cleared(UserId payee, Instant cutoff) {
        var pending = earned.stream()
                .filter(one -> one.payee().equals(payee) && one.at().isAfter(cutoff))
                .mapToLong(Earned::micros)
                .sum();
        return Math.max(0, Math.min(earned(payee), earned(payee) - pending));
    }

    private record Earned(UserId payee, Instant at, long micros) {}

    private static final class Reserved {
        private final UserId owner;
        private final Instant until;
        private long left;

        Reserved(UserId owner, long amount, Instant until) {
            this.owner = owner;
            this.left = amount;
            this.until = until;
        }

        long left(Instant now) {
            return now.isBefore(until) ? left : 0;
        }
    }

    private static final class Charge {
        private final UserId payer;
        private final long amount;
        private final UserId payee;
        private final long part;
        private final Instant at;
        private long refunded;

        Charge(UserId payer, long amount, UserId payee, long part, Instant at) {
            this.payer = payer;
            this.amount = amount;
            this.payee = payee;
            this.part = part;
            this.at = at;
        }

        long part(long of) {
            return BigInteger.valueOf(part)
                    .multiply(BigInteger.valueOf(of))
                    .divide(BigInteger.valueOf(amount))
                    .longValueExact();
        }
    }

    private static final class Bought {
        private final UserId user;
        private final long amount;
        private long gone;

        Bought(UserId user, long amount) {
            this.user = user;
            this.amount = amount;
        }
    }

    private static final class Sent {
        private final UserId payee;
        private final long amount;
        private boolean paid;
        private boolean returned;

        Sent(UserId payee, long amount) {
            this.payee = payee;
            this.amount = amount;
        }
    }
}
