package dev.livemeter.testing.simulation;

import dev.livemeter.billing.PurchaseNotice;
import dev.livemeter.billing.PurchaseReversalNotice;
import dev.livemeter.billing.RecoveryRequest;
import dev.livemeter.identity.UserId;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.TransferId;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A wallet too simple to be wrong: maps of what was asked for and answered. Foretells the answer to every request. */
final class WalletModel {

    /**
     * An answer, as far as it is compared.
     *
     * @param code why it was declined, {@code MOVED}, or the state of a hold
     * @param posted of the wallet after a transfer; what was captured of a hold
     */
    record Answer(String code, long amount, long posted, long held) {

        static Answer declined(String reason) {
            return new Answer(reason, 0, 0, 0);
        }
    }

    private static final long MICROS_OF_A_CENT = 10_000;

    /** A hold as the model knows it. */
    static final class Held {

        private final HoldRequest request;
        private long amount;
        private Instant expiresAt;
        private long captured;
        private String state = "OPEN";

        private Held(HoldRequest request, long amount, Instant expiresAt) {
            this.request = request;
            this.amount = amount;
            this.expiresAt = expiresAt;
        }

        private Answer answer() {
            return new Answer(state, amount, captured, 0);
        }
    }

    private record Moved(
            Object request,
            UserId owner,
            long amount,
            @Nullable Allotment allotment,
            Answer answer,
            Instant at) {}

    /** What changed earnings, from that moment on. */
    private record Effect(Instant from, long micros) {}

    /** Earnings on their way to a payee. */
    private static final class Sent {

        private final UserId payee;
        private final long amount;
        private boolean paid;
        private boolean returned;

        private Sent(UserId payee, long amount) {
            this.payee = payee;
            this.amount = amount;
        }

        private Answer answer() {
            return new Answer(returned ? "RETURNED" : paid ? "PAID" : "IN_TRANSIT", amount, 0, 0);
        }
    }

    private final Supplier<Instant> now;
    private final Map<UserId, Long> posted = new HashMap<>();
    private final Map<UserId, Map<HoldId, Held>> open = new HashMap<>();
    private final Map<HoldId, Held> holds = new HashMap<>();

    private final Map<TransferId, Moved> moved = new LinkedHashMap<>();
    private final Map<TransferId, Long> refunded = new HashMap<>();
    private final Map<UserId, Long> earned = new HashMap<>();
    private final Map<UserId, List<Effect>> effects = new HashMap<>();
    private final Map<UserId, Long> owed = new HashMap<>();
    private final Map<TransferId, Sent> payouts = new LinkedHashMap<>();
    private final Set<TransferId> takenBefore = new HashSet<>();
    private final Map<TransferId, Long> recoveries = new HashMap<>();

    WalletModel(Supplier<Instant> wall) {
        this.now = () -> wall.get().truncatedTo(ChronoUnit.MICROS);
    }

    Answer credit(CreditRequest request) {
        var before = repeated(request.id(), request);
        if (before != null) {
            return before;
        }
        posted.putIfAbsent(request.owner(), 0L);
        return move(request.id(), request, request.owner(), request.amount().micros(), null);
    }

    Answer debit(DebitRequest request) {
        var before = repeated(request.id(), request);
        if (before != null) {
            return before;
        }
        if (!posted.containsKey(request.owner())) {
            return Answer.declined("NO_WALLET");
        }
        if (available(request.owner()) < request.amount().micros()) {
            return Answer.declined("INSUFFICIENT_FUNDS");
        }
        earn(request.allotment());
        return move(request.id(), request, request.owner(), -request.amount().micros(), request.allotment());
    }

