package dev.livemeter.web;

/**
 * Answers HTTP requests and names no server: {@code livemeter-web} mounts it in Jetty, a host in whatever it has. Thread-safe; may
 * block. What it throws becomes a 500 without detail.
 */
@FunctionalInterface
public interface WebHandler {

    WebResponse handle(WebRequest request);
}
