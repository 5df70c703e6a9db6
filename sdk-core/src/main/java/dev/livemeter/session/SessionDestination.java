package dev.livemeter.session;

import dev.livemeter.destination.DestinationId;

/** A destination as a session's history remembers it, whatever became of it since. */
public record SessionDestination(DestinationId id, String platform, String name) {}
