package dev.livemeter.call;

/** The answer to something that one of the two wants of a call. */
public sealed interface CallAnswer {

    /** It is as they wanted; also where it was already. */
    record Done(CallStatus status) implements CallAnswer {}

    /**
     * Nothing changed.
     *
     * @param sentence for whoever asked
     */
    record Refused(Reason reason, String sentence) implements CallAnswer {}

    /** Why not. */
    enum Reason {
        /** Only the other one may do that. */
        NOT_YOURS,
        /** The call is not in a state for it. */
        NOT_NOW,
        /** The two may not meet any more. */
        NOT_ALLOWED,
        /** The caller cannot pay. */
        INSUFFICIENT_FUNDS,
        /** It is longer than calls may be, or shorter than this one is agreed to be. */
        UNFIT_LENGTH
    }
}
