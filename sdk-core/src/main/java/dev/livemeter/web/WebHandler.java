package dev.livemeter.web;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers HTTP requests and names no server: {@code livemeter-web} mounts it in Jetty, a host in whatever it has. Thread-safe; may
 * block. What it throws becomes a 500 without detail.
 */
@FunctionalInterface
public interface WebHandler {

    WebResponse handle(WebRequest request);

    /**
     * As {@link #handle}, for a mount that can wait for an answer without a thread. May block for as long as it works, and completes by another thread where it waits for something to happen. A
     * handler that wraps another one passes this on.
     */
    default CompletionStage<WebResponse> handleLater(WebRequest request) {
        return CompletableFuture.completedFuture(handle(request));
    }
}
