package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what is appended to a log file, line by line, in a thread of its own, until it is closed. */
final class LogTail implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogTail.class);
    private static final long LOOK_EVERY_MILLIS = 100;
    private static final int MOST_AT_ONCE = 64 * 1024;
    private static final int LONGEST_LINE = 16 * 1024;

    /** Beyond this, what a former process left is dropped: nginx writes rarely, and nobody else reads it. */
    private static final long MOST_KEPT = 4L * 1024 * 1024;

    private final Path file;
    private final NginxLog lines;
    private final StringBuilder partial = new StringBuilder();
    private long position;
    private volatile boolean closed;

    private LogTail(Path file, NginxLog lines, long position) {
        this.file = file;
        this.lines = lines;
        this.position = position;
    }

    /** Reads what comes from now on; the file may not be there yet. */
    static LogTail fromTheEnd(Path file, NginxLog lines) {
        var tail = new LogTail(file, lines, sizeAfterTidying(file));
        var reader = new Thread(tail::read, "livemeter-nginx-log");
        reader.setDaemon(true);
        reader.start();
        return tail;
    }

    private static long sizeAfterTidying(Path file) {
        try {
            if (Files.notExists(file)) {
                return 0;
            }
            if (Files.size(file) > MOST_KEPT) {
                try (var whole = new RandomAccessFile(file.toFile(), "rw")) {
                    whole.setLength(0);
                }
            }
            return Files.size(file);
        } catch (IOException e) {
            log.debug("The log {} cannot be looked at: {}.", file, e.getMessage());
            return 0;
        }
    }

    private void read() {
        try {
            while (!closed) {
                readOnce();
                Thread.sleep(LOOK_EVERY_MILLIS);
            }
            readOnce();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readOnce() {
        if (Files.notExists(file)) {
            return;
        }
        try (var text = new RandomAccessFile(file.toFile(), "r")) {
            if (text.length() < position) {
                position = 0;
            }
            text.seek(position);
            var bytes = new byte[(int) Math.min(text.length() - position, MOST_AT_ONCE)];
            text.readFully(bytes);
            position += bytes.length;
            take(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.debug("The log {} cannot be read: {}.", file, e.getMessage());
        }
    }

    private void take(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '\n' || partial.length() == LONGEST_LINE) {
                lines.take(partial.toString());
                partial.setLength(0);
            }
            if (c != '\n') {
                partial.append(c);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
