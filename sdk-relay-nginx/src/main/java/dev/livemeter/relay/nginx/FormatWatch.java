package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.Statistics.Count;
import dev.livemeter.relay.nginx.Statistics.Media;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
import dev.livemeter.session.StreamFormat.KeyframeInterval;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the encoders send, told when it is known and every ten seconds from then on, as the rate moves. Not thread-safe. */
final class FormatWatch {

    /** nginx averages over ten seconds; before that a rate says little, and so does the lack of a picture. */
    private static final Duration SETTLED = Duration.ofSeconds(12);

    private static final Duration EVERY = Duration.ofSeconds(10);

    /** Finds out how far keyframes are apart; asked once for each stream. Returns at once. */
    interface Keyframes {

        void measure(SessionId session);

        /** What came of it so far. */
        Optional<KeyframeInterval> of(SessionId session);

        void keepOnly(Collection<SessionId> sessions);

        /** Measures nothing. */
        Keyframes NONE = new Keyframes() {
            @Override
            public void measure(SessionId session) {}

            @Override
            public Optional<KeyframeInterval> of(SessionId session) {
                return Optional.empty();
            }

            @Override
            public void keepOnly(Collection<SessionId> sessions) {}
        };
    }

    private final Keyframes keyframes;
    private final Map<SessionId, Long> toldAtNanos = new HashMap<>();
    private final Map<SessionId, StreamFormat> told = new HashMap<>();
    private final Map<SessionId, Long> bytesIn = new HashMap<>();

    FormatWatch(Keyframes keyframes) {
        this.keyframes = keyframes;
    }

    void keepOnly(Collection<SessionId> sessions) {
        toldAtNanos.keySet().retainAll(sessions);
        told.keySet().retainAll(sessions);
        bytesIn.keySet().retainAll(sessions);
        keyframes.keepOnly(sessions);
    }

    void observe(RelayedSession session, Count count, long now) {
        var id = session.id();
        if (isVideoOf(count.media(), "H264")) {
            keyframes.measure(id);
        }
        var came = Objects.requireNonNullElse(bytesIn.put(id, count.bytesIn()), 0L);
        if (count.ageMillis() < SETTLED.toMillis() || came == count.bytesIn()) {
            // Of an encoder that pauses there is nothing to say.
            return;
        }
        var format = format(count.media(), keyframes.of(id).orElse(null));
        var last = toldAtNanos.get(id);
        var due = last == null || now - last >= EVERY.toNanos() || isNewer(format, told.get(id));
        if (due) {
            toldAtNanos.put(id, now);
            told.put(id, format);
            session.reports().seen(format);
        }
    }

    private static boolean isVideoOf(Media media, String codec) {
        return media.videoCodec().equals(codec) && media.videoBitsPerSecond() > 0;
    }

    private static boolean isNewer(StreamFormat now, @Nullable StreamFormat before) {
        return before != null && before.keyframeInterval() == null && now.keyframeInterval() != null;
    }

    private static StreamFormat format(Media media, @Nullable KeyframeInterval interval) {
        // nginx names a codec that it read once, even where none of it comes.
        return new StreamFormat(
                media.videoBitsPerSecond() == 0 ? null : known(media.videoCodec(), "H264"),
                media.audioBitsPerSecond() == 0 ? null : media.audioCodec(),
                media.width(),
                media.height(),
                media.framesPerSecond(),
                media.videoBitsPerSecond(),
                media.audioBitsPerSecond(),
                interval);
    }

    /** nginx takes newer ways to mark a codec for older codecs that nobody uses any more, so only the one that it passes on is believed. */
    private static String known(String codec, String believed) {
        return codec.equals(believed) ? codec : "";
    }
}
