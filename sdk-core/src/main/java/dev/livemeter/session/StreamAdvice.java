package dev.livemeter.session;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.StreamLimits;
import dev.livemeter.session.StreamFormat.KeyframeInterval;
import dev.livemeter.session.StreamWarning.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares what an encoder sends with what the relay and the platforms take, and says what to change, in OBS's words. Pure. Small excesses are let pass: encoders meet
 * their settings on average only.
 */
final class StreamAdvice {

    /**
     * A platform that a stream goes to.
     *
     * @param name as its user calls the destination
     * @param platform as people know the platform
     */
    record Place(DestinationId id, String name, String platform, StreamLimits limits) {}

    private static final int BLOCK = 16;

    private final Predicate<String> carried;
    private final Instant now;
    private final List<StreamWarning> found = new ArrayList<>();

    private StreamAdvice(Predicate<String> carried, Instant now) {
        this.carried = carried;
        this.now = now;
    }

    /**
     * What is to be said.
     *
     * @param carried which codecs the relay passes on
     */
    static List<StreamWarning> on(StreamFormat format, Predicate<String> carried, List<Place> places, Instant now) {
        var advice = new StreamAdvice(carried, now);
        advice.codecs(format);
        for (var place : places) {
            advice.limits(format, place);
        }
        return List.copyOf(advice.found);
    }

    private void codecs(StreamFormat format) {
        var video = format.videoCodec();
        var audio = format.audioCodec();
        if (video == null && (audio == null || !audio.isEmpty())) {
            warn(
                    Kind.NO_VIDEO,
                    null,
                    "No picture comes in, only sound at most; platforms show nothing without a picture. In OBS, check that the scene has a source and that"
                            + " Settings > Output > Streaming names a video encoder.");
        } else if (video != null && (video.isEmpty() || !carried.test(video))) {
            warn(
                    Kind.VIDEO_CODEC,
                    null,
                    "The picture is " + (video.isEmpty() ? "not H.264 but, most likely, HEVC or AV1" : video)
                            + ", which this relay cannot pass on, so platforms get sound without a picture. In OBS, choose an H.264 encoder in Settings >"
                            + " Output > Streaming > Video Encoder.");
        }
        if (audio != null && (audio.isEmpty() || !carried.test(audio))) {
            warn(
                    Kind.AUDIO_CODEC,
                    null,
                    "The sound is " + (audio.isEmpty() ? "of an unknown kind" : audio)
                            + ", which platforms may not take. In OBS, choose AAC in Settings > Output > Streaming > Audio Encoder.");
        }
    }

    private void limits(StreamFormat format, Place place) {
        var limits = place.limits();
        var codec = format.videoCodec();
        if (codec != null && !codec.isEmpty() && !limits.videoCodecs().isEmpty()) {
            if (!limits.videoCodecs().contains(codec)) {
                warn(
                        Kind.VIDEO_CODEC,
                        place,
                        who(place) + " does not take a picture that is " + codec
                                + ". In OBS, choose an H.264 encoder in Settings > Output > Streaming > Video Encoder.");
            }
        }
        rate(Kind.VIDEO_BITRATE, place, format.videoBitsPerSecond(), limits.videoBitsPerSecond());
        rate(Kind.AUDIO_BITRATE, place, format.audioBitsPerSecond(), limits.audioBitsPerSecond());
        var interval = format.keyframeInterval();
        var most = limits.keyframeInterval();
        if (interval != null && most != null && interval.length().compareTo(withTolerance(most)) > 0) {
            warn(
                    Kind.KEYFRAME_INTERVAL,
                    place,
                    who(place) + " wants a keyframe every " + seconds(most) + " s, and the encoder " + sends(interval)
                            + ". "
                            + "In OBS, set Settings > Output > Streaming > Keyframe Interval to " + seconds(most)
                            + " s, and not to 0, which leaves it to the encoder.");
        }
        var height = limits.height();
        // Encoders fill up whole blocks of 16, and relays may count those.
        if (height != null && Math.min(format.width(), format.height()) - BLOCK >= height) {
            warn(
                    Kind.RESOLUTION,
                    place,
                    who(place) + " takes a picture of at most " + height + " lines, and the encoder sends "
                            + format.width() + "x" + format.height()
                            + ". In OBS, set Settings > Video > Output (Scaled) Resolution.");
        }
        var frames = limits.framesPerSecond();
        if (frames != null && format.framesPerSecond() > frames) {
            warn(
                    Kind.FRAME_RATE,
                    place,
                    who(place) + " takes at most " + frames + " pictures per second, and the encoder sends "
                            + format.framesPerSecond() + ". In OBS, set Settings > Video > FPS.");
        }
    }

    private static String sends(KeyframeInterval interval) {
        var length = seconds(interval.length()) + " s";
        if (interval.varies()) {
            return "sends them at intervals that vary, up to " + length + (interval.atLeast() ? " and more" : "");
        }
        return interval.atLeast() ? "sent none for " + length : "sends one every " + length;
    }

    private void rate(Kind kind, Place place, long seen, @Nullable Long most) {
        if (most == null || seen <= most + most / 10) {
            return;
        }
        var video = kind == Kind.VIDEO_BITRATE;
        warn(
                kind,
                place,
                who(place) + " takes at most " + most / 1000 + " kbit/s of " + (video ? "picture" : "sound")
                        + ", and the encoder sends about " + seen / 1000 + ". "
                        + "In OBS, set Settings > Output > Streaming > " + (video ? "Bitrate" : "Audio Bitrate")
                        + " to " + most / 1000 + " or less.");
    }

    private void warn(Kind kind, @Nullable Place place, String sentence) {
        found.add(new StreamWarning(kind, place == null ? null : place.id(), sentence, now));
    }

    private static String who(Place place) {
        return place.name().equals(place.platform()) ? place.platform() : place.name() + " (" + place.platform() + ")";
    }

    private static Duration withTolerance(Duration most) {
        return most.plus(most.dividedBy(5));
    }

    private static String seconds(Duration length) {
        var tenths = (length.toMillis() + 50) / 100;
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
    }
}
