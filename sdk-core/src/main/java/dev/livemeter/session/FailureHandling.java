package dev.livemeter.session;

/** What becomes of running sessions while the wallet or the store does not answer (Credit-Control-Failure-Handling, RFC 8506, 8.14). */
public enum FailureHandling {
    /** They are cut at the first settlement that fails. */
    TERMINATE,
    /**
     * They go on beyond their paid time, for at most the time that the policy allows. What was delivered then is charged as soon as the wallet answers
     * and as far as the balance goes.
     */
    CONTINUE,
    /** They go on to the end of their paid time, while every settlement is tried again. */
    RETRY_AND_TERMINATE
}
