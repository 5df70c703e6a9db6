package dev.livemeter.session;

/** What becomes of a session when the last unit that the balance allowed is used up (Final-Unit-Action, RFC 8506, 8.35). */
public enum FinalUnitAction {
    /** It is cut. */
    TERMINATE,
    /** It goes on as a free preview for a while, and is cut if nobody pays in. Lanes that have no preview cut; streams are one. */
    RESTRICT,
    /** The payer is led to {@link SessionPolicy#topUpPage}, where money can be paid in; as {@link #RESTRICT} otherwise. */
    REDIRECT
}
