package dev.livemeter.spi;

import dev.livemeter.session.SessionId;

/** Whom a relay that {@linkplain TakesPictures takes pictures} asks and tells. Implemented by Livemeter. Thread-safe; calls block on stores, a relay gives them its own threads. */
public interface PictureAuthority {

    /** In how wide and how high a square a picture has to fit, in pixels. */
    int width();

    /** How many bytes a picture may have. */
    int mostBytes();

    /** Whether a picture of that stream is wanted now; asked before it is watched. */
    boolean wants(SessionId session);

    /** A picture of that stream, as a whole JPEG of {@link #mostBytes()} at most. */
    void taken(SessionId session, byte[] jpeg);

    /**
     * There was to be a picture and there is none.
     *
     * @param why a sentence for people
     */
    void notTaken(SessionId session, String why);
}
