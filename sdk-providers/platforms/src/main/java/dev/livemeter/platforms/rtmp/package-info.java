/** RTMP as a client speaks it, just enough to try a connection; and that trial, step by step. Internal. */
@NullMarked
package dev.livemeter.platforms.rtmp;

import org.jspecify.annotations.NullMarked;
