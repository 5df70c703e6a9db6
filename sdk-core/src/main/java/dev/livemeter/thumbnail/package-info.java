/** Small pictures of streams, for the history: off unless the host asks for them, made of a keyframe on its way, deleted when their time is over. */
@NullMarked
package dev.livemeter.thumbnail;

import org.jspecify.annotations.NullMarked;
