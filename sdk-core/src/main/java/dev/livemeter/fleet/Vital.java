package dev.livemeter.fleet;

/** Whether a host is up, so that one look that fails, or one that works, does not yet turn it. Not thread-safe. */
final class Vital {

    /** Looks running that have to say the same. */
    private static final int LOOKS = 2;

    private boolean up;
    private int against;
    private String trouble = "It has not been started yet.";

    /** It started, which is proof enough. */
    void started() {
        up = true;
        against = 0;
    }

    void notStarted(String sentence) {
        trouble = sentence;
    }

    void looked(RelayHealth health) {
        var sentence = health.trouble();
        if (sentence != null) {
            trouble = sentence;
        }
        against = health.isUp() == up ? 0 : against + 1;
        if (against == LOOKS) {
            up = !up;
            against = 0;
        }
    }

    boolean isUp() {
        return up;
    }

    /** Why it is down. */
    String trouble() {
        return trouble;
    }
}
