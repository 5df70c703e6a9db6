package dev.livemeter.platforms.rtmp;

import dev.livemeter.secret.Secret;

/** Whether a test may publish. */
public sealed interface Probe {

    /**
     * No: whoever publishes there is on air.
     *
     * @param why a sentence for people
     */
    record Never(String why) implements Probe {}

    /**
     * Under that key, of which the platform promises that nobody sees it.
     *
     * @param promise a sentence for people
     */
    record Unseen(Secret key, String promise) implements Probe {}
}
