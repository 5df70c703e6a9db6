package dev.livemeter.relay.nginx;

import dev.livemeter.relay.nginx.Statistics.Media;
import dev.livemeter.relay.nginx.StreamLook.Seen;
import dev.livemeter.session.SessionId;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When which stream is looked at: soon after it began, once more after a minute, when nginx counts another form than before, and every ten minutes. Few at a time. What cannot be looked at is
 * tried again, ever more seldom, and nobody hears of it. Thread-safe.
 */
final class StreamLooks implements FormatWatch.Looks, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StreamLooks.class);

    static final int AT_ONCE = 4;

    /** Each step of a look has its own limit; this one holds whatever happens in them. */
    private static final Duration HANGS = StreamLook.LONGEST.plusSeconds(20);

    private static final Duration SECOND = Duration.ofMinutes(1);
    private static final Duration LATER = Duration.ofMinutes(10);
    private static final Backoff AGAIN = new Backoff(Duration.ofSeconds(15), LATER);

    /** One look; blocks. */
    @FunctionalInterface
    interface Looker {
        Seen look(SessionId session, boolean pictureExpected, Consumer<Socket> begun) throws IOException;
    }

    private final Looker looker;
    private final ExecutorService workers;
    private final TimeSource time;
    private final RandomGenerator random;
    private final Map<SessionId, Subject> subjects = new HashMap<>();
    private int running;
    private boolean closed;

    /** A stream that is looked at now and then. */
    private static final class Subject {
        private @Nullable Seen seen;
        private @Nullable Shape shape;
        private boolean running;
        private @Nullable Socket connection;
        private int looks;
        private int failures;
        private int changes;
        private long begunNanos;
        private long nextNanos;
        private long changeNanos;
    }

    /** What nginx reads in headers, which changes only where the encoder does. Of codecs it does not know it tells something else with each message. */
    private record Shape(boolean h264, int width, int height, int framesPerSecond) {

        static Shape of(Media media) {
            return new Shape(isH264(media), media.width(), media.height(), media.framesPerSecond());
        }
    }

    private static boolean isH264(Media media) {
        return media.videoCodec().equals("H264");
    }

    StreamLooks(Looker looker, ExecutorService workers, TimeSource time, RandomGenerator random) {
        this.looker = looker;
        this.workers = workers;
        this.time = time;
        this.random = random;
    }

    @Override
    public synchronized void consider(SessionId session, Media media) {
        var subject = subjects.computeIfAbsent(session, unknown -> new Subject());
        if (closed || subject.running || running >= AT_ONCE) {
            return;
        }
        var now = time.nanoTime();
        var shape = Shape.of(media);
        if (subject.shape == null || now - subject.nextNanos >= 0) {
            begin(session, subject, shape);
        } else if (!shape.equals(subject.shape) && now - subject.changeNanos >= 0) {
            subject.changes++;
            begin(session, subject, shape);
        }
    }

    private void begin(SessionId session, Subject subject, Shape shape) {
        subject.shape = shape;
        subject.running = true;
        subject.begunNanos = time.nanoTime();
        running++;
        try {
            workers.execute(() -> look(session, subject, shape.h264()));
        } catch (RejectedExecutionException ending) {
            done(subject);
        }
    }

    private void look(SessionId session, Subject subject, boolean pictureExpected) {
        try {
            var seen = looker.look(session, pictureExpected, socket -> begun(session, subject, socket));
            log.debug("Session {} was looked at: {}.", session, seen);
            saw(subject, seen);
        } catch (IOException | RuntimeException e) {
            log.debug("Session {} could not be looked at: {}.", session, e.toString());
            failed(subject);
        }
    }

    private void begun(SessionId session, Subject subject, Socket socket) {
        synchronized (this) {
            if (!closed && subject.equals(subjects.get(session))) {
                subject.connection = socket;
                return;
            }
        }
        shut(socket);
    }

    private synchronized void saw(Subject subject, Seen seen) {
        done(subject);
        subject.seen = seen;
        subject.failures = 0;
        subject.looks++;
        subject.nextNanos = time.nanoTime() + (subject.looks == 1 ? SECOND : LATER).toNanos();
    }

    private synchronized void failed(Subject subject) {
        done(subject);
        subject.nextNanos =
                time.nanoTime() + AGAIN.after(subject.failures++, random).toNanos();
    }

    private synchronized void done(Subject subject) {
        subject.running = false;
        subject.connection = null;
        running--;
        subject.changeNanos =
                time.nanoTime() + AGAIN.after(subject.changes, random).toNanos();
    }

    @Override
    public synchronized Optional<Seen> of(SessionId session) {
        return Optional.ofNullable(subjects.get(session)).map(subject -> subject.seen);
    }

    /** Whether some stream is looked at right now. */
    synchronized boolean isLooking() {
        return running > 0;
    }

    @Override
    public synchronized void keepOnly(Collection<SessionId> sessions) {
        var now = time.nanoTime();
        for (var subject : subjects.values()) {
            if (subject.running && now - subject.begunNanos >= HANGS.toNanos()) {
                shut(subject.connection);
            }
        }
        subjects.entrySet().removeIf(entry -> {
            var over = !sessions.contains(entry.getKey());
            if (over) {
                shut(entry.getValue().connection);
            }
            return over;
        });
    }

    /** Breaks off what goes on; looks no more. */
    @Override
    public synchronized void close() {
        closed = true;
        subjects.values().forEach(subject -> shut(subject.connection));
    }

    private static void shut(@Nullable Socket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // Nobody uses it any more either way.
        }
    }
}
