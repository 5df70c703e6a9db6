package dev.livemeter.benchmarks;

import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Compares, after a soak, what was charged with what arrived at a platform. */
final class SoakBooks {

    /** nginx lets an encoder that sends nothing stand so long; it holds its place, and pays for it. */
    private static final Duration IDLE = Duration.ofSeconds(15);

    /** The artist, the number of the destination, and the second of the beginning. */
    private static final Pattern NAME = Pattern.compile("([a-z0-9]+)-[0-9]+-([0-9]{1,12})\\.flv");

    private final Path data;
    private final Path arrived;
    private final Instant killed;
    private final SoakFindings findings;

    /**
     * The books of a soak.
     *
     * @param arrived where a platform recorded what came
     * @param killed when the application was
     */
    SoakBooks(Path data, Path arrived, Instant killed, SoakFindings findings) {
        this.data = data;
        this.killed = killed;
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
                compare(artist, sessions);
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

    private void compare(SoakArtist artist, List<Session> sessions) throws IOException {
        var recordings = recordings(artist.user());
        var charged = 0.0;
        var delivered = 0.0;
        var above = 0.0;
        var below = 0.0;
        for (var session : sessions) {
            var began = session.liveAt();
            if (began == null) {
                continue;
            }
            var used = session.metering().used().toMillis() / 1e3;
            var arrivedNow = 0.0;
            for (var recording : recordings) {
                if (!recording.at().isBefore(session.openedAt().minusSeconds(1))
                        && !recording.at().isAfter(session.endedAt())) {
                    arrivedNow += recording.seconds();
                }
            }
            charged += used;
            delivered += arrivedNow;
            above = Math.max(above, used - arrivedNow - allowance(artist, session));
            below = Math.max(below, arrivedNow - used);
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
            seconds += IDLE.toSeconds();
        }
        // nginx repeats an answer while the application is away, and before the first one it has none: the pushes of a
        // stream so young are cut.
        if (!session.openedAt().isAfter(killed)
                && session.openedAt()
                        .plus(SoakApplication.HEARTBEAT.multipliedBy(2))
                        .isAfter(killed)) {
            seconds += Soak.AFTERMATH.toSeconds();
        }
        return seconds;
    }

    private record Arrived(Instant at, double seconds) {}

    /** What came to the platform that was always there, by the pictures' own time-stamps; nginx puts the moment of its beginning into the name. */
    private List<Arrived> recordings(String user) throws IOException {
        var found = new ArrayList<Arrived>();
        try (var files = Files.list(arrived)) {
            for (var file : files.toList()) {
                var match = NAME.matcher(file.getFileName().toString());
                if (match.matches() && match.group(1).equals(user)) {
                    found.add(new Arrived(Instant.ofEpochSecond(Long.parseLong(match.group(2))), length(file)));
                }
            }
        }
        return found;
    }

    private static double length(Path file) throws IOException {
        var probe = new ProcessBuilder(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        "v:0",
                        "-show_entries",
                        "packet=pts_time",
                        "-of",
                        "csv=p=0",
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var times = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replace(",", "").strip())
                .filter(line -> !line.isEmpty() && !line.equals("N/A"))
                .mapToDouble(Double::parseDouble)
                .summaryStatistics();
        return times.getCount() == 0 ? 0 : times.getMax() - times.getMin();
    }
}