    Answer hold(HoldRequest request) {
        var before = holds.get(request.id());
        if (before != null) {
            expire(before.request.owner());
            return before.request.equals(request) ? before.answer() : Answer.declined("CONFLICT");
        }
        if (!posted.containsKey(request.owner())) {
            return Answer.declined("NO_WALLET");
        }
        var available = available(request.owner());
        if (available < request.atLeast().micros()) {
            return Answer.declined("INSUFFICIENT_FUNDS");
        }
        var hold = new Held(request, Math.min(available, request.atMost().micros()), expiry(request.expiresIn()));
        holds.put(request.id(), hold);
        open.computeIfAbsent(request.owner(), any -> new LinkedHashMap<>()).put(request.id(), hold);
        return hold.answer();
    }

    /** What a settlement asks to reserve: added to that hold while it is open, and else a hold of its own. */
    Answer hold(HoldRequest request, @Nullable HoldId raised) {
        var available = posted.containsKey(request.owner()) ? available(request.owner()) : 0;
        var hold = raised == null ? null : holds.get(raised);
        if (hold == null || !hold.state.equals("OPEN") || holds.containsKey(request.id())) {
            return hold(request);
        }
        if (available < request.atLeast().micros()) {
            return Answer.declined("INSUFFICIENT_FUNDS");
        }
        hold.amount += Math.min(available, request.atMost().micros());
        if (hold.expiresAt.isBefore(expiry(request.expiresIn().dividedBy(2)))) {
            hold.expiresAt = expiry(request.expiresIn());
        }
        return hold.answer();
    }

    /** A hold as it stands now. */
    Answer answer(HoldId id) {
        var hold = holds.get(id);
        if (hold == null) {
            return Answer.declined("NONE");
        }
        expire(hold.request.owner());
        return hold.answer();
    }

    private Instant expiry(Duration in) {
        return in.toDays() > 100_000 ? Instant.MAX : now.get().plus(in);
    }

    Answer capture(CaptureRequest request) {
        var before = repeated(request.id(), request);
        if (before != null) {
            return before;
        }
        var hold = holds.get(request.hold());
        if (hold == null) {
            return Answer.declined("UNKNOWN_HOLD");
        }
        var owner = hold.request.owner();
        expire(owner);
        if (!hold.state.equals("OPEN")) {
            return Answer.declined("HOLD_NOT_OPEN");
        }
        if (hold.amount - hold.captured < request.amount().micros()) {
            return Answer.declined("EXCEEDS_HOLD");
        }
        hold.captured += request.amount().micros();
        if (hold.captured == hold.amount || request.remainder() == CaptureRequest.Remainder.VOID) {
            resolve(request.hold(), hold, "CAPTURED");
        }
        earn(request.allotment());
        return move(request.id(), request, owner, -request.amount().micros(), request.allotment());
    }

    Answer voidHold(HoldId id) {
        var hold = holds.get(id);
        if (hold == null) {
            return Answer.declined("NONE");
        }
        expire(hold.request.owner());
        if (hold.state.equals("OPEN")) {
            resolve(id, hold, hold.captured > 0 ? "CAPTURED" : "VOIDED");
        }
        return hold.answer();
    }

    Answer refund(RefundRequest request) {
        var before = repeated(request.id(), request);
        if (before != null) {
            return before;
        }
        var original = moved.get(request.original());
        if (original == null) {
            return Answer.declined("UNKNOWN_TRANSFER");
        }
        if (original.amount() > 0) {
            return Answer.declined("NOT_REFUNDABLE");
        }
        var whole = -original.amount();
        var soFar = refunded.getOrDefault(request.original(), 0L);
        var total = soFar + request.amount().micros();
        if (total > whole) {
            return Answer.declined("EXCEEDS_ORIGINAL");
        }
        refunded.put(request.original(), total);
        var allotment = original.allotment();
        if (allotment != null) {
            var payee = allotment.payee();
            var share = allotment.amount().micros();
            var back = part(share, total, whole) - part(share, soFar, whole);
            var there = Math.min(back, earned(payee));
            earn(payee, original.at(), -there);
            owed.merge(payee, back - there, Long::sum);
        }
        return move(request.id(), request, original.owner(), request.amount().micros(), null);
    }

