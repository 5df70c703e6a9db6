package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.account.DeviceAnswer;
import dev.livemeter.account.DeviceCode;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.broadcast.BroadcastRecord;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.chat.PlatformChatEntry;
import dev.livemeter.destination.Destination;
import dev.livemeter.event.LiveEvent.BroadcastChanged;
import dev.livemeter.event.LiveEvent.BroadcastChanged.Stage;
import dev.livemeter.event.LiveEvent.SessionAuthorized;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.CarriesChat.Saying;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Bob's part of the story: he connects an account by a code, streams to it without a key, hears his audience, and finds the video afterwards. The platform is played; what he does there goes over HTTP. */
final class AccountStory {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration LATER = Duration.ofSeconds(45);
    private static final String BOB = StudioApplication.FRIEND;
    private static final String TITLE = "A bench of oak";
    private static final long VIEWERS = 7;

    private final Livemeter live;
    private final Witness witness;
    private final Tale tale;
    private final Visitor visitor = new Visitor();

    AccountStory(Livemeter live, Witness witness, Tale tale) {
        this.live = live;
        this.witness = witness;
        this.tale = tale;
    }

    void play() throws IOException, InterruptedException {
        tale.chapter("Bob connects an account, and needs no key there");
        live.wallets().credit(BOB, Money.of("USD", "5.00"), "demo-order-2");
        var account = connects();
        if (account == null) {
            return;
        }
        live.destinations().add(BOB, Destination.account("youtube", "Bob’s channel", account.id()));
        live.broadcasts().describe(BOB, StreamDetails.titled(TITLE));
        var key = live.streamKeys().create(BOB).reveal();
        final SessionId session;
        try (var encoder = TestPicture.publish(live.ingest().url().toString(), key)) {
            var authorized =
                    witness.await(SessionAuthorized.class, event -> event.user().equals(UserId.of(BOB)), SOON);
            tale.check(authorized.isPresent() && encoder.isPublishing(), "Bob publishes once, to the relay.");
            if (authorized.isEmpty()) {
                return;
            }
            session = authorized.get().session();
            isShown(session);
        }
        isOver(session);
    }

    private @Nullable PlatformAccount connects() throws IOException, InterruptedException {
        var code = live.accounts().beginDevice(BOB, "youtube");
        tale.say("He opens " + code.page() + " and enters " + code.userCode() + ".");
        var page = visitor.send(code.page(), Map.of("user_code", code.userCode(), "account", BOB, "answer", "allow"));
        tale.check(page.contains("Allowed."), "The platform's page lets him allow it.");
        var account = until(SOON, () -> connected(code));
        tale.check(
                account.isPresent(),
                account.map(found -> found.identity().name() + " is connected, with tokens that are sealed.")
                        .orElse("the account is connected"));
        return account.orElse(null);
    }

    private Optional<PlatformAccount> connected(DeviceCode code) {
        return live.accounts().pollDevice(BOB, code.handle()) instanceof DeviceAnswer.Connected connected
                ? Optional.of(connected.account())
                : Optional.empty();
    }

    private void isShown(SessionId session) throws IOException, InterruptedException {
        var shown = stage(session, Stage.LIVE);
        tale.check(shown.isPresent(), shown.map(BroadcastChanged::sentence).orElse("the platform shows the stream"));
        var page = shown.map(BroadcastChanged::page).orElse(null);
        if (page == null) {
            return;
        }
        tale.check(visitor.open(page).contains(TITLE), "Its page is called as he said: " + TITLE + ".");
        visitor.send(page, Map.of("answer", "watch", "viewers", Long.toString(VIEWERS)));
        var viewers = until(SOON, () -> viewers().filter(number -> number == VIEWERS));
        tale.check(viewers.isPresent(), VIEWERS + " watch there, and the studio knows.");
        visitor.send(page, Map.of("answer", "say", "author", "Fan", "text", "Lovely grain!"));
        tale.check(
                until(SOON, () -> heard(session, "Lovely grain!")).isPresent(),
                "Somebody there says \"Lovely grain!\", and Bob hears it here.");
        var replies = live.platformChats()
                .reply(session, Moderator.ordinary(UserId.of(BOB)), null, "Thank you")
                .orElseThrow();
        tale.check(
                replies.size() == 1
                        && replies.get(0).outcome() instanceof Saying.Said
                        && visitor.open(URI.create(page + "&chat=1")).contains("Thank you"),
                "He says \"Thank you\" from here, and it stands there.");
    }

    private void isOver(SessionId session) throws IOException, InterruptedException {
        var ended = witness.await(SessionEnded.class, event -> event.session().equals(session), SOON);
        tale.check(ended.isPresent(), ended.map(SessionEnded::sentence).orElse("the stream ends"));
        var over = stage(session, Stage.ENDED);
        tale.check(over.isPresent(), over.map(BroadcastChanged::sentence).orElse("the broadcast ends"));
        var found = stage(session, Stage.VIDEO_FOUND);
        tale.check(found.isPresent(), found.map(BroadcastChanged::sentence).orElse("the video is found"));
        var record = live.broadcasts().of(session).stream().findFirst();
        var video = record.map(BroadcastRecord::video).orElse(null);
        var viewers = record.map(BroadcastRecord::viewers).orElse(null);
        tale.check(
                video != null && visitor.open(video).contains(TITLE) && viewers != null && viewers.peak() == VIEWERS,
                "The history has the video, and that " + VIEWERS + " watched at most.");
        var past = live.sessions().find(session).orElseThrow();
        tale.check(
                past.balanceBefore().minus(past.metering().charged()).equals(past.balanceAfter())
                        && !past.metering().charged().isZero(),
                "He paid " + past.metering().charged() + " for "
                        + past.metering().used().toSeconds() + " s, and nothing else.");
    }

    private Optional<BroadcastChanged> stage(SessionId session, Stage stage) throws InterruptedException {
        return witness.await(
                BroadcastChanged.class, event -> event.session().equals(session) && event.change() == stage, LATER);
    }

    private Optional<Long> viewers() {
        return live.sessions().running(BOB).stream()
                .flatMap(status -> status.destinations().stream())
                .flatMap(status -> Optional.ofNullable(status.broadcast()).stream())
                .flatMap(broadcast -> Optional.ofNullable(broadcast.viewers()).stream())
                .findFirst();
    }

    private Optional<PlatformChatEntry> heard(SessionId session, String text) {
        return live.platformChats()
                .after(session, Moderator.ordinary(UserId.of(BOB)), 0)
                .fold(page -> page.entries().stream(), declined -> Stream.<PlatformChatEntry>empty())
                .filter(entry -> entry instanceof PlatformChatEntry.Message message
                        && message.text().equals(text))
                .findFirst();
    }

    /** What is asked for again and again, until it is there or the time is over. */
    private static <T> Optional<T> until(Duration within, Callable<Optional<T>> question) throws InterruptedException {
        var end = System.nanoTime() + within.toNanos();
        while (true) {
            final Optional<T> found;
            try {
                found = question.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            if (found.isPresent() || System.nanoTime() - end >= 0) {
                return found;
            }
            Thread.sleep(200);
        }
    }
}
