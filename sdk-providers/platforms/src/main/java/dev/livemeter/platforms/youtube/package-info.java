/** YouTube by its API: accounts, broadcasts, videos. Not exported; {@link dev.livemeter.platforms.YouTube} is the way in. */
@NullMarked
package dev.livemeter.platforms.youtube;

import org.jspecify.annotations.NullMarked;