    // Shops, banks and payees

    Answer purchase(TransferId id, PurchaseNotice notice) {
        var before = repeated(id, notice);
        if (before != null) {
            return before;
        }
        posted.putIfAbsent(notice.user(), 0L);
        return move(id, notice, notice.user(), notice.amount().micros(), null);
    }

    /** What the wallet has is taken; a bank takes what it does not have all the same, and then it is owed. */
    Answer takeBack(TransferId id, TransferId purchase, PurchaseReversalNotice notice, boolean byTheBank) {
        var before = repeated(id, notice);
        if (before != null) {
            return before;
        }
        var original = moved.get(purchase);
        if (original == null) {
            return Answer.declined("UNKNOWN_PURCHASE");
        }
        var amount = notice.amount().micros();
        var total = refunded.getOrDefault(purchase, 0L) + amount;
        if (total > original.amount()) {
            return Answer.declined("EXCEEDS_PURCHASE");
        }
        var owner = original.owner();
        if (!byTheBank && available(owner) < amount) {
            return Answer.declined("INSUFFICIENT_FUNDS");
        }
        refunded.put(purchase, total);
        var taken = Math.min(available(owner), amount);
        owed.merge(owner, amount - taken, Long::sum);
        var after = posted.merge(owner, -taken, Long::sum);
        var answer = new Answer("MOVED", amount, after, held(owner));
        moved.put(id, new Moved(notice, owner, -taken, null, answer, now.get()));
        return answer;
    }

    Answer prepare(String batch, Instant cutoff, long least, Collection<UserId> payees) {
        if (cutoff.isAfter(now.get())) {
            return Answer.declined("payout.not_cleared");
        }
        var count = 0L;
        var total = 0L;
        for (var payee : payees) {
            var id = new TransferId("payout/" + batch + "/" + payee);
            var before = payouts.get(id);
            var amount = before == null ? prepare(id, payee, cutoff, least) : before.amount;
            count += amount > 0 ? 1 : 0;
            total += amount;
        }
        return new Answer("PREPARED", count, total, 0);
    }

    private long prepare(TransferId id, UserId payee, Instant cutoff, long least) {
        var there = earned(payee);
        var later = effects.getOrDefault(payee, List.of()).stream()
                .filter(effect -> effect.from().isAfter(cutoff))
                .mapToLong(Effect::micros)
                .sum();
        var cleared = Math.max(0, Math.min(there, there - later));
        var recovery = takenBefore.contains(id) ? 0 : Math.min(owed(payee), cleared);
        if (recovery > 0) {
            takenBefore.add(id);
            earned.merge(payee, -recovery, Long::sum);
            owed.merge(payee, -recovery, Long::sum);
        }
        var cents = (cleared - recovery) / MICROS_OF_A_CENT * MICROS_OF_A_CENT;
        if (cents == 0 || cents < least) {
            return 0;
        }
        earned.merge(payee, -cents, Long::sum);
        payouts.put(id, new Sent(payee, cents));
        return cents;
    }

    Answer moved(TransferId payout, boolean comesBack) {
        var sent = payouts.get(payout);
        if (sent == null) {
            return Answer.declined("UNKNOWN_PAYOUT");
        }
        if (comesBack) {
            if (!sent.returned) {
                sent.returned = true;
                earned.merge(sent.payee, sent.amount, Long::sum);
            }
        } else if (!sent.paid) {
            if (sent.returned) {
                return Answer.declined("ALREADY_RETURNED");
            }
            sent.paid = true;
        }
        return sent.answer();
    }

    /** The payouts, the first one first. */
    List<TransferId> payouts() {
        return List.copyOf(payouts.keySet());
    }

    @Nullable
    UserId payeeOf(TransferId payout) {
        var sent = payouts.get(payout);
        return sent == null ? null : sent.payee;
    }

