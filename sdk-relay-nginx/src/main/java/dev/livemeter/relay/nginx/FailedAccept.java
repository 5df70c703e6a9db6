package dev.livemeter.relay.nginx;

import java.io.IOException;
import org.slf4j.Logger;

/** What a listener of ours does where it could not take a connection. */
final class FailedAccept {

    private static final long PAUSE_MILLIS = 50;

    private FailedAccept() {}

    /** Tells it, and waits a moment: where no connection can be opened, asking at once again would only burn the processor. */
    static void told(Logger log, String what, IOException fault) {
        log.warn("{}: {}.", what, fault.getMessage());
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
