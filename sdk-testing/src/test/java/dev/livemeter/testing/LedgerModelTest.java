package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.LedgerWallet;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.CreditResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Does thousands of random things to the ledger and to a model of it that is too simple to be wrong, and compares what both say. A
 * failure names its seed; {@code -Dlivemeter.model.seed=...} plays it again.
 */
class LedgerModelTest {

    private static final int OPERATIONS = 3_000;
    private static final List<UserId> OWNERS = List.of(UserId.of("alice"), UserId.of("bob"), UserId.of("carol"));

    private final ManualTime time = ManualTime.create();
    private final LedgerWallet wallet = InMemoryWallet.create(time);
    private final Model model = new Model(time);

    @Test
    void agreesWithTheModelAfterEveryOperation() {
        var seed = Long.getLong("livemeter.model.seed", System.nanoTime());
        var random = new Random(seed);
        var placed = 0;
        var captured = 0;
        for (var step = 0; step < OPERATIONS; step++) {
            var what = "seed " + seed + ", step " + step + ": ";
            // Few ids and small amounts, so that repeats, conflicts and empty wallets are common.
            switch (random.nextInt(10)) {
                case 0 -> {
                    var request = credit(random, step);
                    assertThat(outcome(wallet.credit(request)))
                            .as(what + request)
                            .isEqualTo(model.credit(request));
                }
                case 1, 2, 3 -> {
                    var request = hold(random, step);
                    var expected = model.hold(request);
                    assertThat(outcome(wallet.hold(request))).as(what + request).isEqualTo(expected);
                    placed += expected.startsWith("placed") ? 1 : 0;
                }
                case 4, 5, 6, 7 -> {
                    var request = capture(random, step);
                    var expected = model.capture(request);
                    assertThat(outcome(wallet.capture(request)))
                            .as(what + request)
                            .isEqualTo(expected);
                    captured += expected.startsWith("captured") ? 1 : 0;
                }
                case 8 -> {
                    var id = holdId(random, step);
                    assertThat(wallet.voidHold(id)
                                    .map(Hold::state)
                                    .map(Enum::name)
                                    .orElse("none"))
                            .as(what + "void " + id)
                            .isEqualTo(model.voidHold(id));
                }
                default -> {
                    time.advance(Duration.ofSeconds(random.nextInt(8)));
                    if (random.nextInt(4) == 0) {
                        wallet.sweepExpired(2);
                    }
                }
            }
            for (var owner : OWNERS) {
                assertThat(wallet.balance(owner)
                                .map(b -> b.posted().micros() + "/" + b.held().micros())
                                .orElse("none"))
                        .as(what + "balance of " + owner)
                        .isEqualTo(model.balance(owner));
            }
            // The whole proof costs as much as the books are long: after every operation at first, then after every
            // tenth.
            if (step < 500 || step % 10 == 0) {
                assertThat(wallet.ledger().verify().findings())
                        .as(what + "proof")
                        .isEmpty();
            }
        }
        assertThat(wallet.ledger().verify().findings()).as("seed " + seed).isEmpty();
        assertThat(placed).as("seed " + seed + ": holds placed").isGreaterThan(OPERATIONS / 100);
        assertThat(captured).as("seed " + seed + ": captures made").isGreaterThan(OPERATIONS / 100);
    }

    private static CreditRequest credit(Random random, int step) {
        var currency = random.nextInt(8) == 0 ? "EUR" : "USD";
        return new CreditRequest(
                transferId(random, step), owner(random), Money.ofMicros(currency, 1 + random.nextInt(300)), "");
    }

    private static HoldRequest hold(Random random, int step) {
        var currency = random.nextInt(12) == 0 ? "EUR" : "USD";
        var least = 1 + random.nextInt(40);
        return new HoldRequest(
                holdId(random, step),
                owner(random),
                Money.ofMicros(currency, least),
                Money.ofMicros(currency, least + random.nextInt(40)),
                Duration.ofSeconds(1 + random.nextInt(40)));
    }

    private static CaptureRequest capture(Random random, int step) {
        var currency = random.nextInt(12) == 0 ? "EUR" : "USD";
        return new CaptureRequest(
                transferId(random, step),
                holdId(random, step),
                Money.ofMicros(currency, 1 + random.nextInt(30)),
                random.nextInt(3) == 0 ? Remainder.VOID : Remainder.KEEP);
    }

    /** A recent id, or a new one. */
    private static TransferId transferId(Random random, int step) {
        return new TransferId("t" + (step - random.nextInt(12) * random.nextInt(2)));
    }

    private static HoldId holdId(Random random, int step) {
        return new HoldId("h" + (step / 4 - random.nextInt(6)));
    }

    private static UserId owner(Random random) {
        return OWNERS.get(random.nextInt(OWNERS.size()));
    }

    private static String outcome(CreditResult result) {
        return result.fold(
                transfer -> "credited " + transfer.amount().micros() + " -> "
                        + transfer.after().posted().micros() + "/"
                        + transfer.after().held().micros(),
                no -> no.reason().name());
    }

