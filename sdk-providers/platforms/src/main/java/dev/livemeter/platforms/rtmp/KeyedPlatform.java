package dev.livemeter.platforms.rtmp;

import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TestsDestinations;

/** A platform as it is reached with a stream key; what talks to its API builds on it. */
public interface KeyedPlatform extends StreamProvider, TestsDestinations {}
