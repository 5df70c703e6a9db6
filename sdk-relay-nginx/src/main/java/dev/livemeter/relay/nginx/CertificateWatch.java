package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has nginx take over an ingest certificate that was renewed. One that cannot be used is complained of, and the old one stays. */
final class CertificateWatch {

    private static final Logger log = LoggerFactory.getLogger(CertificateWatch.class);
    static final Duration LOOK = Duration.ofSeconds(2);

    private final IngestCertificate pair;
    private final TimeSource time;
    private final Scheduler scheduler;
    private final BooleanSupplier isRunning;
    private final Runnable reload;

    /**
     * @param isRunning whether there is an nginx still that shows the certificate
     * @param reload has it read the files anew, or throws a {@link LivemeterException}
     */
    CertificateWatch(
            IngestCertificate pair, TimeSource time, Scheduler scheduler, BooleanSupplier isRunning, Runnable reload) {
        this.pair = pair;
        this.time = time;
        this.scheduler = scheduler;
        this.isRunning = isRunning;
        this.reload = reload;
    }

    void begin() {
        lookLater(pair.stamp());
    }

    private void lookLater(Optional<IngestCertificate.Stamp> known) {
        scheduler.after(LOOK, () -> look(known));
    }

    private void look(Optional<IngestCertificate.Stamp> known) {
        if (!isRunning.getAsBoolean()) {
            return;
        }
        var now = pair.stamp();
        lookLater(now.isEmpty() || now.equals(known) || takenOver() ? now.or(() -> known) : known);
    }

    /** Whether these files need no other try. */
    private boolean takenOver() {
        try {
            pair.require(time.instant());
            reload.run();
            log.info("nginx shows the renewed ingest certificate {}.", pair.certificate());
            return true;
        } catch (LivemeterException e) {
            log.error("The changed ingest certificate is not used, the one before stays. {}", e.getMessage());
            return !e.retryable();
        }
    }
}
