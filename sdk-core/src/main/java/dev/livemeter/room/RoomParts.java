package dev.livemeter.room;

import dev.livemeter.call.CallParts;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.call.Calls;
import dev.livemeter.event.Events;
import dev.livemeter.session.Meter;
import dev.livemeter.spi.RoomStore;
import dev.livemeter.time.Scheduler;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What rooms work with: what calls work with, calls, and their own store. */
record RoomParts(CallParts common, Calls calls, RoomStore store) {

    CallPolicy policy() {
        return common.policy();
    }

    Meter meter() {
        return common.meter();
    }

    Scheduler scheduler() {
        return common.scheduler();
    }

    Events events() {
        return common.events();
    }

    /** Wall time to the millisecond, which is what every store keeps. */
    Instant now() {
        return common.time().instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
