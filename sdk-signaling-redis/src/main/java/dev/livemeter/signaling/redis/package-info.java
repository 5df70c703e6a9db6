/** Signaling servers of several nodes joined over Redis. */
@NullMarked
package dev.livemeter.signaling.redis;

import org.jspecify.annotations.NullMarked;
