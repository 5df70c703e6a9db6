package dev.livemeter.relay.nginx;

import dev.livemeter.rtmp.Message;
import dev.livemeter.rtmp.VideoTag;
import dev.livemeter.rtmp.VideoTag.Kind;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One keyframe of H.264 with what a decoder needs before it, picked out of a stream that is watched. Not thread-safe. */
final class KeyframeWish {

    /** A keyframe of 80 Mbit/s that comes once in a second has a tenth of that; the header some dozens of bytes. */
    static final int MOST_BYTES = 2_000_000;

    private static final int MOST_HEADER = 4_096;
    private static final int FLV_HEADER = 9;
    private static final int VIDEO_TAG = 9;

    private byte @Nullable [] header;
    private byte @Nullable [] keyframe;
    private boolean tooLarge;

    /**
     * Looks at what came.
     *
     * @return whether that was what is wished for, so that no other is looked at
     */
    boolean see(Message message) {
        if (message.type() != Message.VIDEO || keyframe != null) {
            return false;
        }
        var tag = VideoTag.of(message.body()).filter(KeyframeWish::isPassedOn);
        if (tag.isEmpty()) {
            return false;
        }
        var whole = message.body().length == message.length();
        if (tag.get().kind() == Kind.HEADER && whole && message.length() <= MOST_HEADER) {
            header = message.body();
        } else if (tag.get().kind() == Kind.KEYFRAME && header != null) {
            tooLarge = !whole || message.length() > MOST_BYTES;
            keyframe = tooLarge ? null : message.body();
        }
        return keyframe != null;
    }

    private static boolean isPassedOn(VideoTag tag) {
        return tag.codec().equals("H264");
    }

    /** Whether there was one that is larger than what is read here. */
    boolean wasTooLarge() {
        return tooLarge;
    }

    /** A film of one picture, as ffmpeg reads it; empty where no keyframe came. */
    Optional<byte[]> film() {
        var before = header;
        var picture = keyframe;
        if (before == null || picture == null) {
            return Optional.empty();
        }
        var film = new ByteArrayOutputStream(before.length + picture.length + 64);
        film.writeBytes(new byte[] {'F', 'L', 'V', 1, 1});
        number(film, FLV_HEADER);
        number(film, 0);
        tag(film, before);
        tag(film, picture);
        return Optional.of(film.toByteArray());
    }

    /** One tag, at the time 0, and its length after it. */
    private static void tag(ByteArrayOutputStream film, byte[] body) {
        film.write(VIDEO_TAG);
        film.write(body.length >>> 16);
        film.write(body.length >>> 8);
        film.write(body.length);
        film.writeBytes(new byte[7]);
        film.writeBytes(body);
        number(film, body.length + 11);
    }

    private static void number(ByteArrayOutputStream film, int value) {
        film.write(value >>> 24);
        film.write(value >>> 16);
        film.write(value >>> 8);
        film.write(value);
    }
}
