/** The place where a platform takes streams: a real nginx with its RTMP module. */
@NullMarked
package dev.livemeter.standin.rtmp;

import org.jspecify.annotations.NullMarked;
