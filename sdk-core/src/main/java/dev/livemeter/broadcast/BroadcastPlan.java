package dev.livemeter.broadcast;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.session.SessionId;
import java.time.Instant;

/**
 * What is to be shown on a platform: one session at one of its destinations.
 *
 * @param at when it begins, which is about now
 */
public record BroadcastPlan(SessionId session, DestinationId destination, StreamDetails details, Instant at) {}
