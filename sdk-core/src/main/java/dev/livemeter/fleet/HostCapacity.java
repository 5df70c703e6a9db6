package dev.livemeter.fleet;

import java.util.ArrayList;
import java.util.List;

/**
 * What a relay host can pass on. A stream takes its bitrate once for each destination; what comes in is not counted, as networks carry both directions at once.
 *
 * @param uplinkBitsPerSecond what the host can send
 * @param plannedPercent how much of that is planned with; the rest is for bitrates that vary and for destinations that are added on air
 * @param assumedBitsPerSecond of a stream, before it is known what its encoder sends
 */
public record HostCapacity(long uplinkBitsPerSecond, int plannedPercent, long assumedBitsPerSecond) {

    private static final int DEFAULT_PERCENT = 80;
    private static final long DEFAULT_ASSUMED = 6_000_000;
    private static final long MEGABIT = 1_000_000;
    private static final long MOST_MEGABITS = 1_000_000;

    /** An uplink of that many million bits per second, planned to four fifths, with 6 Mbit/s assumed of a stream. Checked by the fleet. */
    public static HostCapacity megabits(long perSecond) {
        // What is too much to count is too much for the check, too.
        var counted = Math.max(-1, Math.min(perSecond, MOST_MEGABITS + 1));
        return new HostCapacity(counted * MEGABIT, DEFAULT_PERCENT, DEFAULT_ASSUMED);
    }

    /** The same, planned to another share. */
    public HostCapacity planning(int percent) {
        return new HostCapacity(uplinkBitsPerSecond, percent, assumedBitsPerSecond);
    }

    /** The same, with another bitrate assumed of a stream. */
    public HostCapacity assuming(long bitsPerSecond) {
        return new HostCapacity(uplinkBitsPerSecond, plannedPercent, bitsPerSecond);
    }

    /** How many bits per second are planned with. */
    public long limitBitsPerSecond() {
        return uplinkBitsPerSecond / 100 * plannedPercent;
    }

    /** What is wrong with it, a sentence for each fault. */
    List<String> faults(String host) {
        var faults = new ArrayList<String>();
        if (uplinkBitsPerSecond < MEGABIT || uplinkBitsPerSecond > MOST_MEGABITS * MEGABIT) {
            faults.add("The uplink of the relay host " + host + " is " + uplinkBitsPerSecond
                    + " bit/s; expected 1 to 1000000 Mbit/s, such as HostCapacity.megabits(1000).");
        }
        if (plannedPercent < 1 || plannedPercent > 100) {
            faults.add("Of the uplink of the relay host " + host + ", " + plannedPercent
                    + " % are to be planned with; expected 1 to 100.");
        }
        if (assumedBitsPerSecond < 1) {
            faults.add("The relay host " + host + " is to assume " + assumedBitsPerSecond
                    + " bit/s of a stream; expected at least 1.");
        }
        if (faults.isEmpty() && limitBitsPerSecond() < assumedBitsPerSecond) {
            faults.add("The relay host " + host + " has no room for a single stream: " + limitBitsPerSecond()
                    + " bit/s are planned with, and " + assumedBitsPerSecond
                    + " are assumed of a stream. Give it a greater uplink, or assume less.");
        }
        return faults;
    }
}
