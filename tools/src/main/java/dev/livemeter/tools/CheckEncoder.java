package dev.livemeter.tools;

import dev.livemeter.destination.PushTarget;
import java.io.IOException;

/** Sends a test picture to a platform. */
interface CheckEncoder {

    /** Begins to send. */
    Sending send(PushTarget target) throws IOException;

    /** A picture that is being sent. */
    interface Sending extends AutoCloseable {

        /** Whether it still is: a platform that does not take it hangs up. */
        boolean goesOn();

        /** Ends it; returns once it has. Idempotent. */
        @Override
        void close();
    }
}
