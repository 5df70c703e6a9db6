package dev.livemeter.thumbnail;

import dev.livemeter.session.SessionId;
import java.time.Instant;

/**
 * What a stream looked like.
 *
 * @param madeAt to the microsecond where it is stored
 */
public record Thumbnail(SessionId session, Instant madeAt, ThumbnailContent content) {}
