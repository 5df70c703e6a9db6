package dev.livemeter.relay.nginx;

import java.net.InetAddress;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;

/**
 * A port by which encoders come: the one that the settings name, or a free one of our choice. A chosen one may turn out taken, as any outgoing connection may get it, and another one is
 * chosen then. Once encoders know it, it stays for some more tries: who took it may leave, and encoders come back to where they were. Not thread-safe.
 */
final class IngestPort {

    /** How often one that encoders know may turn out taken before another is chosen: some seconds, as a start that failed is tried again after a pause that doubles. */
    static final int TAKEN_AT_MOST = 4;

    private final boolean chosen;
    private final IntSupplier free;
    private final IntPredicate isFree;
    private int number;
    private boolean known;
    private int taken;

    private IngestPort(boolean chosen, int number, boolean known, IntSupplier free, IntPredicate isFree) {
        this.chosen = chosen;
        this.number = number;
        this.known = known;
        this.free = free;
        this.isFree = isFree;
    }

    /** Encoders do not come that way. */
    static IngestPort none() {
        return new IngestPort(false, 0, false, () -> 0, port -> true);
    }

    /**
     * One on that address.
     *
     * @param named by the settings; 0 where it is ours to choose
     * @param before that encoders know from an earlier process; 0 where there is none
     */
    static IngestPort of(InetAddress address, int named, int before) {
        return of(named, before, () -> FreePorts.pick(address), port -> FreePorts.isFree(address, port));
    }

    /** With free ports from elsewhere. */
    static IngestPort of(int named, int before, IntSupplier free, IntPredicate isFree) {
        if (named != 0) {
            return new IngestPort(false, named, true, free, isFree);
        }
        return new IngestPort(true, before == 0 ? free.getAsInt() : before, before != 0, free, isFree);
    }

    /** Where they come now; 0 where they do not. */
    int number() {
        return number;
    }

    /** nginx listens there, and encoders are told. */
    void works() {
        known = true;
        taken = 0;
    }

    /** nginx could not start because some port was taken: if it was this one, and it is ours, then it is another one from now on. */
    void avoidIfTaken() {
        if (!chosen || isFree.test(number) || (known && ++taken <= TAKEN_AT_MOST)) {
            return;
        }
        number = free.getAsInt();
    }
}
