package dev.livemeter.recording;

import dev.livemeter.event.Events;
import dev.livemeter.session.Meter;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.MediaVault;
import dev.livemeter.spi.RecordingStore;
import dev.livemeter.spi.RecordsStreams;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;

/**
 * What recordings are made with.
 *
 * @param cipher seals the key of each file
 * @param exclusive whether no other process uses the stores
 */
public record RecordingParts(
        RecordingPolicy policy,
        RecordingStore store,
        MediaVault vault,
        SecretCipher cipher,
        RecordsStreams relay,
        Meter meter,
        SessionStore sessions,
        boolean exclusive,
        TimeSource time,
        Scheduler scheduler,
        IdSource ids,
        Events events) {}
