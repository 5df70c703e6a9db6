package dev.livemeter.call;

import java.time.Duration;

/**
 * What two clients report of the media between them, made into what both have confirmed. Each report counts at the moment in which the server has it, by the server's
 * clock, so a client can say neither when nor how long. Pure; not thread-safe.
 *
 * <p>Why it cannot be cheated for more than {@code silence} is told in decision record 0020.
 */
final class JointMedia {

    /** How much of the confirmed time is won back as patience with interruptions. */
    private static final int PATIENCE_REGAINED = 10;

    private final long silence;
    private final long mediaWithin;
    private final long openedAt;
    private final One payer = new One();
    private final One payee = new One();
    private boolean started;
    private boolean interrupted;
    private long joint;
    private long patience;

    JointMedia(Duration silence, Duration mediaWithin, long openedAtNanos) {
        this.silence = silence.toNanos();
        this.mediaWithin = mediaWithin.toNanos();
        this.openedAt = openedAtNanos;
        this.patience = this.silence;
    }

    /** Which of the two. */
    enum Side {
        PAYER,
        PAYEE
    }

    /** What a report changes. */
    sealed interface Finding {

        /** Nothing yet. */
        record Nothing() implements Finding {}

        /** Both have confirmed: the meter starts now. */
        record Started() implements Finding {}

        /**
         * Both have confirmed up to a moment.
         *
         * @param ago how long ago that was
         */
        record Confirmed(Duration ago) implements Finding {}

        /**
         * Media flows again on both sides.
         *
         * @param span since the last moment that both had confirmed; it is not charged
         */
        record Resumed(Duration span) implements Finding {}

        /**
         * It was interrupted too much.
         *
         * @param by whose reports did it
         */
        record TornApart(Side by) implements Finding {}
    }

    /**
     * A report.
     *
     * @param number counts the reports of that side; one that is not later than the last is ignored, so that a late one cannot prolong anything
     */
    Finding report(Side side, boolean flowing, long number, long now) {
        var one = of(side);
        var other = side == Side.PAYER ? payee : payer;
        if (number <= one.lastNumber) {
            return new Finding.Nothing();
        }
        one.lastNumber = number;
        if (!flowing) {
            one.stalled = true;
            interrupted = started;
            return new Finding.Nothing();
        }
        one.stalled = false;
        one.heard = true;
        one.flowedAt = now;
        if (!started) {
            return other.isFlowing(now, silence) ? start(now) : new Finding.Nothing();
        }
        return interrupted ? resume(side, other, now) : confirm(now);
    }

    private Finding start(long now) {
        started = true;
        joint = now;
        return new Finding.Started();
    }

    private Finding resume(Side side, One other, long now) {
        if (!other.isFlowing(now, silence)) {
            return new Finding.Nothing();
        }
        var span = now - joint;
        interrupted = false;
        joint = now;
        patience -= span;
        return patience < 0 ? new Finding.TornApart(side) : new Finding.Resumed(Duration.ofNanos(span));
    }

    private Finding confirm(long now) {
        var both = earlier();
        if (both - joint <= 0) {
            return new Finding.Nothing();
        }
        patience = Math.min(silence, patience + (both - joint) / PATIENCE_REGAINED);
        joint = both;
        return new Finding.Confirmed(Duration.ofNanos(now - joint));
    }

    private long earlier() {
        return payer.flowedAt - payee.flowedAt <= 0 ? payer.flowedAt : payee.flowedAt;
    }

    boolean isStarted() {
        return started;
    }

    /** Whether both confirm at this moment, as far as is known. */
    boolean isFlowing(long now) {
        return started && !interrupted && payer.isFlowing(now, silence) && payee.isFlowing(now, silence);
    }

    /** Whether that side has said at all that media flows. */
    boolean isHeard(Side side) {
        return of(side).heard;
    }

    /** When it is over unless there is another report before, as the monotonic clock counts. */
    long overAt() {
        return started ? earlier() + silence : openedAt + mediaWithin;
    }

    /** The side that was silent for longer. */
    Side silent() {
        if (payer.heard != payee.heard) {
            return payer.heard ? Side.PAYEE : Side.PAYER;
        }
        return payee.flowedAt - payer.flowedAt < 0 ? Side.PAYEE : Side.PAYER;
    }

    private One of(Side side) {
        return side == Side.PAYER ? payer : payee;
    }

    /** One side's word. */
    private static final class One {

        private boolean heard;
        private boolean stalled;
        private long flowedAt;
        private long lastNumber = -1;

        boolean isFlowing(long now, long within) {
            return heard && !stalled && now - flowedAt < within;
        }
    }
}
