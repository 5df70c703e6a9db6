package dev.livemeter.destination;

/** Names a destination that was saved. */
public record DestinationId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
