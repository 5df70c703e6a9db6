package dev.livemeter.testing.simulation;

import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.PurchaseNotice;
import dev.livemeter.billing.PurchaseReversalNotice;
import dev.livemeter.billing.RecoveryRequest;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Payee;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.Wallet;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.RefundRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plays the steps of a script in a world. */
final class Director {

    private static final int MOST_WALL_MINUTES = 120;
    private static final Currency USD = Currency.getInstance("USD");

    private final World world;
    private final List<@Nullable Stream> slots = new ArrayList<>();
    private final List<Tariff> tariffs;
    private final List<Runnable> asked = new ArrayList<>();
    private final MinuteSales minutes;
    private int wallMinutes;

    Director(World world) {
        this.world = world;
        this.tariffs = new ArrayList<>(world.rules().tariffs());
        this.minutes = new MinuteSales(world, this::askAnew);
        for (var i = 0; i < Rules.SLOTS; i++) {
            slots.add(null);
        }
    }

    void play(Step step) {
        switch (step.act()) {
            case PASS -> world.time().advance(Duration.ofMillis(step.a()));
            case CREDIT -> credit(world.payer(step.a()), step.b(), step.c());
            case TIP -> tip(world.payer(step.a()), step.b(), step.c());
            case REFUND -> refund(step.a(), step.b());
            case PURCHASE -> purchase(world.payer(step.a()), step.b(), step.c());
            case PAYBACK -> takeBack(step.a(), step.b(), false);
            case CHARGEBACK -> takeBack(step.a(), step.b(), true);
            case PAYOUT -> payOut(step.a());
            case SENT -> moved(step.a(), false);
            case RETURNED -> moved(step.a(), true);
            case RECOVER -> recover(step.a(), step.b());
            case BUY, GRANT, MINUTES_BACK -> minutes.play(step);
            case REPEAT -> repeat(step.a());
            case OPEN -> open(step.a(), world.payer(step.b()), step.c(), step.d());
            case DELIVER, BEAT, DESTINATIONS, LEAVE, LOSE, STOP -> signal(step);
            case BEATS -> List.copyOf(world.open()).forEach(stream -> new Relay(world, stream).beat(step.a()));
            case PRICE -> {
                var which = Math.floorMod(step.a(), tariffs.size());
                tariffs.set(which, Rules.repriced(tariffs.get(which), step.b()));
            }
            case START -> world.start(step.a());
            case WALL -> wall(step.a());
            default -> {
                var node = world.running(step.a());
                if (node != null && !node.isDead()) {
                    fault(node, step);
                }
            }
        }
    }

    private static void fault(Node node, Step step) {
        switch (step.act()) {
            case FAIL -> node.failAt(step.b(), step.c());
            case AWAY -> node.leaveAlone(step.b());
            case CRASH -> {
                if (step.c() % 3 == 0) {
                    node.crash(FaultKind.CRASH);
                } else {
                    node.crashAt(step.b(), step.c() % 3 == 2);
                }
            }
            case PAUSE -> node.pause();
            case WAKE -> node.wake();
            case FREEZE -> {
                // Step by step, nothing fences the wallet against a node that stands still between two steps.
                if (!node.settlesStepwise()) {
                    node.freezeAt(step.b(), step.c());
                }
            }
            default -> throw new IllegalStateException("The step " + step + " is no fault of a node.");
        }
    }

    private void signal(Step step) {
        var stream = slots.get(Math.floorMod(step.a(), slots.size()));
        if (stream == null) {
            return;
        }
        var relay = new Relay(world, stream);
        switch (step.act()) {
            case DELIVER -> {
                if (!stream.isGone()) {
                    relay.deliver(step.b());
                }
            }
            case BEAT -> relay.beat(step.b());
            case DESTINATIONS -> relay.destinations(step.b(), step.c());
            case LEAVE -> relay.leave(EndCause.LEFT, step.b());
            case LOSE -> relay.leave(EndCause.LOST, step.b());
            default -> relay.stop(step.b());
        }
    }

    private void open(int slot, UserId payer, int tariff, int further) {
        var place = Math.floorMod(slot, slots.size());
        var before = slots.get(place);
        var node = world.running(further);
        var balance = world.stores().wallet().balance(payer);
        if (node == null
                || !node.isRunning()
                || (balance.isEmpty() && !world.bundles().hasMinutes(payer))
                || (before != null && before.isDelivered())) {
            return;
        }
        var nothing = Money.zero(USD);
        var kept = balance.orElseGet(() -> new WalletBalance(payer, nothing, nothing));
        var payee = further / 2 % 4;
        var share = new Share(further / 8 % 32 * 10_000 / 31);
        var terms = new SessionTerms(
                Lane.RELAY,
                payer,
                payee == Rules.PAYEES ? null : new Payee(world.payee(payee), share),
                "",
                null,
                List.of());
        var price = tariffs.get(Math.floorMod(tariff, tariffs.size()));
        node.run(() -> {
            var id = node.meter().newId();
            var destinations = 1 + further / 256 % 4;
            var stream = new Stream(world, id, terms, price, destinations, node, further / 1024);
            world.add(stream);
            var result = node.meter().open(id, terms, price, destinations, kept);
            if (result instanceof HoldResult.Placed) {
                slots.set(place, stream);
            }
        });
    }

    // Money

