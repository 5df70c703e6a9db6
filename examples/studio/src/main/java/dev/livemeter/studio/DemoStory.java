package dev.livemeter.studio;

import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.event.LiveEvent.BalanceLow;
import dev.livemeter.event.LiveEvent.DestinationChanged;
import dev.livemeter.event.LiveEvent.FinalUnitGranted;
import dev.livemeter.event.LiveEvent.PublishRefused;
import dev.livemeter.event.LiveEvent.SessionAuthorized;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionDestination;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The whole story, played with real servers and a real encoder: Alice pays in, streams to two platforms, runs out of money, is cut, and is
 * turned away until she pays again; Bob streams to an account that he connected.
 */
final class DemoStory {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ALICE = StudioApplication.ARTIST;

    private final StudioApplication studio;
    private final Witness witness;
    private final Tale tale;

    DemoStory(StudioApplication studio, Witness witness, Tale tale) {
        this.studio = studio;
        this.witness = witness;
        this.tale = tale;
    }

    /** Plays it; whether every step was true. */
    boolean play() throws IOException, InterruptedException {
        var live = studio.live();
        var server = live.ingest().url().toString();
        tale.chapter("Alice prepares to stream");
        var credit = Money.of("USD", "2.50");
        live.wallets().credit(ALICE, credit, "demo-order-1");
        var key = live.streamKeys().create(ALICE);
        tale.say("Her wallet holds " + credit + "; streaming costs " + live.tariff() + ".");
        tale.say("She has a stream key and publishes to " + server + ".");
        for (var platform : studio.platforms()) {
            live.destinations()
                    .add(ALICE, Destination.custom(platform.name(), platform.server(), StudioApplication.STAND_IN_KEY));
            tale.say("She passes the stream on to " + platform.name() + " at " + platform.server() + ".");
        }
        tale.say("Watch it in a browser: " + studio.invitation());

        tale.chapter("She goes live");
        try (var encoder = TestPicture.publish(server, key.reveal())) {
            var session = goesLive();
            if (session == null) {
                return tale.end();
            }
            framesArrive();
            watch();
            runsOut(encoder, session);
        }
        isTurnedAway(server, key.reveal());
        if (studio.playing().isPresent()) {
            new AccountStory(live, witness, tale).play();
        }
        theBooks();
        return tale.end();
    }

    private @Nullable SessionId goesLive() throws InterruptedException {
        var authorized = witness.await(SessionAuthorized.class, event -> true, SOON);
        tale.check(
                authorized.isPresent(),
                authorized.map(SessionAuthorized::sentence).orElse("the stream is authorized"));
        for (var platform : studio.platforms()) {
            var taken = witness.await(
                    DestinationChanged.class,
                    event -> event.status().name().equals(platform.name())
                            && event.status().state() == DestinationStatus.State.LIVE,
                    SOON);
            tale.check(taken.isPresent(), platform.name() + " took the stream.");
        }
        var started = witness.await(SessionStarted.class, event -> true, SOON);
        tale.check(started.isPresent(), started.map(SessionStarted::sentence).orElse("the meter runs"));
        return authorized.map(SessionAuthorized::session).orElse(null);
    }

    private void framesArrive() throws IOException, InterruptedException {
        for (var platform : studio.platforms()) {
            var picture = Picture.at(platform.server(), StudioApplication.STAND_IN_KEY, SOON);
            tale.check(
                    picture.isPresent(),
                    platform.name() + " shows " + picture.map(Picture::toString).orElse("no frame") + ".");
        }
    }

