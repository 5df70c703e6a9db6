package dev.livemeter.ingest;

import java.net.URI;

/**
 * Where encoders publish. OBS calls {@code url} the server; the stream key goes into the field below it.
 *
 * @param url such as {@code rtmp://host:1935/live}
 */
public record Ingest(URI url) {}
