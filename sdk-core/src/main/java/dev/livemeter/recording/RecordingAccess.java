package dev.livemeter.recording;

/** The answer to who comes with a {@link RecordingLink}. */
public sealed interface RecordingAccess {

    /** It can be loaded. */
    record Granted(RecordingDownload download) implements RecordingAccess {}

    /**
     * It cannot.
     *
     * @param message a sentence for people
     */
    record Refused(Reason reason, String message) implements RecordingAccess {}

    /** Why a link does not work. The first that fits is told. */
    enum Reason {
        /** It was not made here, was altered, or its recording is gone. */
        UNKNOWN,
        /** It was good. */
        EXPIRED
    }
}
