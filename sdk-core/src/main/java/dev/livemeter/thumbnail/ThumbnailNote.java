package dev.livemeter.thumbnail;

import dev.livemeter.session.SessionId;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a thumbnail, without its bytes.
 *
 * @param bytes of the picture that is kept; 0 where none is
 * @param link where a picture lies elsewhere; null where none does
 * @param why there is none, a sentence for people; empty where there is one
 */
public record ThumbnailNote(
        SessionId session,
        Instant madeAt,
        int bytes,
        @Nullable URI link,
        String why) {

    /** Of that one. */
    public static ThumbnailNote of(Thumbnail thumbnail) {
        var content = thumbnail.content();
        return new ThumbnailNote(
                thumbnail.session(),
                thumbnail.madeAt(),
                content instanceof ThumbnailContent.Picture picture ? picture.bytes() : 0,
                content instanceof ThumbnailContent.Link link ? link.address() : null,
                content instanceof ThumbnailContent.Missing missing ? missing.why() : "");
    }
}
