package dev.livemeter.http.frame;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Frames that wait to go out on one socket, within its own limits and those of all sockets together. Not thread-safe. */
public final class FrameQueue {

    private final FrameTransport transport;

    /** Most sockets never need one. */
    private @Nullable ArrayDeque<byte[]> frames;

    private int bytes;

    /** Empty at first. */
    public FrameQueue(FrameTransport transport) {
        this.transport = transport;
    }

    /** Whether a frame with a payload of that many bytes may wait too. */
    public boolean hasRoom(int more) {
        var limits = transport.limits();
        return bytes + more <= limits.queueBytes()
                && (frames == null || frames.size() < limits.queueMessages())
                && transport.hasBacklogRoom(more);
    }

    /** Adds a whole frame, room or none: a goodbye is always said. */
    public void add(byte[] encoded) {
        if (frames == null) {
            frames = new ArrayDeque<>();
        }
        frames.add(encoded);
        bytes += encoded.length;
        transport.addBacklog(encoded.length);
    }

    public boolean isEmpty() {
        return frames == null;
    }

    /** The frame that waited longest; null where none does. */
    public byte @Nullable [] poll() {
        var waiting = frames;
        if (waiting == null) {
            return null;
        }
        var next = waiting.poll();
        if (waiting.isEmpty()) {
            frames = null;
        }
        if (next != null) {
            bytes -= next.length;
            transport.addBacklog(-next.length);
        }
        return next;
    }

    /** Forgets what waits. */
    public void drop() {
        frames = null;
        transport.addBacklog(-bytes);
        bytes = 0;
    }
}
