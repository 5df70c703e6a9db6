package dev.livemeter.billing;

import dev.livemeter.session.SessionId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a session took out of a bundle.
 *
 * @param position of the bundle among those of the session, from 0; they are used in this order
 * @param reserved what was taken when the session opened
 * @param used what the session came to use of it; null while it is not over
 */
public record BundleUse(
        SessionId session,
        int position,
        BundleId bundle,
        Duration reserved,
        @Nullable Duration used) {

    BundleUse closed(Duration time) {
        return new BundleUse(session, position, bundle, reserved, time);
    }
}
