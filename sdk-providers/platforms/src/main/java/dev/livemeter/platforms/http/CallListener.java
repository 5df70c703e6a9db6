package dev.livemeter.platforms.http;

import java.time.Duration;

/** Is told what the client does; called by the thread that does it, and must not wait. */
public interface CallListener {

    /** The platform answered. */
    void answered(String operation, int status, Duration took);

    /** It did not answer, or not in time, or in no form that is understood. */
    void unanswered(String operation, String code, Duration took);

    /** It is asked again. */
    void retried(String operation);

    /** A request was not sent, as a budget is used up. */
    void withheld(String operation, String code);
}
