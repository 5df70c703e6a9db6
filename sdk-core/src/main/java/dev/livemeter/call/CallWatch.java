package dev.livemeter.call;

/** Somebody waits for news of a user's calls, until this is closed. */
public interface CallWatch extends AutoCloseable {

    /** Waits no more. Idempotent. */
    @Override
    void close();
}
