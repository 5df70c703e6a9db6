package dev.livemeter.call;

/** The answer to a wish to call somebody. */
public sealed interface InviteResult {

    /** The callee is being asked. */
    record Invited(CallStatus status) implements InviteResult {}

    /** The price is another one than what was accepted. Nothing was begun; show this one and ask again. */
    record PriceChanged(CallPrice price) implements InviteResult {}

    /**
     * Nothing was begun.
     *
     * @param sentence for the caller
     */
    record Refused(Reason reason, String sentence) implements InviteResult {}

    /** Why a call is refused, in the order in which the reasons are looked at. */
    enum Reason {
        /** Nobody of that name takes calls. */
        NOT_CALLABLE,
        /** The two may not meet. */
        NOT_ALLOWED,
        /** The agreed length is none. */
        UNFIT_LENGTH,
        /** The callee is not there. */
        OFFLINE,
        /** The caller is in another call. */
        ALREADY_IN_CALL,
        /** The callee is in another call. */
        BUSY,
        /** The caller cannot pay the least amount. */
        INSUFFICIENT_FUNDS,
        /** Livemeter is closing. */
        CLOSING
    }
}
