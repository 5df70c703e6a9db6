package dev.livemeter.session;

/** What is sold by a session. */
public enum Lane {
    /** An artist publishes once and the relay passes it on; the artist pays. */
    RELAY,
    /** A viewer talks to a broadcaster; the viewer pays. */
    CALL
}