    private Wallet wallet() {
        return world.stores().wallet();
    }

    private void credit(UserId payer, int cents, int fate) {
        var request = new CreditRequest(newTransfer("credit"), payer, money(cents), "");
        Runnable credit = () -> world.witness().credited(request, wallet().credit(request));
        ask(credit, fate);
        world.richer(payer);
        if (fate % 3 != 2) {
            world.alive().forEach(node -> node.run(() -> node.meter().toppedUp(payer)));
        }
    }

    private void tip(UserId payer, int payee, int cents) {
        var amount = money(cents);
        var allotment = payee == Rules.PAYEES
                ? null
                : new Allotment(world.payee(payee), Share.percent("33.33").of(amount));
        var request = new DebitRequest(newTransfer("tip"), payer, amount, "", new Subject("tip"), allotment);
        ask(() -> world.witness().debited(request, wallet().debit(request)), cents);
        world.witness().refundable(request.id(), amount.micros());
    }

    private void refund(int back, int permille) {
        var original = world.witness().refundable(back);
        if (original == null) {
            return;
        }
        var amount = Money.ofMicros("USD", Math.max(1, original.micros() * permille / 1000));
        var request = new RefundRequest(newTransfer("refund"), original.id(), amount, "");
        ask(() -> world.witness().refunded(request, wallet().refund(request)), permille);
    }

    // Shops, banks and payees: each asks for units of work of its own, of which none is undone on purpose.

    private void purchase(UserId payer, int cents, int fate) {
        var object = world.nextId();
        var notice = new PurchaseNotice(Trade.SHOP, object, "paid-" + object, content(object), payer, money(cents), "");
        askAnew(() -> world.trade().paid(notice, world.billing().purchases().paid(notice)), fate);
        world.richer(payer);
        if (fate % 3 != 2) {
            world.alive().forEach(node -> node.run(() -> node.meter().toppedUp(payer)));
        }
    }

    private void takeBack(int back, int permille, boolean byTheBank) {
        var purchase = world.trade().purchase(back);
        if (purchase == null) {
            return;
        }
        var object = world.nextId();
        var amount = Money.ofMicros("USD", Math.max(1, purchase.amount().micros() * permille / 1000));
        var notice = new PurchaseReversalNotice(
                Trade.SHOP, purchase.object(), object, "back-" + object, content(object), amount, "");
        var purchases = world.billing().purchases();
        askAnew(
                () -> world.trade()
                        .takenBack(
                                notice,
                                byTheBank,
                                byTheBank ? purchases.chargedBack(notice) : purchases.refunded(notice)),
                permille);
    }

    private void payOut(int leastCents) {
        var batch = "batch-" + world.nextId();
        var cutoff = world.time().instant().truncatedTo(ChronoUnit.MICROS);
        var policy = new PayoutPolicy(Duration.ZERO, money(leastCents));
        askAnew(() -> world.trade().prepare(batch, cutoff, policy), leastCents);
    }

    private void moved(int back, boolean comesBack) {
        var payout = world.trade().payout(back);
        if (payout != null) {
            askAnew(() -> world.trade().moved(payout, comesBack), back);
        }
    }

    private void recover(int who, int cents) {
        var isPayer = who < Rules.PAYERS;
        var request = new RecoveryRequest(
                newTransfer("recovery"),
                isPayer ? world.payer(who) : world.payee(who),
                money(cents),
                isPayer ? RecoveryRequest.Source.WALLET : RecoveryRequest.Source.EARNINGS,
                "");
        askAnew(
                () -> world.trade()
                        .recovered(request, world.billing().receivables().recover(request)),
                cents);
    }

    private static Fingerprint content(String text) {
        return Fingerprint.ofContent(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Asks once or twice, and may be asked again later. */
    private void askAnew(Runnable request, int fate) {
        asked.add(request);
        request.run();
        if (fate % 7 == 2) {
            request.run();
        }
    }

    private void repeat(int back) {
        if (back < asked.size()) {
            asked.get(asked.size() - 1 - back).run();
        }
    }

    /** Asks once, twice, or again after it was undone. */
    private void ask(Runnable request, int fate) {
        asked.add(request);
        if (fate % 7 == 1 && world.stores().undoNext()) {
            world.count(FaultKind.UNDONE);
            try {
                request.run();
                world.findings().found("A unit of work was undone, and nobody was told.");
            } catch (RuntimeException e) {
                if (!World.isFault(e)) {
                    throw e;
                }
            }
        }
        request.run();
        if (fate % 7 == 2) {
            request.run();
        }
    }

    private TransferId newTransfer(String what) {
        return new TransferId(what + "/" + world.nextId());
    }

    static Money money(int cents) {
        return Money.ofMicros("USD", Math.max(1, cents * 10_000L - cents % 7));
    }

    private void wall(int minutes) {
        var next = Math.max(-MOST_WALL_MINUTES, Math.min(MOST_WALL_MINUTES, wallMinutes + minutes));
        world.time().setWall(world.time().instant().plus(Duration.ofMinutes(next - wallMinutes)));
        world.disturbed(FaultKind.CLOCK);
        if (next < wallMinutes) {
            world.calmNotBefore(Duration.ofMinutes(wallMinutes - next));
        }
        wallMinutes = next;
        world.model().posted().keySet().forEach(world::richer);
    }
}