    private void watch() throws IOException, InterruptedException {
        tale.chapter("The meter runs");
        var last = Money.zero(studio.live().tariff().currency());
        var grew = true;
        for (var i = 0; i < 4; i++) {
            Thread.sleep(2_000);
            var status = studio.live().sessions().running(ALICE).stream().findFirst();
            if (status.isEmpty()) {
                grew = false;
                break;
            }
            var now = status.get();
            grew &= last.isLessThan(now.cost());
            last = now.cost();
            tale.say(String.format(
                    Locale.ROOT,
                    "live for %d s, cost %s, balance %s, enough for %d s",
                    now.used().toSeconds(),
                    now.cost(),
                    now.balance(),
                    now.timeLeft().toSeconds()));
        }
        tale.check(grew, "Cost grew at each look.");
        var page = studio.readStatusAsThePageDoes();
        tale.check(
                page.contains("\"cost\""),
                "The web page is served the same: " + page.length() + " characters of status.");
    }

    private void runsOut(TestPicture encoder, SessionId session) throws IOException, InterruptedException {
        tale.chapter("The balance runs out");
        var low = witness.await(BalanceLow.class, event -> true, Duration.ofSeconds(30));
        tale.check(low.isPresent(), low.map(BalanceLow::sentence).orElse("a warning is told"));
        var last = witness.await(FinalUnitGranted.class, event -> true, Duration.ofSeconds(30));
        tale.check(last.isPresent(), last.map(FinalUnitGranted::sentence).orElse("the final unit is told"));
        var ended = witness.await(SessionEnded.class, event -> event.session().equals(session), Duration.ofSeconds(30));
        tale.check(ended.isPresent(), ended.map(SessionEnded::sentence).orElse("the stream is cut"));
        tale.check(encoder.endsWithin(Duration.ofSeconds(30)), "The encoder was really disconnected.");
        var over = studio.live().sessions().find(session).orElseThrow();
        var late = Duration.between(over.liveAt(), over.endedAt())
                .minus(over.metering().used());
        tale.check(
                over.end() instanceof SessionEnd.FundsExhausted && late.compareTo(Duration.ofSeconds(2)) < 0,
                "It was cut " + late.toMillis() + " ms after the last paid second.");
        for (var platform : studio.platforms()) {
            tale.check(
                    Picture.at(platform.server(), StudioApplication.STAND_IN_KEY, Duration.ofSeconds(3))
                            .isEmpty(),
                    platform.name() + " shows nothing any more.");
        }
    }

    private void isTurnedAway(String server, String key) throws IOException, InterruptedException {
        tale.chapter("She tries again, and a stranger tries too");
        refused(server, key, 402, "The empty wallet");
        refused(server, "ec_live_alice_0000000000000000000000000", 403, "An unknown key");
    }

    private void refused(String server, String key, int status, String who) throws IOException, InterruptedException {
        try (var encoder = TestPicture.publish(server, key)) {
            var refusal =
                    witness.await(PublishRefused.class, event -> event.reason().httpStatus() == status, SOON);
            tale.check(
                    refusal.isPresent() && encoder.endsWithin(SOON),
                    who + ": " + refusal.map(PublishRefused::sentence).orElse("refused with " + status));
        }
    }

    private void theBooks() {
        tale.chapter("The books");
        var history = studio.live().sessions().history(ALICE, 10);
        history.forEach(session -> tale.say(line(session)));
        tale.check(
                history.size() == 1
                        && history.get(0)
                                .balanceBefore()
                                .minus(history.get(0).metering().charged())
                                .equals(history.get(0).balanceAfter()),
                "The history shows one stream, and its cost is the difference of its balances.");
        var balance = studio.live().wallets().balance(ALICE).orElseThrow();
        tale.check(
                !balance.posted().isNegative() && balance.held().isZero(),
                "The wallet holds " + balance.posted() + ", nothing is reserved, and it is not below zero.");
        var report = studio.verifyBooks();
        tale.check(
                report.findings().isEmpty(),
                "The ledger proves itself: " + report.entries() + " entries with " + report.postings()
                        + " postings sum to zero.");
    }

    private static String line(Session session) {
        return "Streamed for " + session.metering().used().toSeconds() + " s to "
                + session.destinations().stream().map(SessionDestination::name).collect(Collectors.joining(" and "))
                + ": cost " + session.metering().charged() + ", balance " + session.balanceBefore() + " before and "
                + session.balanceAfter() + " after.";
    }
}
