package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.PictureMaker.Outcome;
import dev.livemeter.relay.nginx.StreamLook.Seen;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.PictureAuthority;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes pictures of streams while they are watched for other reasons. Whatever goes wrong is told, and the look is none the worse. Thread-safe. */
final class PictureTaker {

    private static final Logger log = LoggerFactory.getLogger(PictureTaker.class);

    private final PictureAuthority authority;
    private final PictureMaker maker;

    PictureTaker(PictureAuthority authority, PictureMaker maker) {
        this.authority = authority;
        this.maker = maker;
    }

    /** What to look for; null where no picture of that stream is wanted now. Blocks on the stores. */
    @Nullable
    KeyframeWish wish(SessionId session) {
        try {
            return authority.wants(session) ? new KeyframeWish() : null;
        } catch (RuntimeException e) {
            log.warn("Whether session {} needs a thumbnail could not be said: {}", session, e.getMessage());
            return null;
        }
    }

    /** Makes a picture of what was found, and hands it over. Blocks for some seconds at most. */
    void take(SessionId session, KeyframeWish found, Seen seen) {
        try {
            var film = found.film();
            if (film.isEmpty()) {
                authority.notTaken(session, why(found, seen));
                return;
            }
            var outcome = maker.make(film.get(), authority.width(), authority.mostBytes());
            if (outcome instanceof Outcome.Made made) {
                authority.taken(session, made.jpeg());
            } else {
                authority.notTaken(session, ((Outcome.Failed) outcome).why());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("The thumbnail of session {} could not be kept: {}", session, e.getMessage());
        }
    }

    private static String why(KeyframeWish found, Seen seen) {
        if (found.wasTooLarge()) {
            return "There is no thumbnail, as a keyframe of the stream has more than " + KeyframeWish.MOST_BYTES
                    + " bytes.";
        }
        var codec = seen.videoCodec();
        if (codec == null) {
            return "There is no thumbnail, as no picture came while the stream was watched.";
        }
        return codec.equals("H264")
                ? "There is no thumbnail, as no keyframe came while the stream was watched."
                : "There is no thumbnail, as the picture is " + codec + ", and the relay reads H.264 alone.";
    }
}
