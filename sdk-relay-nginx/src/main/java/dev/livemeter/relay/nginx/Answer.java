package dev.livemeter.relay.nginx;

import java.time.Duration;

/** What nginx is told in return for a callback. */
sealed interface Answer {

    /** As it is. */
    record Go() implements Answer {}

    /** As it is, and so on for that long should nobody answer. */
    record GoFor(Duration unasked) implements Answer {}

    /**
     * As it is, and so for everybody who asks the same within the next second or two; the gate answers them by itself, and so on for that long should nobody answer (decision record 0031).
     */
    record ForAll(Duration unasked) implements Answer {}

    /** The gate has to ask about each by itself, for a second or two. */
    record Each() implements Answer {}

    /** Another node may know. */
    record Elsewhere() implements Answer {}

    /** Go on under another stream name. */
    record Rename(String stream) implements Answer {}

    /**
     * Go on, and pass the stream on to there. The location holds a platform's key, so this prints without it.
     *
     * @param location scheme, IP address, application and key; nginx does not look names up here
     */
    record PassTo(String location) implements Answer {
        @Override
        public String toString() {
            return "PassTo[····]";
        }
    }

    /** No; whoever asks is disconnected. */
    record Deny(int status) implements Answer {}

    Answer GO = new Go();
    Answer EACH = new Each();
    Answer ELSEWHERE = new Elsewhere();
    Answer FORBIDDEN = new Deny(403);
    Answer PAYMENT_REQUIRED = new Deny(402);
    Answer UNAVAILABLE = new Deny(503);
}
