/**
 * RTMP as a client speaks it: chunks, AMF 0, one side of a connection, and a publisher's commands under other names. What the other side sends is bounded in time and size, as it may be anybody's. Open to our own
 * adapters alone.
 */
@NullMarked
package dev.livemeter.rtmp;

import org.jspecify.annotations.NullMarked;
