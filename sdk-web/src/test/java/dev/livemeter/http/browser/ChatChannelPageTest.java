package dev.livemeter.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatPerson;
import dev.livemeter.chat.ChatPolicy;
import dev.livemeter.chat.ChatPolicy.Guests;
import dev.livemeter.http.RateLimit;
import dev.livemeter.http.StaticFiles;
import dev.livemeter.http.jetty.WebServer;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One channel of the chat in a real Chromium, whose WebSockets are taken from it and given back while others write. */
@Tag("once") // what is tried is the browser's
@Timeout(180)
class ChatChannelPageTest {

    private static final UserId BOB = UserId.of("bob");
    private static final ChatChannel STREAM = ChatChannel.ofStream(BOB);
    private static final ChatPerson HOST = ChatPerson.user(BOB);
    private static final int ROUNDS = 3;

    private final Livemeter live = Livemeter.builder()
            .wallet(InMemoryBooks.create(TimeSource.system()))
            .tariff(Tariff.perMinute("USD", "0.10"))
            .chat(ChatPolicy.builder()
                    .kept(1000)
                    .guests(Guests.WRITE)
                    .personRate(10_000, Duration.ofSeconds(1))
                    .channelRate(10_000, Duration.ofSeconds(1))
                    .build())
            .build();
    private final WebServer server = WebServer.builder(live)
            .port(0)
            .rateLimit(new RateLimit(1_000_000, 1_000_000))
            .handler("", new StaticFiles(getClass().getClassLoader(), "dev/livemeter/http/widget"))
            .start();

    @AfterEach
    void stop() {
        server.close();
        live.close();
    }

    @Test
    void whoIsTurnedFromWebSocketToPollingAndBackLosesAndRepeatsNothing(@TempDir Path profile) throws Exception {
        var done = new AtomicBoolean();
        var writer = new Thread(() -> write(done));
        try (var page = new WidgetPage(profile, "body")) {
            page.open(server.url() + "chat.html");
            page.untilPage("window.channel?.transport === 'socket'");
            writer.start();
            for (var round = 0; round < ROUNDS; round++) {
                page.untilPage("window.seen.length > arguments[0]", round * 40 + 10);
                page.runOnPage("window.allow(false)");
                page.untilPage("window.channel.transport === 'polling'");
                page.untilPage("window.seen.length > arguments[0]", round * 40 + 30);
                page.runOnPage("window.allow(true)");
                page.untilPage("window.channel.transport === 'socket'");
            }
            done.set(true);
            writer.join();
            var last = live.chat()
                    .post(STREAM, HOST, "last", "the last")
                    .orElseThrow()
                    .message()
                    .sequence();
            page.untilPage("window.seen.at(-1) === arguments[0]", last);

            assertThat(page.runOnPage("return window.seen"))
                    .isEqualTo(LongStream.rangeClosed(1, last).boxed().toList());
            assertThat(page.runOnPage("return window.missed")).isEqualTo(0L);
            assertThat(page.runOnPage("return window.transports"))
                    .isEqualTo(List.of("socket", "polling", "socket", "polling", "socket", "polling", "socket"));
        } finally {
            done.set(true);
            writer.join();
        }
    }

    /** Fast enough that something is said in each moment of a turn; each tenth message is taken away again. */
    private void write(AtomicBoolean done) {
        for (var i = 1; i <= 900 && !done.get(); i++) {
            var said = live.chat().post(STREAM, HOST, "m" + i, "text " + i).orElseThrow();
            if (i % 10 == 0) {
                live.chat().delete(STREAM, HOST, said.message().sequence()).orElseThrow();
            }
            LockSupport.parkNanos(Duration.ofMillis(25).toNanos());
        }
    }
}
