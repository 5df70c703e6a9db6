/**
 * Platforms reached by RTMP: the {@link dev.livemeter.platforms.Catalogue}, with {@link dev.livemeter.platforms.YouTube}, {@link dev.livemeter.platforms.Twitch}, and {@link
 * dev.livemeter.platforms.CustomRtmp} for every other server. The addresses are defaults that can be
 * overridden; {@code docs/platforms.md} says where each comes from and what was tried.
 */
@NullMarked
package dev.livemeter.platforms;

import org.jspecify.annotations.NullMarked;
