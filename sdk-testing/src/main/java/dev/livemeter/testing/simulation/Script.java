package dev.livemeter.testing.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws the steps of a world from its seed. Some worlds are calm, and each of the others has faults of some kinds alone, so that no fault hides another. */
final class Script {

    private final Random random;
    private final List<Step> steps = new ArrayList<>();
    private final boolean signalsFail;
    private final boolean callsFail;
    private final boolean nodesFail;
    private final boolean nodesSleep;
    private final boolean clocksJump;

    /** A source of its own, so that what is drawn from the other stays what it was. */
    private final Random changes;

    private final boolean destinationsChange;

    /** Likewise a source of its own. */
    private final Random business;

    private final boolean trades;

    /** Likewise a source of its own. */
    private final Random minutes;

    private final boolean bundles;

    private Script(long seed) {
        random = new Random(seed ^ 0x5DEECE66DL);
        signalsFail = random.nextInt(3) != 0;
        callsFail = random.nextInt(3) != 0;
        nodesFail = random.nextInt(2) != 0;
        nodesSleep = random.nextInt(2) != 0;
        clocksJump = random.nextInt(3) == 0;
        changes = new Random(seed ^ 0x2545F4914F6CDD1DL);
        destinationsChange = changes.nextInt(3) != 0;
        business = new Random(seed ^ 0x369DEA0F31A53F85L);
        trades = business.nextInt(3) != 0;
        minutes = new Random(seed ^ 0x1B873593CC9E2D51L);
        bundles = minutes.nextInt(3) != 0;
    }

    static List<Step> draw(long seed, int count) {
        var script = new Script(seed);
        for (var payer = 0; payer < Rules.PAYERS - 1; payer++) {
            script.add(Act.CREDIT, payer, script.random.nextInt(3000), 0);
        }
        while (script.steps.size() < count) {
            script.next();
            script.change();
            script.trade();
            script.bundle();
        }
        return script.steps.subList(0, count);
    }

    private void next() {
        var slot = random.nextInt(Rules.SLOTS);
        var payer = random.nextInt(Rules.PAYERS);
        switch (random.nextInt(32)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> add(Act.PASS, span());
            case 9, 10, 11, 12, 13 -> add(Act.BEATS, fate());
            case 14, 15 -> add(Act.BEAT, slot, fate());
            case 16, 17 -> add(Act.CREDIT, payer, 1 + random.nextInt(random.nextInt(4) == 0 ? 5000 : 200), fate());
            case 18 -> add(Act.TIP, payer, random.nextInt(Rules.PAYEES + 1), 1 + random.nextInt(200));
            case 19 -> add(Act.REFUND, random.nextInt(30), 1 + random.nextInt(1100));
            case 20 -> add(Act.REPEAT, random.nextInt(12));
            case 21, 22, 23 -> {
                add(Act.OPEN, slot, payer, random.nextInt(5), random.nextInt(1 << 20));
                if (random.nextInt(5) != 0) {
                    add(Act.DELIVER, slot, fate());
                }
            }
            case 24 -> add(Act.DELIVER, slot, fate());
            case 25 -> add(Act.LEAVE, slot, fate());
            case 26 ->
                add(random.nextInt(4) == 0 ? Act.LOSE : random.nextInt(2) == 0 ? Act.STOP : Act.LEAVE, slot, fate());
            case 27 -> {
                if (random.nextInt(4) == 0) {
                    add(Act.PRICE, random.nextInt(5), random.nextInt(1000));
                }
            }
            default -> fault();
        }
    }

    private void change() {
        if (destinationsChange && changes.nextInt(10) == 0) {
            var fate = signalsFail && changes.nextInt(6) == 0 ? 1 + changes.nextInt(9_000) : 0;
            add(Act.DESTINATIONS, changes.nextInt(Rules.SLOTS), 1 + changes.nextInt(5), fate);
        }
    }

