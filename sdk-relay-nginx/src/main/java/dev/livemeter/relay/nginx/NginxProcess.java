package dev.livemeter.relay.nginx;

import java.util.concurrent.CompletableFuture;

/** An nginx that runs: one that ends with this process, or one that outlives it. Thread-safe. */
interface NginxProcess {

    /** Done when nginx is gone, for whatever reason, and its workers too. */
    CompletableFuture<Void> onExit();

    boolean isAlive();

    /** Ends nginx and waits for it. Idempotent. */
    void stop();

    /** This process ends, or looks at it no more: one that outlives it is left running, any other is ended. Idempotent. */
    void release();
}
