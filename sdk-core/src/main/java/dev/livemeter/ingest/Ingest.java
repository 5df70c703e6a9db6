package dev.livemeter.ingest;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where encoders publish. OBS calls the address the server; the stream key goes into the field below it.
 *
 * @param url such as {@code rtmp://host:1935/live}; the same as {@code tlsUrl} where publishers come by TLS alone
 * @param tlsUrl such as {@code rtmps://host:1936/live}; null where the relay takes nobody by TLS
 */
public record Ingest(URI url, @Nullable URI tlsUrl) {

    /** An ingest without TLS. */
    public Ingest(URI url) {
        this(url, null);
    }

    /** The address to show where one has room: by TLS if there is one, as a stream key in plain text is anybody's. */
    public URI preferredUrl() {
        return tlsUrl == null ? url : tlsUrl;
    }
}
