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
import java.util.List;
import java.util.Locale;

/** Compares, after a soak, what was charged with what arrived at a platform. */
final class SoakBooks {

    /** nginx lets an encoder that sends nothing stand so long; it holds its place, and pays for it. */
    private static final Duration IDLE = Duration.ofSeconds(15);

    private final Path data;
    private final Path arrived;
    private final SoakFindings findings;

    SoakBooks(Path data, Path arrived, SoakFindings findings) {
        this.data = data;
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
        var charged = sessions.stream()
                .mapToDouble(session -> session.metering().used().toMillis() / 1e3)
                .sum();
        var delivered = delivered(artist.user());
        var each = SoakApplication.HEARTBEAT.toMillis() / 1e3;
        var most = delivered + each * sessions.size() + artist.freezes() * (IDLE.toSeconds() + each);
        var least = delivered - each * sessions.size();
        var sentence = String.format(
                Locale.ROOT,
                "%s: %d sessions, %.1f s charged, %.1f s arrived",
                artist.user(),
                sessions.size(),
                charged,
                delivered);
        if (charged > most || charged < least) {
            findings.wrong(sentence + "; more apart than an update interval for each session.");
        } else {
            findings.note(sentence);
        }
    }

    /** The length of all pictures that came to the platform that was always there, by their own time-stamps. */
    private double delivered(String user) throws IOException {
        var sum = 0.0;
        try (var files = Files.list(arrived)) {
            for (var file : files.filter(one -> one.getFileName().toString().startsWith(user + "-"))
                    .toList()) {
                sum += length(file);
            }
        }
        return sum;
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
