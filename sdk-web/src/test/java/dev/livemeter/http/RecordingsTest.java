package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.session.SessionId;
import dev.livemeter.testing.InMemoryRelay;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingsTest {

    private static final int BYTES = 150_000;

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private String order(SessionId session, String order) {
        return host.write("alice", "POST", "/sessions/" + session + "/recording/" + order, "")
                .with(202)
                .getJsonObject("recording")
                .getString("id");
    }

    /** Alice has a recording that is ready; tells its id. */
    private String ready(SessionId session) {
        var id = order(session, "start");
        host.relay.grow(session, BYTES, Duration.ofSeconds(12));
        assertThat(order(session, "stop")).isEqualTo(id);
        return id;
    }

    private String link(String id) {
        return "/"
                + host.write("alice", "POST", "/recordings/" + id + "/link", "")
                        .with(201)
                        .getString("url");
    }

    private JsonObject onAir() {
        return host.get("alice", "/status").with(200).getJsonArray("sessions").getJsonObject(0);
    }

    @Test
    void aStreamIsRecordedStoppedListedAndDeleted() {
        var session = host.aliceLive("20.00");
        assertThat(host.get("alice", "/status").with(200).getString("recording"))
                .isEqualTo("manual");
        assertThat(onAir().isNull("recording")).isTrue();
        var id = order(session, "start");
        assertThat(order(session, "start")).isEqualTo(id);
        host.relay.grow(session, BYTES, Duration.ofSeconds(12));
        assertThat(onAir().getJsonObject("recording").getInt("bytes")).isEqualTo(BYTES);
        assertThat(host.get("alice", "/recordings/" + id)
                        .with(200)
                        .getJsonObject("recording")
                        .getInt("length"))
                .isEqualTo(12);
        order(session, "stop");
        assertThat(onAir().isNull("recording")).isTrue();
        var listed = host.get("alice", "/recordings").with(200);
        assertThat(listed.isNull("next")).isTrue();
        var recording = listed.getJsonArray("recordings").getJsonObject(0);
        assertThat(recording.toString())
                .isEqualTo("{\"id\":\"" + id + "\",\"session\":\"" + session
                        + "\",\"state\":\"ready\",\"detail\":\"\",\"startedAt\":\"2026-01-01T12:00:00Z\",\"length\":12,"
                        + "\"bytes\":150000,\"expiresAt\":\"2026-01-31T12:00:00Z\"}");
        assertThat(host.write("alice", "DELETE", "/recordings/" + id, "").status())
                .isEqualTo(204);
        assertThat(host.get("alice", "/recordings").with(200).getJsonArray("recordings"))
                .isEmpty();
        assertThat(host.vault.names()).isEmpty();
    }

    @Test
    void pagesFollowEachOther() {
        var session = host.aliceLive("20.00");
        var older = ready(session);
        host.time.advance(Duration.ofSeconds(1));
        var newer = ready(session);
        var first = host.get("alice", "/recordings?limit=1").with(200);
        assertThat(first.getJsonArray("recordings").getJsonObject(0).getString("id"))
                .isEqualTo(newer);
        assertThat(first.getString("next")).isEqualTo(newer);
        var second = host.get("alice", "/recordings?limit=1&before=" + newer).with(200);
        assertThat(second.getJsonArray("recordings").getJsonObject(0).getString("id"))
                .isEqualTo(older);
        assertThat(second.isNull("next")).isTrue();
    }

    @Test
    void whoseThingItIsNotSeesNothingOfIt() {
        var session = host.aliceLive("20.00");
        var id = ready(session);
        var unknown = "There is no such recording of that user.";
        assertThat(host.get("bob", "/recordings/" + id).problem(404, "recording.unknown"))
                .isEqualTo(unknown);
        assertThat(host.write("bob", "DELETE", "/recordings/" + id, "").problem(404, "recording.unknown"))
                .isEqualTo(unknown);
        assertThat(host.write("bob", "POST", "/recordings/" + id + "/link", "").problem(404, "recording.unknown"))
                .isEqualTo(unknown);
        assertThat(host.write("bob", "POST", "/sessions/" + session + "/recording/start", "")
                        .problem(404, "session.unknown"))
                .isEqualTo("There is no such session of that user.");
        assertThat(host.write("guest", "POST", "/sessions/" + session + "/recording/start", "")
                        .problem(403, "auth.role"))
                .isEqualTo("Only broadcasters and administrators may change something here.");
        assertThat(host.get("root", "/recordings?user=alice").with(200).getJsonArray("recordings"))
                .hasSize(1);
    }

    @Test
    void whatCannotBeRecordedIsToldWhy() {
        var session = host.aliceLive("20.00");
        host.relay.refuseRecordings();
        assertThat(host.write("alice", "POST", "/sessions/" + session + "/recording/start", "")
                        .problem(503, "recording.unavailable"))
                .isEqualTo("The relay could not begin to record this stream; try again in a moment.");
        host.relay.hangUp(session);
        assertThat(host.write("alice", "POST", "/sessions/" + session + "/recording/start", "")
                        .problem(409, "session.not_running"))
                .isEqualTo("The session " + session + " does not run here.");
        assertThat(host.get("carol", "/status").with(200).getString("recording"))
                .isEqualTo("off");
        assertThat(host.write("alice", "POST", "/sessions/" + session + "/recording/stop", "")
                        .with(202)
                        .isNull("recording"))
                .isTrue();
    }

    @Test
    void aUserWithoutRoomIsToldSo() {
        var session = host.aliceLive("20.00");
        order(session, "start");
        host.relay.grow(session, 1_000_000, Duration.ofSeconds(9));
        assertThat(host.write("alice", "POST", "/sessions/" + session + "/recording/start", "")
                        .problem(409, "recording.no_room"))
                .isEqualTo("The room for this user's recordings, 1 MB, is used up; delete some first.");
    }

    @Test
    void aLinkNeedsNobodySignedInAndEndsWithItsTime() {
        var session = host.aliceLive("20.00");
        var id = ready(session);
        var told = host.write("alice", "POST", "/recordings/" + id + "/link", "{\"validFor\":60}")
                .with(201);
        assertThat(told.getString("expiresAt")).isEqualTo("2026-01-01T12:01:00Z");
        var url = "/" + told.getString("url");
        var answer = host.get("", url).response();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("Content-Type", "video/mp4")
                .containsEntry("Accept-Ranges", "bytes")
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("ETag", "\"" + id + "\"")
                .containsEntry("Content-Disposition", "attachment; filename=\"stream-2026-01-01-1200.mp4\"");
        assertThat(answer.body().bytes()).isEqualTo(InMemoryRelay.recorded(BYTES));
        assertThat(host.send("", "GET", url, "", Map.of("If-None-Match", "\"" + id + "\""))
                        .status())
                .isEqualTo(304);
        host.time.advance(Duration.ofSeconds(60));
        assertThat(host.get("", url).problem(410, "recording.expired_link"))
                .isEqualTo("The link has expired; ask for another one.");
    }

    @Test
    void aLinkThatWasNotMadeHereLeadsNowhere() {
        var session = host.aliceLive("20.00");
        var url = link(ready(session));
        var nowhere = "The link leads to nothing; ask for another one.";
        var turned = url.endsWith("A") ? "B" : "A";
        for (var wrong : new String[] {
            url.substring(0, url.length() - 1) + turned, "/downloads/x", url.replaceFirst("\\.1", ".2")
        }) {
            assertThat(host.get("", wrong).problem(404, "recording.unknown_link"))
                    .isEqualTo(nowhere);
        }
        assertThat(host.get("", "/downloads/a/b").problem(404, "request.unknown_path"))
                .isEqualTo("There is nothing at this address.");
        assertThat(host.send("", "POST", url, "", Map.of()).problem(405, "request.wrong_method"))
                .isEqualTo("This address does not take that method; it takes GET, HEAD.");
    }

    @Test
    void aLinkToWhatIsNotReadyIsNotMade() {
        var session = host.aliceLive("20.00");
        var id = order(session, "start");
        assertThat(host.write("alice", "POST", "/recordings/" + id + "/link", "")
                        .problem(409, "recording.not_ready"))
                .isEqualTo("The recording " + id + " cannot be loaded; its state is recording.");
        assertThat(host.write("alice", "POST", "/recordings/" + id + "/link", "{\"validFor\":\"1\"}")
                        .problem(422, "request.unfit_field"))
                .isEqualTo("The field 'validFor' is a string; expected a whole number.");
        assertThat(host.write("alice", "POST", "/recordings/" + id + "/link", "{\"validFor\":0}")
                        .problem(422, "recording.malformed_span"))
                .isEqualTo("A link was to be good for 0 seconds; expected 1 to 604800.");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=65530-65545, 65530, 16",
        "bytes=100-, 100, 149900",
        "bytes=-10, 149990, 10",
        "bytes=-999999, 0, 150000",
        "bytes=149999-999999, 149999, 1"
    })
    void aPartIsThePartOfTheWhole(String range, int from, int count) {
        var session = host.aliceLive("20.00");
        var answer = host.send("", "GET", link(ready(session)), "", Map.of("Range", range))
                .response();
        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.headers())
                .containsEntry("Content-Range", "bytes " + from + "-" + (from + count - 1) + "/" + BYTES);
        assertThat(answer.body().size()).isEqualTo(count);
        assertThat(answer.body().bytes())
                .isEqualTo(Arrays.copyOfRange(InMemoryRelay.recorded(BYTES), from, from + count));
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-1;bytes=5-6",
        "'bytes=0-1,5-6'",
        "bytes=-",
        "bytes=5-4",
        "lines=1-2",
        "bytes=99999999999999999999-"
    })
    void whatIsNotOnePartIsTheWhole(String range) {
        var session = host.aliceLive("20.00");
        var answer = host.send("", "GET", link(ready(session)), "", Map.of("Range", range))
                .response();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().size()).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @CsvSource({"bytes=150000-", "bytes=150000-150001", "bytes=-0"})
    void aPartThatIsNotThereIsToldWithTheSize(String range) {
        var session = host.aliceLive("20.00");
        var answer = host.send("", "GET", link(ready(session)), "", Map.of("Range", range));
        assertThat(answer.problem(416, "request.unsatisfiable_range"))
                .isEqualTo("The part that was asked for is not in the file, which has 150000 bytes.");
        assertThat(answer.response().headers()).containsEntry("Content-Range", "bytes */150000");
    }

    @Test
    void aPartOfAnotherFileIsTheWholeOfThisOne() {
        var session = host.aliceLive("20.00");
        var id = ready(session);
        var url = link(id);
        assertThat(host.send("", "GET", url, "", Map.of("Range", "bytes=0-9", "If-Range", "\"other\""))
                        .status())
                .isEqualTo(200);
        assertThat(host.send("", "GET", url, "", Map.of("Range", "bytes=0-9", "If-Range", "\"" + id + "\""))
                        .status())
                .isEqualTo(206);
    }
}
