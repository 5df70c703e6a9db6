package dev.livemeter.testing.simulation;

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
import java.util.HashMap;
import java.util.LinkedHashMap;
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
            Answer answer) {}

    private final Supplier<Instant> now;
    private final Map<UserId, Long> posted = new HashMap<>();
    private final Map<UserId, Map<HoldId, Held>> open = new HashMap<>();
    private final Map<HoldId, Held> holds = new HashMap<>();

    private final Map<TransferId, Moved> moved = new LinkedHashMap<>();
    private final Map<TransferId, Long> refunded = new HashMap<>();
    private final Map<UserId, Long> earned = new HashMap<>();

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
        earn(request.allotment(), 1);
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
        earn(request.allotment(), 1);
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
            var share = allotment.amount().micros();
            earned.merge(allotment.payee(), part(share, soFar, whole) - part(share, total, whole), Long::sum);
        }
        return move(request.id(), request, original.owner(), request.amount().micros(), null);
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

    /** What a payee earned less what was taken back. */
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

    private void earn(@Nullable Allotment allotment, int sign) {
        if (allotment != null) {
            earned.merge(allotment.payee(), sign * allotment.amount().micros(), Long::sum);
        }
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
        moved.put(id, new Moved(request, owner, micros, allotment, answer));
        return answer;
    }

    private static long part(long share, long of, long whole) {
        return BigInteger.valueOf(share)
                .multiply(BigInteger.valueOf(of))
                .divide(BigInteger.valueOf(whole))
                .longValueExact();
    }
}
