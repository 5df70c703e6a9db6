package dev.livemeter.moderation;

import dev.livemeter.event.Events;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.BanStore;
import dev.livemeter.spi.IdSource;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.util.function.BiPredicate;

/**
 * What bans are kept with.
 *
 * @param exclusive whether no other process uses the store
 * @param isModerator whether the first user moderates the rooms of the second
 */
public record ModerationParts(
        BanStore store,
        boolean exclusive,
        BiPredicate<UserId, UserId> isModerator,
        TimeSource time,
        Scheduler scheduler,
        IdSource ids,
        Events events) {}