    private static String outcome(HoldResult result) {
        return result.fold(
                hold -> "placed " + hold.amount().micros() + " "
                        + hold.captured().micros() + " " + hold.state(),
                no -> no.reason().name());
    }

    private static String outcome(CaptureResult result) {
        return result.fold(
                transfer -> "captured " + transfer.amount().micros() + " -> "
                        + transfer.after().posted().micros() + "/"
                        + transfer.after().held().micros(),
                no -> no.reason().name());
    }

    /** Two maps and a list: balances are counted from scratch each time. */
    private static final class Model {

        private final ManualTime time;
        private final Map<UserId, String> currencies = new HashMap<>();
        private final List<Movement> movements = new ArrayList<>();
        private final Map<HoldId, Reserved> holds = new HashMap<>();

        Model(ManualTime time) {
            this.time = time;
        }

        String credit(CreditRequest request) {
            var known = known(request.id());
            if (known != null) {
                return known.request().equals(request) ? known.answer() : "CONFLICT";
            }
            var currency = request.amount().currency().getCurrencyCode();
            if (!currencies.getOrDefault(request.owner(), currency).equals(currency)) {
                return "CURRENCY_MISMATCH";
            }
            currencies.put(request.owner(), currency);
            return move(request.id(), request, request.owner(), request.amount().micros(), "credited ");
        }

        String hold(HoldRequest request) {
            var known = holds.get(request.id());
            if (known != null) {
                return known.request.equals(request) ? known.answer(time.instant()) : "CONFLICT";
            }
            var currency = currencies.get(request.owner());
            if (currency == null) {
                return "NO_WALLET";
            }
            if (!currency.equals(request.atLeast().currency().getCurrencyCode())) {
                return "CURRENCY_MISMATCH";
            }
            var available = posted(request.owner()) - held(request.owner());
            if (available < request.atLeast().micros()) {
                return "INSUFFICIENT_FUNDS";
            }
            var hold = new Reserved(
                    request,
                    Math.min(available, request.atMost().micros()),
                    time.instant().plus(request.expiresIn()));
            holds.put(request.id(), hold);
            return hold.answer(time.instant());
        }

        String capture(CaptureRequest request) {
            var known = known(request.id());
            if (known != null) {
                return known.request().equals(request) ? known.answer() : "CONFLICT";
            }
            var hold = holds.get(request.hold());
            if (hold == null) {
                return "UNKNOWN_HOLD";
            }
            if (!hold.request.atLeast().currency().equals(request.amount().currency())) {
                return "CURRENCY_MISMATCH";
            }
            if (!hold.state(time.instant()).equals("OPEN")) {
                return "HOLD_NOT_OPEN";
            }
            if (hold.amount - hold.captured < request.amount().micros()) {
                return "EXCEEDS_HOLD";
            }
            hold.captured += request.amount().micros();
            if (hold.captured == hold.amount || request.remainder() == Remainder.VOID) {
                hold.resolved = "CAPTURED";
            }
            return move(
                    request.id(),
                    request,
                    hold.request.owner(),
                    -request.amount().micros(),
                    "captured ");
        }

        String voidHold(HoldId id) {
            var hold = holds.get(id);
            if (hold == null) {
                return "none";
            }
            if (hold.state(time.instant()).equals("OPEN")) {
                hold.resolved = hold.captured > 0 ? "CAPTURED" : "VOIDED";
            }
            return hold.state(time.instant());
        }

        String balance(UserId owner) {
            return currencies.containsKey(owner) ? posted(owner) + "/" + held(owner) : "none";
        }

        private String move(TransferId id, Object request, UserId owner, long micros, String verb) {
            var answer = verb + Math.abs(micros) + " -> " + (posted(owner) + micros) + "/" + held(owner);
            movements.add(new Movement(id, request, owner, micros, answer));
            return answer;
        }

        private @Nullable Movement known(TransferId id) {
            return movements.stream()
                    .filter(movement -> movement.id().equals(id))
                    .findFirst()
                    .orElse(null);
        }

        private long posted(UserId owner) {
            return movements.stream()
                    .filter(movement -> movement.owner().equals(owner))
                    .mapToLong(Movement::micros)
                    .sum();
        }

        private long held(UserId owner) {
            return holds.values().stream()
                    .filter(hold -> hold.request.owner().equals(owner)
                            && hold.state(time.instant()).equals("OPEN"))
                    .mapToLong(hold -> hold.amount - hold.captured)
                    .sum();
        }

        private record Movement(TransferId id, Object request, UserId owner, long micros, String answer) {}

        private static final class Reserved {

            private final HoldRequest request;
            private final long amount;
            private final Instant expiresAt;
            private long captured;
            private @Nullable String resolved;

            Reserved(HoldRequest request, long amount, Instant expiresAt) {
                this.request = request;
                this.amount = amount;
                this.expiresAt = expiresAt;
            }

            String state(Instant now) {
                return resolved != null ? resolved : now.isBefore(expiresAt) ? "OPEN" : "EXPIRED";
            }

            String answer(Instant now) {
                return "placed " + amount + " " + captured + " " + state(now);
            }
        }
    }
}
