package dev.livemeter.broadcast;

import dev.livemeter.session.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * What the history remembers of a stream for people, whatever it went to.
 *
 * @param details what the artist said of it when it began
 * @param viewers on all platforms together, as far as these tell; null where none did. Whoever watches on two of them counts twice
 */
public record StreamStory(
        SessionId session, StreamDetails details, @Nullable Viewers viewers) {}
