package dev.livemeter.jdbc.server;

/** What a server does for a commit. */
public enum Durability {
    /** Syncs its log before it answers: for tests that kill it, and for measurements. */
    SYNCED,
    /** Leaves that to the operating system: for tests that only ask what is right. */
    FAST
}
