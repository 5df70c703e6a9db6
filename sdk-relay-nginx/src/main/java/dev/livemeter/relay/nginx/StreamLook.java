package dev.livemeter.relay.nginx;

import dev.livemeter.rtmp.Amf;
import dev.livemeter.rtmp.AmfReader;
import dev.livemeter.rtmp.AudioTag;
import dev.livemeter.rtmp.Message;
import dev.livemeter.rtmp.PictureSize;
import dev.livemeter.rtmp.RtmpFault;
import dev.livemeter.rtmp.VideoTag;
import dev.livemeter.rtmp.VideoTag.Kind;
import dev.livemeter.session.StreamFormat.KeyframeInterval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is seen of one stream while it is watched for some seconds: marks, times and lengths of its messages; nothing is decoded. An encoder's times are believed while they
 * go evenly, since they may jump; ours are late where the way is. Not thread-safe.
 */
final class StreamLook {

    /** Three intervals tell whether they are all alike. */
    private static final int KEYFRAMES = 4;

    private static final Duration SHORTEST = Duration.ofSeconds(5);

    /** From the first keyframe on; nginx sends no picture to a player before that. */
    private static final Duration AFTER_KEYFRAME = Duration.ofSeconds(15);

    static final Duration LONGEST = Duration.ofSeconds(25);

    /** What nginx does not pass on is known from the description, which comes first. */
    private static final Duration DESCRIBED = Duration.ofSeconds(3);

    private static final Duration JUMP = Duration.ofSeconds(1);

    /** Half a picture is sometimes in between, and encoders round. */
    private static final Duration ALIKE = Duration.ofMillis(300);

    /**
     * What came of a look.
     *
     * @param videoCodec as it is marked, or as the encoder describes it where no picture is passed on; null where neither tells
     * @param audioCodec as above
     * @param width 0 where it is not known, as are the other figures
     */
    record Seen(
            @Nullable String videoCodec,
            @Nullable String audioCodec,
            int width,
            int height,
            int framesPerSecond,
            long videoBitsPerSecond,
            long audioBitsPerSecond,
            @Nullable KeyframeInterval keyframeInterval) {}

    /** When something came: by the encoder's time, as far as it goes evenly, and by ours. */
    private record Moment(long millis, long nanos, int told, long bytesBefore) {

        static Moment first(Message message, long nanos) {
            return new Moment(0, nanos, message.millis(), 0);
        }

        /**
         * The next one. What waited on the way comes late and all at once, so the encoder's steps count; but not those that go back, or further than the time that passed.
         */
        Moment next(Message message, long nowNanos, long bytes) {
            // As a difference of 32 bits this is right over the end of the count, too.
            var theirs = message.millis() - told;
            var ours = (nowNanos - nanos) / 1_000_000;
            var step = theirs >= 0 && theirs <= ours + JUMP.toMillis() ? theirs : ours;
            return new Moment(millis + step, nowNanos, message.millis(), bytes);
        }

        Duration since(Moment earlier, boolean even) {
            return even ? Duration.ofMillis(millis - earlier.millis()) : Duration.ofNanos(nanos - earlier.nanos());
        }
    }

    /** Whether an encoder's time went on about as ours; it may stand still. */
    private static boolean isEven(Moment first, Moment last) {
        var theirs = last.since(first, true);
        var ours = last.since(first, false);
        return theirs.multipliedBy(2).compareTo(ours) >= 0
                && theirs.compareTo(ours.multipliedBy(2).plus(JUMP)) <= 0;
    }

    private final long beganNanos;
    private final List<Moment> keyframes = new ArrayList<>();
    private @Nullable Moment firstPicture;
    private @Nullable Moment lastPicture;
    private @Nullable Moment firstSound;
    private @Nullable Moment lastSound;
    private int pictures;
    private long videoBytes;
    private long audioBytes;
    private @Nullable String videoCodec;
    private @Nullable String audioCodec;
    private @Nullable String described;
    private @Nullable PictureSize size;

    StreamLook(long nowNanos) {
        beganNanos = nowNanos;
    }

    /** Takes what came just now. */
    void see(Message message, long nowNanos) {
        switch (message.type()) {
            case Message.VIDEO ->
                VideoTag.of(message.body()).ifPresentOrElse(tag -> picture(tag, message, nowNanos), () -> {});
            case Message.AUDIO -> AudioTag.of(message.body()).ifPresent(tag -> sound(tag, message, nowNanos));
            case Message.DATA -> describe(message.body());
            default -> {
                // About the connection.
            }
        }
    }

