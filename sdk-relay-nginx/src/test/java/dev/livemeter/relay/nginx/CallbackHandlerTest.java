package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.secret.Secret;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackHandlerTest {

    private static final String TOKEN = "t0t0t0t0t0t0t0t0t0t0t0t0t0";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String PUBLISH =
            "app=live&flashver=&swfurl=&tcurl=&pageurl=&addr=192.0.2.9&clientid=1&call=publish&name=key&type=live";

    private final ManualTime time = ManualTime.create();
    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final CallbackHandler handler = new CallbackHandler(time);
    private final ScriptedPushes nginx = new ScriptedPushes();
    private final Publishers publishers;

    CallbackHandlerTest() {
        authority.pushes = request -> List.of(ScriptedAuthority.push("d", "rtmp://platform.test/app", "platform-key"));
        var resolver = new PushResolver(
                host -> new InetAddress[] {IpLiteral.address("1.1.1.1")},
                new AddressPolicy(false, Set.of()),
                Duration.ofSeconds(1),
                Runnable::run);
        var around = new PushLane.Surroundings(
                resolver,
                (application, stream) -> {},
                Pace.of(Duration.ofSeconds(1)),
                time,
                time,
                new Random(1),
                nginx);
        publishers =
                new Publishers(new AuthorityCalls(authority, Runnable::run, Duration.ofSeconds(2)), around, "live", 2);
        handler.serve(new CallbackHandler.Run(Secret.of(TOKEN), "live", publishers));
    }

    @Test
    void aStreamIsLetInRenamedAndPassedOn() {
        var in = post("/" + TOKEN + "/ingest/publish", PUBLISH);
        var session = authority.session("key").value();
        assertThat(in).isEqualTo(WebResponse.empty(302).with("Location", session));
        assertThat(authority.requests.get(0).remoteAddress()).isEqualTo("192.0.2.9");

        assertThat(push("play", session, 2, "127.0.0.1:1936/anchor")).isEqualTo(200);
        time.runDue();
        assertThat(nginx.opened).containsExactly("rtmp://1.1.1.1:1935/app/platform-key");
        assertThat(push("play", session, 3, "1.1.1.1:1935/app/another-key")).isEqualTo(403);
        assertThat(push("play", "key", 4, "1.1.1.1:1935/app/platform-key")).isEqualTo(403);
        assertThat(push("play", session, 5, "1.1.1.1:1935/app/platform-key")).isEqualTo(200);
        assertThat(post("/" + TOKEN + "/ingest/update", "clientid=1&call=update_publish&name=key")
                        .status())
                .isEqualTo(200);
        assertThat(post("/" + TOKEN + "/ingest/update", "clientid=5&call=update_play&name=" + session))
                .isEqualTo(WebResponse.empty(Gate.GO_ON_STATUS).with("Cache-Control", "max-age=1"));
        assertThat(post("/" + TOKEN + "/pushes/update", "clientid=5&call=update_play&name=" + session)
                        .status())
                .isEqualTo(200);
        assertThat(post("/" + TOKEN + "/pushes/update", "clientid=3&call=update_play&name=" + session)
                        .status())
                .isEqualTo(403);
        assertThat(push("play_done", session, 5, "1.1.1.1:1935/app/platform-key"))
                .isEqualTo(200);
        assertThat(post("/" + TOKEN + "/ingest/publish_done", "clientid=1&call=publish_done&name=key")
                        .status())
                .isEqualTo(200);
        assertThat(authority.ends).hasSize(1);
    }

    @Test
    void nobodyWatchesButWhoHasATicketAndThatOnce() {
        post("/" + TOKEN + "/ingest/publish", PUBLISH);
        var session = authority.session("key").value();
        var ticket = publishers.tickets().issue(session);
        var foreign = publishers.tickets().issue("another");
        for (var arguments : List.of("", "&look=", "&look=" + foreign, "&look=x&look=" + ticket, "&app=&look=x")) {
            assertThat(play(session, arguments)).as(arguments).isEqualTo(403);
        }
        assertThat(play("key", "&look=" + ticket)).isEqualTo(403);
        assertThat(play(session, "&look=" + ticket + "&name=another")).isEqualTo(200);
        assertThat(play(session, "&look=" + ticket)).isEqualTo(403);

        var unused = publishers.tickets().issue(session);
        publishers.tickets().withdraw(session, unused);
        assertThat(play(session, "&look=" + unused)).isEqualTo(403);
        assertThat(publishers.tickets().toString()).doesNotContain(foreign);
    }

    @Test
    void whoNamesAStreamThatRunsIsTurnedAwayButWithATicketAndThatOnce() {
        post("/" + TOKEN + "/ingest/publish", PUBLISH);
        var session = authority.session("key").value();
        nginx.tickets.put(session + "?t1", new Answer.PassTo("rtmp://1.1.1.1:1935/app/platform-key"));
        nginx.tickets.put(session + "?t2", Answer.GO);
        assertThat(ring(7, session, "").status()).isEqualTo(403);
        assertThat(ring(7, session, "&ring=t3").status()).isEqualTo(403);
        assertThat(ring(8, session, "&ring=t1"))
                .isEqualTo(WebResponse.empty(302).with("Location", "rtmp://1.1.1.1:1935/app/platform-key"));
        assertThat(ring(8, session, "&ring=t2").status())
                .as("one connection after the other is not one of a publisher")
                .isEqualTo(200);
        assertThat(ring(8, session, "&ring=t1").status()).isEqualTo(403);
        assertThat(authority.requests).hasSize(1);
        post("/" + TOKEN + "/ingest/publish_done", "clientid=8&call=publish_done&name=" + session);
        assertThat(authority.ends).isEmpty();
    }

    private WebResponse ring(long client, String stream, String arguments) {
        return post(
                "/" + TOKEN + "/ingest/publish",
                "app=live&flashver=&swfurl=&tcurl=&pageurl=&addr=127.0.0.1&clientid=" + client + "&call=publish&name="
                        + stream + "&type=live" + arguments);
    }

    private int push(String call, String stream, long client, String address) {
        return post(
                        "/" + TOKEN + "/ingest/" + call,
                        "app=&flashver=ngx-local-relay&swfurl=&tcurl=&pageurl=&addr=" + address + "&clientid=" + client
                                + "&call=" + call + "&name=" + stream + "&start=0&duration=0&reset=0&pageurl=")
                .status();
    }

    private int play(String stream, String arguments) {
        return post(
                        "/" + TOKEN + "/ingest/play",
                        "app=live&flashver=&swfurl=&tcurl=&pageurl=&addr=192.0.2.9&clientid=9&call=play&name=" + stream
                                + "&start=4294966296&duration=0&reset=0" + arguments)
                .status();
    }

    @Test
    void worksBelowAnyMountPoint() {
        assertThat(post("/hooks/relay/" + TOKEN + "/ingest/publish", PUBLISH).status())
                .isEqualTo(302);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/ingest/publish",
                "/x/ingest/publish",
                "//ingest/publish",
                "/" + TOKEN + "0/ingest/publish",
                "/" + TOKEN + "/publish"
            })
    void strangersSeeNothing(String path) {
        assertThat(post(path, PUBLISH)).isEqualTo(WebResponse.empty(404));
        assertThat(authority.requests).isEmpty();
        assertThat(handler.forgedCount()).isEqualTo(1);
    }

    @Test
    void anEarlierRunOfNginxIsAStranger() {
        handler.serve(new CallbackHandler.Run(
                Secret.of("another0another0another0an"),
                "live",
                new Publishers(new AuthorityCalls(authority, Runnable::run, Duration.ofSeconds(2)), null, "live", 2)));
        assertThat(post("/" + TOKEN + "/ingest/publish", PUBLISH).status()).isEqualTo(404);
    }

    @Test
    @DisplayName("Acceptance 2: only forms are posted")
    void onlyFormsArePosted() {
        var path = "/" + TOKEN + "/ingest/publish";
        assertThat(send("GET", path, FORM, PUBLISH).status()).isEqualTo(405);
        assertThat(send("POST", path, "application/json", PUBLISH).status()).isEqualTo(415);
        assertThat(send("POST", path, FORM, PUBLISH + "&x=" + "y".repeat(CallbackHandler.MOST_BYTES))
                        .status())
                .isEqualTo(413);
        assertThat(authority.requests).isEmpty();
        assertThat(handler.malformedCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "clientid=1", "app=live&call=publish&name=key", "app=live&clientid=x&call=publish&name=key",
                "app=other&clientid=1&call=publish&name=key", "app=live&clientid=1&call=play&name=key", "%", "&&&=&"
            })
    void whatNginxWouldNotSendIsRefused(String body) {
        assertThat(post("/" + TOKEN + "/ingest/publish", body)).isEqualTo(WebResponse.empty(400));
        assertThat(authority.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ingest/play", "/slot1/publish", "/pushes/play", "/live/publish", "/ingest/"})
    void roomsThatDoNotExistAreRefused(String room) {
        assertThat(post("/" + TOKEN + room, PUBLISH).status()).isEqualTo(400);
    }

    private WebResponse post(String path, String body) {
        return send("POST", path, FORM, body);
    }

    private WebResponse send(String method, String path, String type, String body) {
        return handler.handle(new WebRequest(
                method, path, Map.of(), Map.of("Content-Type", List.of(type)), WebBody.of(body), "127.0.0.1"));
    }
}
