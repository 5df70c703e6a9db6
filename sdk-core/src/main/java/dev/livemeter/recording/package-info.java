/**
 * Recordings of streams: off unless the host asks for them, encrypted where they are kept, told by a link that expires, deleted when their time is
 * over.
 */
@NullMarked
package dev.livemeter.recording;

import org.jspecify.annotations.NullMarked;
