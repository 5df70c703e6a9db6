package dev.livemeter.account;

import java.time.Duration;

/** What {@link Accounts#pollDevice} came to. */
public sealed interface DeviceAnswer {

    /** The account is connected. */
    record Connected(PlatformAccount account) implements DeviceAnswer {}

    /**
     * Not yet.
     *
     * @param askIn how long to wait before the next question
     */
    record Waiting(Duration askIn) implements DeviceAnswer {}
}
