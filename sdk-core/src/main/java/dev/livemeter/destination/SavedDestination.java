package dev.livemeter.destination;

import dev.livemeter.identity.UserId;

/**
 * A destination of a user.
 *
 * @param enabled whether streams go there
 * @param position its place in the user's list, from 0
 */
public record SavedDestination(
        DestinationId id, UserId owner, Destination destination, boolean enabled, int position) {}
