package dev.livemeter.recording;

/** How far a recording is. It moves on in this order, and can fail on the way. */
public enum RecordingState {
    /** The stream is being written down. */
    RECORDING,
    /** It is over and is made into a file that can be played and downloaded. */
    FINISHING,
    /** It can be downloaded. */
    READY,
    /** Nothing can be downloaded; {@link Recording#detail()} says why. */
    FAILED,
    /** Its key is gone, so nobody can read it any more; its bytes go next. */
    DELETED
}
