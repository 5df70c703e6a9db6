package dev.livemeter.http;

import dev.livemeter.ingest.StoredStreamKey;
import dev.livemeter.ingest.StreamKey;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.ingest.StreamKeys;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;

/** {@code /stream-keys}: a key is told once, in the answer to the request that made it. */
final class StreamKeyEndpoints {

    private final StreamKeys keys;

    StreamKeyEndpoints(StreamKeys keys) {
        this.keys = keys;
    }

    WebResponse list(Call call) {
        var views =
                keys.of(call.userName()).stream().map(StreamKeyEndpoints::view).toList();
        return Wire.answer(200, Wire.object().add("streamKeys", Wire.array(views)));
    }

    WebResponse create(Call call) {
        call.fields();
        return told(keys.create(call.userName()));
    }

    WebResponse rotate(Call call) {
        call.fields();
        return told(keys.rotate(call.userName()));
    }

    WebResponse revoke(Call call) {
        if (!keys.revoke(call.userName(), new StreamKeyId(call.captured("id")))) {
            throw new ProblemException(404, "stream_key.unknown", "There is no such stream key of that user.");
        }
        return WebResponse.empty(204);
    }

    private static WebResponse told(StreamKey key) {
        return Wire.answer(201, Wire.object().add("id", key.id().value()).add("key", key.reveal()));
    }

    private static JsonObject view(StoredStreamKey key) {
        return Wire.object()
                .add("id", key.id().value())
                .add("hint", key.hint())
                .add("good", key.isGood())
                .add("createdAt", Wire.instant(key.createdAt()))
                .add("revokedAt", Wire.instant(key.revokedAt()))
                .build();
    }
}