    private void picture(VideoTag tag, Message message, long nowNanos) {
        if (tag.kind() == Kind.OTHER) {
            return;
        }
        videoCodec = tag.codec();
        if (tag.kind() == Kind.HEADER) {
            if (tag.codec().equals("H264")) {
                size = PictureSize.of(message.body()).orElse(size);
            }
            return;
        }
        var moment =
                lastPicture == null ? Moment.first(message, nowNanos) : lastPicture.next(message, nowNanos, videoBytes);
        if (tag.kind() == Kind.KEYFRAME) {
            keyframes.add(moment);
        }
        firstPicture = firstPicture == null ? moment : firstPicture;
        lastPicture = moment;
        pictures++;
        videoBytes += message.length();
    }

    private void sound(AudioTag tag, Message message, long nowNanos) {
        audioCodec = tag.codec();
        if (!tag.header()) {
            var moment =
                    lastSound == null ? Moment.first(message, nowNanos) : lastSound.next(message, nowNanos, audioBytes);
            firstSound = firstSound == null ? moment : firstSound;
            lastSound = moment;
            audioBytes += message.length();
        }
    }

    private void describe(byte[] body) {
        try {
            for (var value : AmfReader.read(body)) {
                if (value instanceof Amf.Members members) {
                    var codec = VideoTag.nameOf((long) members.number("videocodecid"));
                    described = codec.isEmpty() ? described : codec;
                }
            }
        } catch (RtmpFault notWhole) {
            // An encoder may describe its stream as it likes; the stream tells the rest.
        }
    }

    /** Whether a longer look would tell no more. */
    boolean isEnough(long nowNanos) {
        var watched = Duration.ofNanos(nowNanos - beganNanos);
        if (watched.compareTo(LONGEST) >= 0) {
            return true;
        }
        if (keyframes.isEmpty()) {
            return pictures == 0 && isForeign() && watched.compareTo(DESCRIBED) >= 0;
        }
        return (keyframes.size() >= KEYFRAMES && watched.compareTo(SHORTEST) >= 0)
                || nowNanos - keyframes.get(0).nanos() >= AFTER_KEYFRAME.toNanos();
    }

    private boolean isForeign() {
        return described != null && !described.equals("H264");
    }

    /**
     * What there was to see.
     *
     * @param pictureExpected whether nginx counts an H.264 picture, so that none to be seen means that no keyframe came
     */
    Seen seen(boolean pictureExpected, long nowNanos) {
        var codec = videoCodec == null && isForeign() ? described : videoCodec;
        var keptBack = pictures == 0 && pictureExpected && !isForeign();
        return new Seen(
                codec,
                audioCodec,
                size == null ? 0 : size.width(),
                size == null ? 0 : size.height(),
                framesPerSecond(),
                videoRate(),
                rate(firstSound, lastSound),
                keptBack ? none(nowNanos) : interval());
    }

    /** nginx keeps pictures back until the first keyframe; sound shows that the stream goes on. */
    private @Nullable KeyframeInterval none(long nowNanos) {
        return firstSound == null ? null : new KeyframeInterval(Duration.ofNanos(nowNanos - beganNanos), true);
    }

    private @Nullable KeyframeInterval interval() {
        if (keyframes.isEmpty() || firstPicture == null || lastPicture == null) {
            return null;
        }
        var even = isEven(firstPicture, lastPicture);
        var lengths = new ArrayList<Duration>();
        for (var i = 1; i < keyframes.size(); i++) {
            lengths.add(keyframes.get(i).since(keyframes.get(i - 1), even));
        }
        var open = lastPicture.since(keyframes.get(keyframes.size() - 1), even);
        if (lengths.isEmpty()) {
            return new KeyframeInterval(open, true);
        }
        var longest = Collections.max(lengths);
        var shortest = Collections.min(lengths);
        var goesOn = open.compareTo(longest.plus(ALIKE)) > 0;
        var most = goesOn ? open : longest;
        return new KeyframeInterval(most, goesOn, most.minus(shortest).compareTo(ALIKE.plus(most.dividedBy(10))) > 0);
    }

    private int framesPerSecond() {
        if (firstPicture == null || lastPicture == null) {
            return 0;
        }
        var millis = lastPicture
                .since(firstPicture, isEven(firstPicture, lastPicture))
                .toMillis();
        return millis < 1000 ? 0 : Math.round((pictures - 1) * 1000f / millis);
    }

    /** From keyframe to keyframe where there are two: a piece of an interval weighs too much or too little. */
    private long videoRate() {
        if (keyframes.size() < 2) {
            return rate(firstPicture, lastPicture);
        }
        return rate(keyframes.get(0), keyframes.get(keyframes.size() - 1));
    }

    private static long rate(@Nullable Moment first, @Nullable Moment last) {
        if (first == null || last == null) {
            return 0;
        }
        var millis = last.since(first, isEven(first, last)).toMillis();
        return millis < 500 ? 0 : (last.bytesBefore() - first.bytesBefore()) * 8 * 1000 / millis;
    }
}
