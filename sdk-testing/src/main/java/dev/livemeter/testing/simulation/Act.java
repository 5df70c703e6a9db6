package dev.livemeter.testing.simulation;

import java.util.Locale;

/** What can happen in a world. Each is possible at any time: what finds nothing to act on changes nothing, so that any part of a script is a script. */
enum Act {
    /** Milliseconds pass. */
    PASS(1),
    /** Payer, cents, fate: money is paid in. */
    CREDIT(3),
    /** Payer, payee, cents: a tip. */
    TIP(3),
    /** Payer, cents, fate: a shop reports a purchase. */
    PURCHASE(3),
    /** Which purchase back from the last, permille of it: the shop gives it back. */
    PAYBACK(2),
    /** Which purchase back from the last, permille of it: the bank takes it back. */
    CHARGEBACK(2),
    /** Cents: a batch of payouts, each of so much at least. */
    PAYOUT(1),
    /** Which payout back from the last: the bank sent it. */
    SENT(1),
    /** Which payout back from the last: it failed, or came back. */
    RETURNED(1),
    /** Who, cents: what somebody owes is taken from wallet or earnings. */
    RECOVER(2),
    /** Payer, seconds, cents, for how many seconds they are valid, 0 for ever: a bundle of minutes is bought. */
    BUY(4),
    /** Payer, seconds, in how many seconds they begin, and for how many they are valid, 0 for ever: a bundle is granted. */
    GRANT(4),
    /** Which bundle back from the last: what is unused is given back. */
    MINUTES_BACK(1),
    /** Which transfer back from the last, permille of it: given back. */
    REFUND(2),
    /** Which request back from the last: asked for again, unchanged. */
    REPEAT(1),
    /** Slot, payer, tariff, whatever else decides how it is opened. */
    OPEN(4),
    /** Slot, fate: the publisher is there. */
    DELIVER(2),
    /** Slot, fate: a sign of life. */
    BEAT(2),
    /** Fate: a sign of life of all. */
    BEATS(1),
    /** Slot, number, fate: it is passed on to so many destinations from now on. */
    DESTINATIONS(3),
    /** Slot, fate: the publisher leaves. */
    LEAVE(2),
    /** Slot, fate: the relay loses the publisher. */
    LOSE(2),
    /** Slot, fate: somebody stops it. */
    STOP(2),
    /** Tariff, variant: its price changes for sessions that open later. */
    PRICE(2),
    /** Node, calls before it, kind: one call fails, before or after it is carried out, or is undone. */
    FAIL(3),
    /** Node, milliseconds: nothing answers this node for a while. */
    AWAY(2),
    /** Node, calls before it, kind: the process is killed, now or at a call. */
    CRASH(3),
    /** Node: a process is started where there is none. */
    START(1),
    /** Node: the process stands still. */
    PAUSE(1),
    /** Node: it goes on. */
    WAKE(1),
    /** Node, calls before it, milliseconds: it stands still at a call, before that is carried out. */
    FREEZE(3),
    /** Minutes: the wall clocks jump. */
    WALL(1);

    private final int arguments;

    Act(int arguments) {
        this.arguments = arguments;
    }

    int arguments() {
        return arguments;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
