package dev.livemeter.spi;

import dev.livemeter.secret.Secret;
import java.net.URI;
import java.time.Duration;

/**
 * What a provider that {@link ConnectsAccounts} implements besides, if its platform also lets people connect from a host without a browser: the device
 * authorization grant (RFC 8628). The rules are those of {@link ConnectsAccounts}.
 */
public interface ConnectsDevices extends ConnectsAccounts {

    /** Asks for a code that a person enters at the platform. */
    DeviceStart startDevice();

    /** Asks whether the person has done so. Not more often than {@link DeviceStart.Started#interval()}. */
    DevicePoll pollDevice(Secret deviceCode);

    /** What {@link #startDevice} came to. */
    sealed interface DeviceStart {

        /**
         * The person may enter it.
         *
         * @param deviceCode for {@link #pollDevice}
         * @param userCode what the person enters
         * @param page where
         * @param interval between two questions, at least
         * @param expiresIn how long the code lasts
         */
        record Started(Secret deviceCode, String userCode, URI page, Duration interval, Duration expiresIn)
                implements DeviceStart {}

        /** The platform could not be asked, or refused. */
        record Unavailable(String message) implements DeviceStart {}
    }

    /** What {@link #pollDevice} came to. */
    sealed interface DevicePoll {

        /** The person allowed it, or it is over. */
        record Done(Connection connection) implements DevicePoll {}

        /**
         * Not yet.
         *
         * @param slower whether to wait five seconds longer from now on
         */
        record Pending(boolean slower) implements DevicePoll {}
    }
}
