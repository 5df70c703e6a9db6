package dev.livemeter.recording;

import java.util.function.Function;

/** The answer to a wish to record. */
public sealed interface RecordingStart {

    /** The stream is being recorded, since now or before. */
    record Started(Recording recording) implements RecordingStart {}

    /**
     * It is not.
     *
     * @param message a sentence for people
     */
    record Declined(Reason reason, String message) implements RecordingStart {}

    /** Why a stream is not recorded. The first that fits is told. */
    enum Reason {
        /** No stream of that id runs here. */
        NOT_RUNNING,
        /** Nothing is recorded here, or not for this user. */
        OFF,
        /** The room for recordings is used up. */
        NO_ROOM,
        /** The relay could not begin; it may be able to in a moment. */
        UNAVAILABLE
    }

    /** What follows from either. */
    default <T> T fold(Function<Recording, T> started, Function<Declined, T> declined) {
        return this instanceof Started yes ? started.apply(yes.recording()) : declined.apply((Declined) this);
    }
}
