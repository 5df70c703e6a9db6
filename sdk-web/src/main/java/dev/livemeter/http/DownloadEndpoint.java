package dev.livemeter.http;

import dev.livemeter.recording.Recording;
import dev.livemeter.recording.RecordingAccess;
import dev.livemeter.recording.RecordingAccess.Granted;
import dev.livemeter.recording.RecordingAccess.Refused;
import dev.livemeter.recording.RecordingDownload;
import dev.livemeter.recording.Recordings;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** {@code GET /downloads/{token}}: a recording for whoever has a link that is good, signed in or not, as a whole or in parts. */
final class DownloadEndpoint {

    private static final String PREFIX = "/downloads/";
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Recordings recordings;

    DownloadEndpoint(Recordings recordings) {
        this.recordings = recordings;
    }

    static boolean isMeant(WebRequest request) {
        return request.path().startsWith(PREFIX);
    }

    WebResponse answer(WebRequest request) {
        new Routes()
                .on("GET", PREFIX + "{token}", call -> WebResponse.empty(204))
                .find(request.method(), request.path());
        var access = recordings.open(request.path().substring(PREFIX.length()));
        if (access instanceof Refused refused) {
            throw refused.reason() == RecordingAccess.Reason.EXPIRED
                    ? new ProblemException(410, "recording.expired_link", refused.message())
                    : new ProblemException(404, "recording.unknown_link", refused.message());
        }
        return file(request, ((Granted) access).download());
    }

    private static WebResponse file(WebRequest request, RecordingDownload download) {
        var size = download.bytes();
        var tag = '"' + download.recording().id().value() + '"';
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "video/mp4");
        headers.put("Accept-Ranges", "bytes");
        headers.put("ETag", tag);
        headers.put("Content-Disposition", "attachment; filename=\"" + name(download.recording()) + "\"");
        if (request.header("if-none-match").map(tag::equals).orElse(false)) {
            return new WebResponse(304, Map.of("ETag", tag), WebBody.EMPTY);
        }
        var wish = ByteRange.of(request, tag, size);
        if (wish instanceof ByteRange.Wish.Nowhere) {
            throw new ProblemException(Problem.of(
                            416,
                            "request.unsatisfiable_range",
                            "The part that was asked for is not in the file, which has " + size + " bytes.")
                    .with("Content-Range", "bytes */" + size));
        }
        if (wish instanceof ByteRange.Wish.Part part) {
            var range = part.range();
            headers.put("Content-Range", range.of(size));
            return new WebResponse(206, headers, body(download, range));
        }
        return new WebResponse(200, headers, body(download, new ByteRange(0, size)));
    }

    private static WebBody body(RecordingDownload download, ByteRange range) {
        return WebBody.streamed(range.count(), out -> download.writeTo(out, range.from(), range.count()));
    }

    private static String name(Recording recording) {
        return "stream-" + NAME.format(recording.startedAt()) + ".mp4";
    }
}
