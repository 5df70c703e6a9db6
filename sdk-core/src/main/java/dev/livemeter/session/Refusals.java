package dev.livemeter.session;

import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent.PublishRefused;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.PublishRequest;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.time.TimeSource;
import org.jspecify.annotations.Nullable;

/** Turns publishers away, and tells so. Thread-safe. */
record Refusals(TimeSource time, Events events) {

    /** @param user whose key it was; null where that is not known */
    Admission.Refused refuse(@Nullable UserId user, Refusal reason, String message, PublishRequest request) {
        events.publish(new PublishRefused(time.instant(), user, reason, message, request.remoteAddress()));
        return new Admission.Refused(reason, message);
    }
}
