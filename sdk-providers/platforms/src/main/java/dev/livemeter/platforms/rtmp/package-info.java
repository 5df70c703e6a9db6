/** The trial of a connection to an RTMP server, step by step. Internal. */
@NullMarked
package dev.livemeter.platforms.rtmp;

import org.jspecify.annotations.NullMarked;
