package dev.livemeter.chat;

import dev.livemeter.event.Events;
import dev.livemeter.moderation.Moderation;
import dev.livemeter.spi.ChatStore;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.util.concurrent.Executor;

/**
 * What chat is made with.
 *
 * @param exclusive whether no other process uses the store
 * @param cipher seals the passes of guests
 * @param workers wakes readers
 */
public record ChatParts(
        ChatPolicy policy,
        ChatAccess access,
        ChatStore store,
        boolean exclusive,
        Moderation moderation,
        SecretCipher cipher,
        TimeSource time,
        Scheduler scheduler,
        Executor workers,
        IdSource ids,
        Events events) {}
