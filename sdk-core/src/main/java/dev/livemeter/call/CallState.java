package dev.livemeter.call;

/** How far a call has come. It never goes back. */
public enum CallState {
    /** The callee is asked. */
    RINGING,
    /** The callee accepted and money is held; the clients connect. Nothing is charged yet. */
    CONNECTING,
    /** Both confirmed media; the time is charged, but for a preview. */
    LIVE,
    /** It is over. */
    ENDED;

    /** Whether it is over. */
    public boolean isOver() {
        return this == ENDED;
    }
}
