package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.Statistics.Count;
import dev.livemeter.relay.nginx.Statistics.Media;
import dev.livemeter.relay.nginx.StreamLook.Seen;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
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

    /** Metadata and headers have come. */
    private static final Duration BEGUN = Duration.ofSeconds(2);

    private static final Duration EVERY = Duration.ofSeconds(10);

    private static final Seen NOT_SEEN = new Seen(null, null, 0, 0, 0, 0, 0, null);

    /** Watches a stream now and then, as nginx does not tell everything. */
    interface Looks {

        /** There is that stream, and it comes in; asked every second. Returns at once. */
        void consider(SessionId session, Media media);

        /** What came of the last look. */
        Optional<Seen> of(SessionId session);

        void keepOnly(Collection<SessionId> sessions);

        /** Sees nothing. */
        Looks NONE = new Looks() {
            @Override
            public void consider(SessionId session, Media media) {}

            @Override
            public Optional<Seen> of(SessionId session) {
                return Optional.empty();
            }

            @Override
            public void keepOnly(Collection<SessionId> sessions) {}
        };
    }

    private final Looks looks;
    private final Map<SessionId, Long> toldAtNanos = new HashMap<>();
    private final Map<SessionId, StreamFormat> told = new HashMap<>();
    private final Map<SessionId, Long> bytesIn = new HashMap<>();

    FormatWatch(Looks looks) {
        this.looks = looks;
    }

    void keepOnly(Collection<SessionId> sessions) {
        toldAtNanos.keySet().retainAll(sessions);
        told.keySet().retainAll(sessions);
        bytesIn.keySet().retainAll(sessions);
        looks.keepOnly(sessions);
    }

    void observe(RelayedSession session, Count count, long now) {
        var id = session.id();
        var came = Objects.requireNonNullElse(bytesIn.put(id, count.bytesIn()), 0L);
        if (came == count.bytesIn() || count.ageMillis() < BEGUN.toMillis()) {
            // Of an encoder that pauses there is nothing to say.
            return;
        }
        looks.consider(id, count.media());
        var seen = looks.of(id).orElse(null);
        var early = count.ageMillis() < SETTLED.toMillis();
        if (early && seen == null) {
            return;
        }
        var format = format(count.media(), seen == null ? NOT_SEEN : seen, early);
        var last = toldAtNanos.get(id);
        if (last == null || now - last >= EVERY.toNanos() || isNews(format, told.get(id))) {
            toldAtNanos.put(id, now);
            told.put(id, format);
            session.reports().seen(format);
        }
    }

    /** What a look found is not kept back. */
    private static boolean isNews(StreamFormat now, @Nullable StreamFormat before) {
        return before != null
                && !(Objects.equals(before.keyframeInterval(), now.keyframeInterval())
                        && Objects.equals(before.videoCodec(), now.videoCodec()));
    }

    private static StreamFormat format(Media media, Seen looked, boolean early) {
        // nginx's averages lag behind but go on; before there are any, the look's are the better ones.
        var videoRate = media.videoBitsPerSecond() > 0 ? media.videoBitsPerSecond() : looked.videoBitsPerSecond();
        var audioRate = media.audioBitsPerSecond() > 0 ? media.audioBitsPerSecond() : looked.audioBitsPerSecond();
        // nginx names a codec that it read once, even where none of it comes; and drops a picture that it does not
        // know, so that a look has a description of it at most.
        var picture = videoRate > 0 || (early && looked.videoCodec() != null);
        return new StreamFormat(
                picture ? videoCodec(media, looked) : null,
                audioRate > 0 ? known(looked.audioCodec(), media.audioCodec()) : null,
                looked.width() > 0 ? looked.width() : media.width(),
                looked.width() > 0 ? looked.height() : media.height(),
                looked.framesPerSecond() > 0 ? looked.framesPerSecond() : media.framesPerSecond(),
                videoRate,
                audioRate,
                looked.keyframeInterval());
    }

    /** nginx takes newer ways to mark a codec for older codecs that nobody uses any more, so only the one that it passes on is believed. */
    private static String videoCodec(Media media, Seen seen) {
        return known(seen.videoCodec(), media.videoCodec().equals("H264") ? "H264" : "");
    }

    private static String known(@Nullable String seen, String otherwise) {
        return seen == null || seen.isEmpty() ? otherwise : seen;
    }
}
