package dev.livemeter.call;

import java.time.Duration;

/**
 * What two clients report of the media between them, made into what both have confirmed. Each report counts at the moment in which the server has it, by the server's
 * clock, so a client can say neither when nor how long. Pure; not thread-safe.
 *
 * <p>What little can be cheated is told in decision record 0020.
 */
final class JointMedia {

    /** How much of the confirmed time is won back as patience with interruptions. */
    private static final int PATIENCE_REGAINED = 10;

    private final long silence;
    private final long shownFor;
    private final long mediaWithin;
    private final long openedAt;
    private final One payer = new One();
    private final One payee = new One();
    private boolean started;
    private boolean interrupted;
    private long joint;
    private long lapsedAt;
    private long patience;
    private long confirmed;
    private long unpaid;

    /**
     * Nothing is heard yet.
     *
     * @param shownFor how long the picture is shown after the last word of one side
     */
    JointMedia(Duration silence, Duration shownFor, Duration mediaWithin, long openedAtNanos) {
        this.silence = silence.toNanos();
        this.shownFor = shownFor.toNanos();
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
         * Media flows again on both sides after the picture had been withheld for the silence of one. What was shown until then counts, as far as both say so by now, and the rest of it with the next word.
         *
         * @param ago how long ago the moment was up to which both have confirmed
         * @param withheld for how long nothing was shown; it is not charged
         */
        record Lapsed(Duration ago, Duration withheld) implements Finding {}

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
        lapse(now);
        if (!flowing) {
            one.stalled = true;
            stall(side, now);
            return new Finding.Nothing();
        }
        one.stalled = false;
        one.heard = true;
        one.flowedAt = now;
        if (!started) {
            return other.isFlowing(now, shownFor) ? start(now) : new Finding.Nothing();
        }
        return interrupted ? resume(side, other, now) : confirm(now);
    }

    /** Since one side's last word is too old, the picture has been withheld. */
    private void lapse(long now) {
        if (started && !interrupted && now - lapsesAt() >= 0) {
            interrupted = true;
            lapsedAt = later(lapsesAt(), joint);
        }
    }

    /** Nothing came since that side's last word, so nothing more of the time before is charged. */
    private void stall(Side side, long now) {
        if (!started) {
            return;
        }
        var shownUntil = interrupted ? lapsedAt : now;
        if (side == Side.PAYER) {
            unpaid += shownUntil - joint;
        }
        interrupted = true;
        lapsedAt = joint;
    }

    private Finding start(long now) {
        started = true;
        joint = now;
        lapsedAt = now;
        return new Finding.Started();
    }

    private Finding resume(Side side, One other, long now) {
        if (!other.isFlowing(now, shownFor)) {
            return new Finding.Nothing();
        }
        interrupted = false;
        if (lapsedAt - joint > 0) {
            var both = earlier();
            gain(lapsedAt - both <= 0 ? lapsedAt : later(both, joint));
            var ago = now - joint;
            // As if what was withheld had never been: what was shown and is not confirmed yet lies just before now.
            joint = now - (lapsedAt - joint);
            return new Finding.Lapsed(Duration.ofNanos(ago), Duration.ofNanos(now - lapsedAt));
        }
        var span = now - joint;
        joint = now;
        patience -= span;
        return patience < 0 ? new Finding.TornApart(side) : new Finding.Resumed(Duration.ofNanos(span));
    }

    private Finding confirm(long now) {
        var both = earlier();
        if (both - joint <= 0) {
            return new Finding.Nothing();
        }
        gain(both);
        return new Finding.Confirmed(Duration.ofNanos(now - joint));
    }

    private void gain(long until) {
        patience = Math.min(silence, patience + (until - joint) / PATIENCE_REGAINED);
        confirmed += until - joint;
        joint = until;
    }

    private static long later(long one, long other) {
        return one - other >= 0 ? one : other;
    }

    private long earlier() {
        return payer.flowedAt - payee.flowedAt <= 0 ? payer.flowedAt : payee.flowedAt;
    }

    boolean isStarted() {
        return started;
    }

    /** Whether both confirm at this moment, as far as is known. */
    boolean isFlowing(long now) {
        return started && !interrupted && now - lapsesAt() < 0;
    }

    /** When the picture is withheld unless there is another report before, as the monotonic clock counts. */
    long lapsesAt() {
        return earlier() + shownFor;
    }

    /** How long both had confirmed, in all. */
    Duration confirmed() {
        return Duration.ofNanos(confirmed);
    }

    /** For how long the payer was shown the picture, if it ends now, without having confirmed it. What the payee did not confirm does not count. */
    Duration unpaid(long now) {
        if (!started) {
            return Duration.ZERO;
        }
        var shownUntil = interrupted ? lapsedAt : now - lapsesAt() < 0 ? now : lapsesAt();
        return Duration.ofNanos(unpaid + Math.max(0, shownUntil - later(payer.flowedAt, joint)));
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
