package dev.livemeter.tariff;

/** What is sold by the minute. */
public enum Service {
    /** To pass a stream on to platforms; the artist pays. */
    RELAY("relay"),
    /** To talk with a broadcaster; the caller pays. */
    CALL("call"),
    /** To watch a broadcaster's call; the spectator pays. */
    SPECTATOR("call.spectator");

    private final String notation;

    Service(String notation) {
        this.notation = notation;
    }

    /** Its name in stores and settings. */
    public String notation() {
        return notation;
    }
}
