package dev.livemeter.broadcast;

/** Where a broadcast stands in our books. It only ever moves down this list. */
public enum BroadcastState {
    /** The platform is being asked to make it. */
    OPENING,
    /** The relay may push there; the platform does not show it yet. */
    READY,
    /** The platform has shown it. */
    LIVE,
    /** The stream is over, or does not go there any more; the platform is to be told. */
    ENDING,
    /** Over on the platform. Its video may still be looked for. */
    ENDED,
    /** The platform never took it. */
    FAILED;

    /** Whether the stream may go there. */
    public boolean isOpen() {
        return this == OPENING || this == READY || this == LIVE;
    }
}
