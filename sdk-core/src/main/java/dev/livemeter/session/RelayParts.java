package dev.livemeter.session;

import dev.livemeter.destination.Destinations;
import dev.livemeter.ingest.StreamKeys;
import dev.livemeter.time.TimeSource;

/** What the rooms of the relay lane share. */
record RelayParts(
        Meter meter,
        StreamKeys keys,
        Destinations destinations,
        TimeSource time,
        OnAir onAir,
        DeliveryKeeper keeper,
        RelayedStreams streams,
        TakeOvers takeOvers,
        Refusals refusals) {}
