package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.http.ChatSockets.Opening;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One client of chat, on a connection that does what the test says. */
@Timeout(180)
class ChatSocketTest {

    private static final String CHAT = "/chat/stream/bob/messages";

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private static final class Cable implements ChatSocket.Line {

        private final List<String> texts = new ArrayList<>();
        private final List<Runnable> sent = new ArrayList<>();
        private int pings;
        private int closedWith;

        @Override
        public void send(String text, Runnable taken) {
            texts.add(text);
            sent.add(taken);
        }

        @Override
        public void ping() {
            pings++;
        }

        @Override
        public void close(int code, String sentence) {
            closedWith = code;
        }

        /** The client takes what was sent last. */
        void takes() {
            sent.get(sent.size() - 1).run();
        }
    }

    private ChatSocket open(Cable cable) {
        var opening = host.api
                .chatSockets()
                .open(new WebRequest(
                        "GET",
                        "/chat/stream/bob/socket",
                        Map.of(),
                        Map.of("x-test-user", List.of("alice")),
                        WebBody.EMPTY,
                        "192.0.2.7"));
        var socket = ((Opening.Let) opening).socket();
        socket.opened(cable);
        return socket;
    }

    private void say(int number) {
        host.time.advance(Duration.ofSeconds(1));
        host.write("carol", "POST", CHAT, "{\"id\":\"m" + number + "\",\"text\":\"text\"}")
                .with(201);
    }

    private static String page(String entries, int next) {
        return "{\"entries\":[" + entries + "],\"next\":" + next + ",\"missed\":false,\"type\":\"page\"}";
    }

    @Test
    void oneTextIsUnderWayAndTheRestWaitsInTheChannel() {
        var cable = new Cable();
        open(cable);
        assertThat(cable.texts).containsExactly(page("", 0));
        say(1);
        say(2);
        say(3);
        assertThat(cable.texts).hasSize(1);
        cable.takes();
        assertThat(cable.texts).hasSize(2);
        assertThat(cable.texts.get(1))
                .contains("\"m1\"")
                .contains("\"m2\"")
                .endsWith("\"next\":3,\"missed\":false,\"type\":\"page\"}");
        cable.takes();
        assertThat(cable.texts).hasSize(2);
    }

    @Test
    void whoTakesNothingIsDroppedAndHoldsNothing() {
        var cable = new Cable();
        open(cable);
        host.time.advance(Duration.ofSeconds(15));
        host.api.chatSockets().tick();
        assertThat(cable.closedWith).isZero();
        host.time.advance(Duration.ofSeconds(1));
        host.api.chatSockets().tick();
        assertThat(cable.closedWith).isEqualTo(ChatSocket.CLOSED_SLOW);
        assertThat(host.live.chat().readers()).isZero();
        assertThat(host.api.chatSockets().size()).isZero();
    }

    @Test
    void whoIsQuietIsPingedAndAfterAnHourAskedAgain() {
        var cable = new Cable();
        open(cable);
        cable.takes();
        host.time.advance(Duration.ofSeconds(20));
        host.api.chatSockets().tick();
        assertThat(cable.pings).isZero();
        host.time.advance(Duration.ofSeconds(1));
        host.api.chatSockets().tick();
        host.api.chatSockets().tick();
        assertThat(cable.pings).isEqualTo(1);
        host.time.advance(Duration.ofHours(1));
        host.api.chatSockets().tick();
        assertThat(cable.closedWith).isEqualTo(ChatSocket.CLOSED_AGE);
        assertThat(host.live.chat().readers()).isZero();
    }

    @Test
    void whoSaysMuchAndTakesNoAnswerIsDropped() {
        var cable = new Cable();
        var socket = open(cable);
        for (var i = 0; i < 32; i++) {
            socket.received("{}");
        }
        assertThat(cable.closedWith).isZero();
        socket.received("{}");
        assertThat(cable.closedWith).isEqualTo(ChatSocket.CLOSED_SLOW);
        say(1);
        assertThat(cable.texts).hasSize(1);
    }

    @Test
    void whoAsksTooOftenIsToldWhenToComeAgain() {
        var cable = new Cable();
        var socket = open(cable);
        cable.takes();
        for (var i = 0; i < 119; i++) {
            socket.received("{}");
            cable.takes();
        }
        socket.received("{}");
        assertThat(cable.texts.get(cable.texts.size() - 1))
                .isEqualTo(
                        "{\"type\":\"refused\",\"id\":null,\"code\":\"request.too_many\",\"detail\":\"More than 600 requests a minute came from you; ask again in 1 s.\",\"retryAfter\":1}");
    }

    @Test
    void aMountThatCannotWaitWithoutAThreadWaitsWithOne() throws Exception {
        var poll = CompletableFuture.supplyAsync(() -> host.get("alice", CHAT + "?after=0&wait=25"));
        while (host.live.chat().readers() == 0) {
            Thread.sleep(5);
        }
        assertThat(poll).isNotDone();
        say(1);
        assertThat(poll.get(30, TimeUnit.SECONDS).with(200).getInt("next")).isEqualTo(1);
    }
}
