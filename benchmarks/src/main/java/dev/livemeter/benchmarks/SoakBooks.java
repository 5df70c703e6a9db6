package dev.livemeter.benchmarks;

import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Compares, after a soak, what was charged with what arrived at a platform. */
final class SoakBooks {

    /** So much later than the last picture the end of what is charged may lie where an encoder stands still: looks, and a heartbeat before they say so. */
    private static final Duration SILENCE_SEEN = Duration.ofSeconds(4);

    private final Path data;
    private final SoakArrivals arrived;
    private final SoakOutages outages;
    private final SoakFindings findings;

    /**
     * The books of a soak.
     *
     * @param arrived where a platform recorded what came
     */
    SoakBooks(Path data, SoakArrivals arrived, SoakOutages outages, SoakFindings findings) {
        this.data = data;
        this.outages = outages;
        this.arrived = arrived;
        this.findings = findings;
    }

    void compare(List<SoakArtist> artists) throws IOException {
        try (var books = JdbcWallet.open("jdbc:h2:file:" + data.resolve("livemeter"))) {
            var faults = books.ledger().verify().findings();
            if (!faults.isEmpty()) {
                findings.wrong("The books do not prove: " + faults);
            }
            for (var artist : artists) {
                var sessions = books.sessions().history(UserId.of(artist.user()), 500, null);
                sessions.forEach(this::look);
                var balance = books.balance(UserId.of(artist.user())).orElseThrow();
                if (balance.held().compareTo(Money.of("USD", "0")) != 0) {
                    findings.wrong(artist.user() + " has " + balance.held() + " held after the end.");
                }
                var recordings = arrived.of(artist.user());
                compare(artist, sessions, recordings);
                recordings.stream()
                        .filter(recording -> sessions.stream().noneMatch(session -> isOf(session, recording)))
                        .forEach(recording -> lookAtUnsold(artist, recording));
            }
        }
    }

    private void look(Session session) {
        var metering = session.metering();
        if (session.state() != SessionState.ENDED) {
            findings.wrong("Session " + session.id() + " of " + session.payer() + " is " + session.state() + ".");
        }
        if (!metering.charged().equals(metering.cost())) {
            findings.wrong("Session " + session.id() + " costs " + metering.cost() + " and was charged "
                    + metering.charged() + ".");
        }
    }

    /** Whether that began to arrive while the session was open; a platform notes whole seconds. */
    private static boolean isOf(Session session, SoakArrivals.Arrived recording) {
        return !recording.at().isBefore(session.openedAt().minusSeconds(1))
                && !recording.at().isAfter(session.endedAt());
    }

    /** What belongs to no session was brought for nothing; that may be only where nobody could hear of it. */
    private void lookAtUnsold(SoakArtist artist, SoakArrivals.Arrived recording) {
        if (recording.seconds() > 0 && !outages.isRecovering(recording.at())) {
            findings.wrong(String.format(
                    Locale.ROOT,
                    "%s: %.1f s arrived from %s on, and no session was open then.",
                    artist.user(),
                    recording.seconds(),
                    recording.at()));
        }
    }

    private void compare(SoakArtist artist, List<Session> sessions, List<SoakArrivals.Arrived> recordings) {
        var charged = 0.0;
        var delivered = 0.0;
        var above = 0.0;
        var below = 0.0;
        for (var session : sessions) {
            var used = session.metering().used().toMillis() / 1e3;
            var arrivedNow = 0.0;
            var last = session.openedAt();
            for (var recording : recordings) {
                if (isOf(session, recording)) {
                    arrivedNow += recording.seconds();
                    last = last.isAfter(recording.end()) ? last : recording.end();
                }
            }
            charged += used;
            delivered += arrivedNow;
            above = Math.max(above, used - arrivedNow - allowance(artist, session));
            below = Math.max(below, arrivedNow - used - unproven(session, last));
        }
        var sentence = String.format(
                Locale.ROOT,
                "%s: %d sessions, %.1f s charged, %.1f s arrived",
                artist.user(),
                sessions.size(),
                charged,
                delivered);
        var most = SoakApplication.HEARTBEAT.toMillis() / 1e3;
        if (above > most || below > most) {
            findings.wrong(String.format(
                    Locale.ROOT,
                    "%s; one session was charged %.1f s too much or %.1f s too little, more than an update interval.",
                    sentence,
                    above,
                    below));
        } else {
            findings.note(sentence);
        }
    }

    /** What may be charged beyond what arrived: the wait for the first keyframe, a standstill, and what nobody could know. */
    private double allowance(SoakArtist artist, Session session) {
        var seconds = (double) Encoders.KEYFRAMES.toSeconds();
        if (artist.manner() == SoakArtist.Manner.FREEZING) {
            seconds += SILENCE_SEEN.toSeconds();
        }
        // nginx repeats an answer while the application is away, and before the first one it has none: the pushes of a
        // stream so young are cut.
        if (outages.away().stream().anyMatch(outage -> outage.hits(session.openedAt()))) {
            seconds += SoakOutages.AFTERMATH.toSeconds();
        }
        return seconds;
    }

    /** Nobody could tell when it ended: it counts as lost, or is over because its encoder came back. Whatever else ends a stream is heard. */
    private static boolean endedUnheard(@Nullable SessionEnd end) {
        return end instanceof SessionEnd.Lost || end instanceof SessionEnd.Stopped;
    }

    /** What a stream that ended before anybody could hear of it again may have brought for nothing: it is charged up to its last proof of life. */
    private double unproven(Session session, Instant ended) {
        if (!endedUnheard(session.end())) {
            return 0;
        }
        return outages.away().stream()
                .filter(outage -> ended.isAfter(outage.from())
                        && !ended.isAfter(outage.until().plus(SoakOutages.RECOVERY)))
                .mapToDouble(outage -> Duration.between(outage.from(), ended)
                                .plus(SoakApplication.PROVED)
                                .toMillis()
                        / 1e3)
                .max()
                .orElse(0);
    }
}
