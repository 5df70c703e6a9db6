package dev.livemeter.http;

import dev.livemeter.LivemeterException;
import dev.livemeter.recording.Recording;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.recording.RecordingStart.Declined;
import dev.livemeter.recording.RecordingState;
import dev.livemeter.recording.Recordings;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /recordings}, and the orders to record a stream that runs. */
final class RecordingEndpoints {

    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST = 200;
    private static final int LINK_SECONDS = 3600;

    private final Recordings recordings;
    private final SessionEndpoints sessions;

    RecordingEndpoints(Recordings recordings, SessionEndpoints sessions) {
        this.recordings = recordings;
        this.sessions = sessions;
    }

    WebResponse start(Call call) {
        call.fields();
        var session = sessions.find(call, call.captured("id")).id();
        return recordings
                .start(session)
                .fold(recording -> Wire.answer(202, Wire.object().add("recording", view(recording))), declined -> {
                    throw refusal(declined);
                });
    }

    private static ProblemException refusal(Declined declined) {
        return switch (declined.reason()) {
            case NOT_RUNNING -> new ProblemException(409, "session.not_running", declined.message());
            case OFF -> new ProblemException(403, "recording.off", declined.message());
            case NO_ROOM -> new ProblemException(409, "recording.no_room", declined.message());
            case UNAVAILABLE ->
                new ProblemException(Problem.of(503, "recording.unavailable", declined.message())
                        .with("Retry-After", "2"));
        };
    }

    WebResponse stop(Call call) {
        call.fields();
        var session = sessions.find(call, call.captured("id")).id();
        return Wire.answer(
                202,
                Wire.object()
                        .add("recording", viewOrNull(recordings.stop(session).orElse(null))));
    }

    WebResponse list(Call call) {
        var limit = (int) Parameters.number(call.request(), "limit", DEFAULT_LIMIT, 1, MOST);
        var before = call.request().parameter("before").map(id -> find(call, id).id());
        // One more than is shown tells whether there is a next page.
        var found = before.map(id -> recordings.of(call.userName(), limit + 1, id))
                .orElseGet(() -> recordings.of(call.userName(), limit + 1));
        List<Recording> page = found.subList(0, Math.min(limit, found.size()));
        var next = found.size() > limit ? page.get(limit - 1).id().value() : null;
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "recordings",
                                Wire.array(page.stream()
                                        .map(recording -> view(current(recording)))
                                        .toList()))
                        .add("next", Wire.text(next)));
    }

    WebResponse show(Call call) {
        return Wire.answer(200, Wire.object().add("recording", view(current(find(call, call.captured("id"))))));
    }

    /** With what it has grown to, where it is being written. */
    private Recording current(Recording stored) {
        return stored.state() == RecordingState.RECORDING
                ? recordings
                        .running(stored.session())
                        .filter(running -> running.id().equals(stored.id()))
                        .orElse(stored)
                : stored;
    }

    WebResponse delete(Call call) {
        recordings.delete(find(call, call.captured("id")).id());
        return WebResponse.empty(204);
    }

    WebResponse link(Call call) {
        var seconds = call.fields("validFor").wholeNumber("validFor").orElse((long) LINK_SECONDS);
        var recording = find(call, call.captured("id"));
        try {
            var link = recordings.link(recording.id(), Duration.ofSeconds(seconds));
            return Wire.answer(
                    201,
                    Wire.object()
                            .add("url", "downloads/" + link.token().reveal())
                            .add("expiresAt", Wire.instant(link.expiresAt())));
        } catch (LivemeterException e) {
            throw e.code().equals("recording.not_ready")
                    ? new ProblemException(
                            409, e.code(), Objects.requireNonNullElse(e.getMessage(), "It is not ready."))
                    : e;
        }
    }

    /** One of that user; what belongs to others is as unknown as what does not exist. */
    private Recording find(Call call, String id) {
        return parse(id)
                .flatMap(recordings::find)
                .filter(recording -> recording.owner().equals(call.user()))
                .orElseThrow(() ->
                        new ProblemException(404, "recording.unknown", "There is no such recording of that user."));
    }

    private static Optional<RecordingId> parse(String id) {
        try {
            return Optional.of(new RecordingId(id));
        } catch (LivemeterException malformed) {
            return Optional.empty();
        }
    }

    static JsonValue viewOrNull(@Nullable Recording recording) {
        return recording == null ? JsonValue.NULL : view(recording);
    }

    private static JsonObject view(Recording recording) {
        return Wire.object()
                .add("id", recording.id().value())
                .add("session", recording.session().value())
                .add("state", recording.state().name().toLowerCase(Locale.ROOT))
                .add("detail", recording.detail())
                .add("startedAt", Wire.instant(recording.startedAt()))
                .add("length", Wire.seconds(recording.length()))
                .add("bytes", recording.bytes())
                .add("expiresAt", Wire.instant(recording.expiresAt()))
                .build();
    }
}
