package dev.livemeter.event;

/**
 * Is told what happens. Each listener is called by one thread at a time, in the order of the events, and never by the thread that
 * meters: a slow listener delays itself alone. What it throws is logged and lost.
 */
@FunctionalInterface
public interface EventListener {

    void on(LiveEvent event);
}