    /** Shops, banks and payees. */
    private void trade() {
        if (!trades || business.nextInt(8) != 0) {
            return;
        }
        switch (business.nextInt(10)) {
            case 0, 1 -> {
                var fate = signalsFail && business.nextInt(6) == 0 ? 1 + business.nextInt(9_000) : 0;
                add(Act.PURCHASE, business.nextInt(Rules.PAYERS), 1 + business.nextInt(300), fate);
            }
            case 2 -> add(Act.PAYBACK, business.nextInt(8), 1 + business.nextInt(1100));
            case 3 -> add(Act.CHARGEBACK, business.nextInt(8), 1 + business.nextInt(1100));
            case 4, 5 -> add(Act.PAYOUT, 1 + business.nextInt(business.nextInt(3) == 0 ? 500 : 20));
            case 6 -> add(Act.SENT, business.nextInt(6));
            case 7 -> add(Act.RETURNED, business.nextInt(6));
            default -> add(Act.RECOVER, business.nextInt(Rules.PAYERS + Rules.PAYEES), 1 + business.nextInt(300));
        }
    }

    /** Minutes in bundles. */
    private void bundle() {
        if (!bundles || minutes.nextInt(12) != 0) {
            return;
        }
        var payer = minutes.nextInt(Rules.PAYERS);
        var seconds = 1 + minutes.nextInt(minutes.nextInt(3) == 0 ? 400 : 40);
        var validFor = minutes.nextInt(3) == 0 ? 0 : 1 + minutes.nextInt(1_200);
        switch (minutes.nextInt(6)) {
            case 0, 1 -> add(Act.BUY, payer, seconds, 1 + minutes.nextInt(300), validFor);
            case 2, 3 -> add(Act.GRANT, payer, seconds, minutes.nextInt(3) == 0 ? minutes.nextInt(300) : 0, validFor);
            default -> add(Act.MINUTES_BACK, minutes.nextInt(6));
        }
    }

    private void fault() {
        var node = random.nextInt(2);
        var kind = random.nextInt(10);
        if (kind < 4 && callsFail) {
            if (random.nextInt(4) == 0) {
                add(Act.AWAY, node, random.nextInt(random.nextInt(4) == 0 ? 90_000 : 8_000));
            } else {
                add(Act.FAIL, node, random.nextInt(6), random.nextInt(3));
            }
        } else if (kind < 6 && nodesFail) {
            if (random.nextInt(2) == 0) {
                add(Act.CRASH, node, random.nextInt(8), random.nextInt(3));
            }
            add(Act.START, random.nextInt(2));
        } else if (kind < 8 && nodesSleep) {
            if (random.nextInt(3) == 0) {
                add(Act.FREEZE, node, random.nextInt(6), random.nextInt(60_000));
            } else if (random.nextInt(3) == 0) {
                add(Act.PAUSE, node);
            } else {
                add(Act.WAKE, node);
                add(Act.WAKE, 1 - node);
            }
        } else if (kind == 8 && clocksJump && random.nextInt(5) == 0) {
            add(Act.WALL, random.nextInt(4) == 0 ? random.nextInt(120) - 60 : random.nextBoolean() ? 60 : -60);
        } else {
            add(Act.PASS, span());
        }
    }

    private int span() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> 1 + random.nextInt(300);
            case 3, 4, 5, 6 -> 1_000 * (1 + random.nextInt(3));
            case 7, 8, 9 -> 500 + random.nextInt(4_000);
            case 10 -> random.nextInt(20_000);
            default -> random.nextInt(8) == 0 ? random.nextInt(240_000) : random.nextInt(6_000);
        };
    }

    /** See {@link Relay}. */
    private int fate() {
        return signalsFail && random.nextInt(6) == 0 ? 1 + random.nextInt(9_000) : 0;
    }

    private void add(Act act, int... numbers) {
        steps.add(Step.of(act, numbers));
    }
}
