package dev.livemeter.http.servlet;

import dev.livemeter.http.frame.FrameTransport;
import dev.livemeter.signaling.SignalingLimits;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The WebSockets of one servlet. Has a thread of its own for what may not happen on the threads that send. Thread-safe. */
final class ServletTransport extends FrameTransport {

    private static final Logger log = LoggerFactory.getLogger(ServletTransport.class);

    private final ScheduledExecutorService helper = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "livemeter-signaling-servlet");
        thread.setDaemon(true);
        return thread;
    });

    ServletTransport(SignalingLimits limits) {
        super(limits);
    }

    /** Stops the thread, after {@link #close}; what was planned within that time is still done. */
    void stop() {
        helper.shutdown();
    }

    /** Does something soon on the thread of its own; nothing once it is stopped, as the container closes all then. */
    void later(Duration after, Runnable task) {
        try {
            var unused = helper.schedule(task, after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            log.debug("The servlet is destroyed; the container closes what is still connected.");
        }
    }
}
