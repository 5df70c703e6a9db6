package dev.livemeter.benchmarks;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.platforms.CustomRtmp;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionState;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;

/** How late a stream is cut whose money ended, and what it was charged beside what arrived: an encoder, a relay, books in a file, and a platform that records. */
final class CutOff implements Part {

    /** What a relay sends where nothing else is set. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final Duration AFTER_THE_HEARTBEAT = Duration.ofSeconds(1);
    private static final int SHORTEST_SECONDS = 6;
    private static final int LENGTHS = 7;
    private static final long MICROS_PER_SECOND = 100_000;

    @Override
    public String name() {
        return "cutoff";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        var streams = plan.streams().relayed();
        report.condition(
                streams + " encoders at a time (" + Encoders.PICTURE + "), " + plan.rounds()
                        + " times, each to one destination on an nginx that records what comes; ten cents a second, a balance for "
                        + SHORTEST_SECONDS + " to " + (SHORTEST_SECONDS + LENGTHS - 1)
                        + " seconds, quotas of 5 s; books on H2 in a file; a heartbeat every " + HEARTBEAT.toSeconds()
                        + " s. Figures of single streams, not medians of rounds. What arrived goes by the pictures' time-stamps, the end at the platform by the last byte that it wrote");
        var folder = Files.createTempDirectory("livemeter-benchmark-");
        var arrivals = Files.createDirectories(folder.resolve("arrived"));
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        try (var encoders = Encoders.prepare(folder);
                var platform = PlainNginx.start(
                        folder.resolve("platform"),
                        List.of("application a { " + SoakArrivals.recordedIn(arrivals) + " }"));
                var live = Livemeter.builder()
                        .wallet(JdbcWallet.open("jdbc:h2:file:" + folder.resolve("livemeter")))
                        .relay(NginxRelay.local(RelayStage.plan(folder.resolve("relay"), 1)
                                .heartbeat(HEARTBEAT)
                                .build()))
                        .provider(CustomRtmp.create())
                        .tariff(tariff)
                        .policy(SessionPolicy.builder(tariff.currency())
                                .minimumToStart(Money.of("USD", "0.10"))
                                .lowBalanceBelow(Money.of("USD", "0.20"))
                                .quota(Duration.ofSeconds(5))
                                .renewBefore(Duration.ofSeconds(2))
                                .settleEvery(Duration.ofSeconds(1))
                                .build())
                        .build()) {
            var seen = new ArrayList<Seen>();
            for (var round = 0; round < plan.rounds(); round++) {
                report.progress("round " + (round + 1) + " of " + plan.rounds());
                seen.addAll(round(round, streams, live, encoders, platform, new SoakArrivals(arrivals)));
                encoders.stop();
            }
            tell(seen, report);
        }
    }

    /** Who streams until their money ends, and when the encoder noticed. */
    private record Artist(String user, Money paidIn, CompletableFuture<Instant> gone) {}

    /** One stream that was cut; milliseconds after the end of what was paid, and seconds. */
    private record Seen(double cut, double atPlatform, double encoderGone, double charged, double arrived) {}

    private static List<Seen> round(
            int round, int streams, Livemeter live, Encoders encoders, PlainNginx platform, SoakArrivals arrivals)
            throws IOException {
        var artists = new ArrayList<Artist>();
        for (var i = 0; i < streams; i++) {
            var user = "round" + round + "user" + i;
            var paidIn = Money.ofMicros("USD", MICROS_PER_SECOND * (SHORTEST_SECONDS + i % LENGTHS));
            live.wallets().credit(user, paidIn, "order-" + user);
            live.destinations().add(user, Destination.custom("platform", platform.server("a"), user + "-1"));
            var encoder = encoders.publish(
                    live.ingest().url().toString(),
                    live.streamKeys().create(user).reveal());
            artists.add(new Artist(user, paidIn, encoder.onExit().thenApply(ended -> Instant.now())));
        }
        RelayStage.until(
                "all streams are cut",
                () -> artists.stream().allMatch(artist -> artist.gone().isDone() && hasEnded(live, artist.user())));
        // By then the platform has written what was on its way.
        MeterRun.sleep(Duration.ofSeconds(1));
        var seen = new ArrayList<Seen>();
        for (var artist : artists) {
            seen.add(look(artist, live.sessions().history(artist.user(), 1).get(0), arrivals));
        }
        return seen;
    }

    private static boolean hasEnded(Livemeter live, String user) {
        return live.sessions().history(user, 1).stream().anyMatch(session -> session.state() == SessionState.ENDED);
    }

    private static Seen look(Artist artist, Session session, SoakArrivals arrivals) throws IOException {
        var metering = session.metering();
        var began = session.liveAt();
        var ended = session.endedAt();
        if (began == null
                || ended == null
                || !(session.end() instanceof SessionEnd.FundsExhausted)
                || metering.charged().compareTo(artist.paidIn()) > 0
                || !metering.charged().equals(metering.cost())
                || !artist.paidIn().minus(metering.charged()).equals(session.balanceAfter())) {
            throw new IllegalStateException(artist.user() + " paid in " + artist.paidIn() + ", was charged "
                    + metering.charged() + " for " + metering.used() + ", has " + session.balanceAfter()
                    + " left and ended like this: " + session.end()
                    + "; expected to stream until the money ends, and to pay what it costs and no more.");
        }
        var recordings = arrivals.of(artist.user());
        if (recordings.size() != 1) {
            throw new IllegalStateException(
                    recordings.size() + " recordings of " + artist.user() + " are at the platform; expected one.");
        }
        var recording = recordings.get(0);
        var paidEnd = began.plus(metering.used());
        return new Seen(
                millis(paidEnd, ended),
                millis(paidEnd, recording.written()),
                millis(paidEnd, artist.gone().join()),
                metering.used().toMillis() / 1e3,
                recording.seconds());
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    private static void tell(List<Seen> seen, Report report) {
        var atMost = "<= " + HEARTBEAT.plus(AFTER_THE_HEARTBEAT).toMillis();
        var where = "a stream whose money ended";
        report.figure(where, "cut after the end of the paid time", "ms", of(seen, Seen::cut), atMost);
        report.figure(where, "last byte at the platform after it", "ms", of(seen, Seen::atPlatform), atMost);
        report.figure(where, "encoder gone after it", "ms", of(seen, Seen::encoderGone), atMost);
        // Pictures are of use, and are sent, from a keyframe on.
        report.figure(
                where,
                "charged less arrived",
                "s",
                of(seen, one -> one.charged() - one.arrived()),
                "<= " + Encoders.KEYFRAMES.toSeconds());
        report.figure(where, "streams", "", Samples.of(seen.size()));
    }

    private static Samples of(List<Seen> seen, ToDoubleFunction<Seen> value) {
        return Samples.of(seen.stream().mapToDouble(value));
    }
}
