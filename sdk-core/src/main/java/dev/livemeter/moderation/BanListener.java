package dev.livemeter.moderation;

/**
 * Cuts what runs: calls, rooms and chats each have one. Told on every node, once for each ban and each kick that is new to the node, by a thread that must not be held up for long. What
 * it throws is logged, and keeps no other listener from being told.
 */
@FunctionalInterface
public interface BanListener {

    /**
     * Ends whatever {@link Ban#person()} has within {@link Ban#scope()} here.
     *
     * @param ban also a kick, after which the person may come back
     */
    void onBanned(Ban ban);
}
