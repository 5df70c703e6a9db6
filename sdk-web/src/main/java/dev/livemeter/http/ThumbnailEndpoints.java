package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.session.Session;
import dev.livemeter.thumbnail.ThumbnailContent;
import dev.livemeter.thumbnail.ThumbnailNote;
import dev.livemeter.thumbnail.Thumbnails;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code /sessions/{id}/thumbnail}: what a stream looked like, for whoever sees the stream in the history. */
final class ThumbnailEndpoints {

    private final Thumbnails thumbnails;
    private final SessionEndpoints sessions;

    ThumbnailEndpoints(Thumbnails thumbnails, SessionEndpoints sessions) {
        this.thumbnails = thumbnails;
        this.sessions = sessions;
    }

    /** The bytes of a picture. Where it is a link, that is told in the history; nobody is sent on from here. */
    WebResponse show(Call call) {
        var session = sessions.find(call, call.captured("id"));
        return thumbnails
                .find(session.id())
                .map(found -> found.content() instanceof ThumbnailContent.Picture picture ? picture : null)
                .map(picture -> new WebResponse(
                        200,
                        Map.of(
                                "Content-Type",
                                "image/jpeg",
                                "Content-Disposition",
                                "inline; filename=\"thumbnail.jpg\""),
                        WebBody.of(picture.jpeg())))
                .orElseThrow(() -> new ProblemException(
                        404, "thumbnail.unknown", "There is no picture of the session " + session.id() + "."));
    }

    WebResponse link(Call call) {
        var text = call.fields("link").requiredText("link");
        var session = sessions.find(call, call.captured("id"));
        try {
            var note = thumbnails.link(session.id(), new URI(text));
            return Wire.answer(200, Wire.object().add("thumbnail", view(session, note)));
        } catch (URISyntaxException e) {
            throw Fields.unfit(
                    "link",
                    "The address of a thumbnail cannot be read; expected one such as"
                            + " https://host.example/picture.jpg.");
        } catch (LivemeterException e) {
            throw e.code().equals("thumbnail.malformed")
                    ? Fields.unfit("link", Objects.requireNonNullElse(e.getMessage(), "The address does not fit."))
                    : e;
        }
    }

    WebResponse remove(Call call) {
        thumbnails.remove(sessions.find(call, call.captured("id")).id());
        return WebResponse.empty(204);
    }

    static JsonValue view(Session session, @Nullable ThumbnailNote note) {
        if (note == null) {
            return JsonValue.NULL;
        }
        var link = note.link();
        return Wire.object()
                .add("picture", Wire.text(note.bytes() == 0 ? null : "sessions/" + session.id() + "/thumbnail"))
                .add("link", Wire.text(link == null ? null : link.toString()))
                .add("detail", note.why())
                .add("madeAt", Wire.instant(note.madeAt()))
                .build();
    }
}
