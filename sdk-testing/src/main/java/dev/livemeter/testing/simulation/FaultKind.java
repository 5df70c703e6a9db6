package dev.livemeter.testing.simulation;

import java.util.Locale;

/** All that goes wrong in a world, and what ends it again. A report counts each, so that none can vanish unnoticed. */
enum FaultKind {
    SIGNAL_LOST,
    SIGNAL_TWICE,
    SIGNAL_LATE,
    /** A call that was not carried out. */
    CALL_LOST,
    ANSWER_LOST,
    /** A unit of work that was written and then taken back, by stores that can do that. */
    UNDONE,
    /** Nothing answers a node for a while. */
    AWAY,
    /** A call meanwhile. */
    UNANSWERED,
    /** A node is killed between two calls. */
    CRASH,
    CRASH_BEFORE_CALL,
    CRASH_AFTER_CALL,
    /** A node stands still between two calls. */
    PAUSE,
    WAKE,
    /** A node stands still in the middle of a call. */
    FREEZE,
    THAW,
    /** The wall clock jumps. */
    CLOCK;

    /** As a report names it. */
    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
