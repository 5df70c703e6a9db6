package dev.livemeter.session;

/**
 * Where a session stands. It only ever moves down this list, one or more steps at a time; {@link Session} refuses anything
 * else.
 */
public enum SessionState {
    /** The row is written, the wallet is being asked. A crash leaves this to be reconciled, not a lost hold. */
    AUTHORIZING,
    /** Money is held and the publisher was let in; nothing was delivered yet, nothing is charged. */
    AUTHORIZED,
    /** It is delivered and metered. */
    LIVE,
    /** Its end was ordered; it is metered until the relay confirms, at most to the end of the paid time. */
    ENDING,
    /** Over, charged, its holds resolved. */
    ENDED;

    /** Whether nothing further will happen to it. */
    public boolean isOver() {
        return this == ENDED;
    }
}
