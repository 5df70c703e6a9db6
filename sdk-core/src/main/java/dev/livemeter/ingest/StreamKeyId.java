package dev.livemeter.ingest;

/** Names a stream key without revealing it. */
public record StreamKeyId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