    Answer recover(RecoveryRequest request) {
        var user = request.user();
        var before = recoveries.get(request.id());
        if (before != null) {
            return new Answer("RECOVERED", before, 0, 0);
        }
        if (owed(user) == 0) {
            return Answer.declined("NOTHING_OWED");
        }
        var fromWallet = request.source() == RecoveryRequest.Source.WALLET;
        var there = fromWallet ? available(user) : earned(user);
        var amount = Math.min(Math.min(owed(user), request.most().micros()), there);
        if (amount == 0) {
            return Answer.declined("NOTHING_THERE");
        }
        (fromWallet ? posted : earned).merge(user, -amount, Long::sum);
        owed.merge(user, -amount, Long::sum);
        recoveries.put(request.id(), amount);
        return new Answer("RECOVERED", amount, 0, 0);
    }

    /** What somebody owes the operator. */
    long owed(UserId user) {
        return owed.getOrDefault(user, 0L);
    }

    /** The payee's part of a transfer; null where there is none. */
    @Nullable
    Allotment allotment(TransferId id) {
        var transfer = moved.get(id);
        return transfer == null ? null : transfer.allotment();
    }

    boolean knows(TransferId id) {
        return moved.containsKey(id);
    }

    @Nullable
    Held hold(HoldId id) {
        return holds.get(id);
    }

    /** The holds of a user that still reserve something. */
    Set<HoldId> open(UserId owner) {
        expire(owner);
        return open.getOrDefault(owner, Map.of()).keySet();
    }

    /** What is in a wallet; null where there is none. */
    @Nullable
    Answer balance(UserId owner) {
        var there = posted.get(owner);
        return there == null ? null : new Answer("", 0, there, held(owner));
    }

    long available(UserId owner) {
        return posted.getOrDefault(owner, 0L) - held(owner);
    }

    /** What a payee earned less what was taken back and paid out. */
    long earned(UserId payee) {
        return earned.getOrDefault(payee, 0L);
    }

    Map<UserId, Long> posted() {
        return posted;
    }

    private long held(UserId owner) {
        expire(owner);
        var sum = 0L;
        for (var hold : open.getOrDefault(owner, Map.of()).values()) {
            sum += hold.amount - hold.captured;
        }
        return sum;
    }

    private void expire(UserId owner) {
        var at = now.get();
        open.getOrDefault(owner, Map.of()).values().removeIf(hold -> {
            if (at.isBefore(hold.expiresAt)) {
                return false;
            }
            hold.state = "EXPIRED";
            return true;
        });
    }

    private void resolve(HoldId id, Held hold, String state) {
        hold.state = state;
        open.getOrDefault(hold.request.owner(), Map.of()).remove(id);
    }

    private void earn(@Nullable Allotment allotment) {
        if (allotment != null) {
            earn(allotment.payee(), now.get(), allotment.amount().micros());
        }
    }

    private void earn(UserId payee, Instant from, long micros) {
        earned.merge(payee, micros, Long::sum);
        effects.computeIfAbsent(payee, any -> new ArrayList<>()).add(new Effect(from, micros));
    }

    private @Nullable Answer repeated(TransferId id, Object request) {
        var before = moved.get(id);
        if (before == null) {
            return null;
        }
        return before.request().equals(request) ? before.answer() : Answer.declined("CONFLICT");
    }

    private Answer move(TransferId id, Object request, UserId owner, long micros, @Nullable Allotment allotment) {
        var after = posted.merge(owner, micros, Long::sum);
        var answer = new Answer("MOVED", Math.abs(micros), after, held(owner));
        moved.put(id, new Moved(request, owner, micros, allotment, answer, now.get()));
        return answer;
    }

    private static long part(long share, long of, long whole) {
        return BigInteger.valueOf(share)
                .multiply(BigInteger.valueOf(of))
                .divide(BigInteger.valueOf(whole))
                .longValueExact();
    }
}
