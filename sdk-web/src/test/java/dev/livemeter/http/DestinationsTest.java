package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationsTest {

    private static final String TWITCH = "{\"platform\":\"twitch\",\"key\":\"live_123_abcdefgh\"}";

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private JsonObject add(String user, String json) {
        return host.write(user, "POST", "/destinations", json).with(201).getJsonObject("destination");
    }

    @Test
    void platformsSayWhatTheyNeed() {
        var platforms = host.get("alice", "/platforms").with(200).getJsonArray("platforms");
        assertThat(platforms.toString())
                .isEqualTo(
                        "[{\"name\":\"custom\",\"displayName\":\"Custom server\",\"server\":\"required\","
                                + "\"connects\":false,\"connectsDevices\":false,\"byAccount\":false,\"testable\":true,"
                                + "\"guide\":{\"whereTheKeyIs\":\"On the wall.\",\"keyLifetime\":\"per_session\",\"usualServer\":null,"
                                + "\"backupServer\":null,\"transport\":\"rtmp_or_rtmps\",\"docs\":\"https://docs.example/keys\","
                                + "\"verifiedOn\":\"2026-11-21\"}},"
                                + "{\"name\":\"show\",\"displayName\":\"Show\",\"server\":\"none\","
                                + "\"connects\":false,\"connectsDevices\":false,\"byAccount\":true,\"testable\":false,\"guide\":null},"
                                + "{\"name\":\"twitch\",\"displayName\":\"Twitch\",\"server\":\"none\","
                                + "\"connects\":false,\"connectsDevices\":false,\"byAccount\":false,\"testable\":false,\"guide\":null},"
                                + "{\"name\":\"youtube\",\"displayName\":\"Youtube\",\"server\":\"none\","
                                + "\"connects\":true,\"connectsDevices\":true,\"byAccount\":true,\"testable\":false,\"guide\":null}]");
    }

    @Test
    void theWayToOneIsTested() {
        var json =
                "{\"platform\":\"custom\",\"name\":\"Own\",\"server\":\"rtmp://one.example/app\",\"key\":\"abcdefgh\"}";
        var added = add("alice", json);
        assertThat(added.getBoolean("testable")).isTrue();
        var path = "/destinations/" + added.getString("id");
        assertThat(host.write("alice", "POST", path + "/test", "{}").with(200).toString())
                .isEqualTo("{\"passed\":true,\"steps\":["
                        + "{\"step\":\"address\",\"result\":\"passed\",\"took\":0.003,\"sentence\":\"It has an address.\"},"
                        + "{\"step\":\"tcp\",\"result\":\"passed\",\"took\":1.5,\"sentence\":\"It is there.\"}]}");
        host.write("alice", "PATCH", path, "{\"server\":\"rtmp://one.example:1936/app\"}")
                .with(200);
        var failed = host.write("alice", "POST", path + "/test", "{}").with(200);
        assertThat(failed.getBoolean("passed")).isFalse();
        host.write("bob", "POST", path + "/test", "{}").problem(404, "destination.unknown");
        host.write("alice", "POST", "/destinations/dst-none/test", "{}").problem(404, "destination.unknown");
    }

    @Test
    void whoComesWhileTooManyAreTestedIsToldToComeAgain() throws Exception {
        var json =
                "{\"platform\":\"custom\",\"name\":\"Own\",\"server\":\"rtmp://one.example/app\",\"key\":\"abcdefgh\"}";
        var own = "/destinations/" + add("alice", json).getString("id") + "/test";
        var threads = Executors.newFixedThreadPool(8);
        host.custom.hold();
        try {
            var others = new ArrayList<Future<JsonObject>>();
            for (var i = 0; i < 8; i++) {
                var user = "user" + i;
                var path = "/destinations/" + add(user, json).getString("id") + "/test";
                others.add(threads.submit(
                        () -> host.write(user, "POST", path, "{}").with(200)));
            }
            var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (host.custom.waiting() < 8 && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }

            var refused = host.write("alice", "POST", own, "{}");

            assertThat(refused.problem(503, "destination.tests_busy"))
                    .isEqualTo("8 tests of destinations run, which is the limit; try again in some seconds.");
            assertThat(refused.response().headers()).containsEntry("Retry-After", "5");
            host.custom.release();
            for (var other : others) {
                assertThat(other.get(60, TimeUnit.SECONDS).getBoolean("passed")).isTrue();
            }
        } finally {
            host.custom.release();
            threads.shutdownNow();
        }
        host.write("alice", "POST", own, "{}").with(200);
    }

    @Test
    void whatCannotBeTestedNowIsTold() {
        var twitch = "/destinations/" + add("alice", TWITCH).getString("id") + "/test";
        assertThat(host.write("alice", "POST", twitch, "{}").problem(501, "destination.no_test"))
                .isEqualTo(
                        "The connection to 'Twitch' cannot be tested, as its platform offers no test here; start a stream to see.");
        var custom =
                "{\"platform\":\"custom\",\"name\":\"Own\",\"server\":\"rtmp://one.example/app\",\"key\":\"abcdefgh\"}";
        var own = "/destinations/" + add("alice", custom).getString("id") + "/test";
        host.aliceLive("20.00");
        assertThat(host.write("alice", "POST", own, "{}").problem(409, "destination.on_air"))
                .isEqualTo("A stream goes to 'Own' now, which a test could disturb; its state tells how it fares.");
    }

    @Test
    void oneIsAddedListedAndNeverTellsItsKey() {
        assertThat(host.get("alice", "/destinations").with(200).getJsonArray("destinations"))
                .isEmpty();
        var added = add("alice", TWITCH);
        assertThat(added.getString("name")).isEqualTo("Twitch");
        assertThat(added.getString("keyHint")).isEqualTo("····efgh");
        assertThat(added.getBoolean("enabled")).isTrue();
        assertThat(added.isNull("server")).isTrue();
        var list = host.get("alice", "/destinations");
        assertThat(list.with(200).getJsonArray("destinations")).containsExactly(added);
        assertThat(list.response().body().text()).doesNotContain("live_123");
    }

    @Test
    void oneIsChangedFieldByField() {
        var id = add("alice", TWITCH).getString("id");
        var path = "/destinations/" + id;
        var off = host.write("alice", "PATCH", path, "{\"enabled\":false}")
                .with(200)
                .getJsonObject("destination");
        assertThat(off.getBoolean("enabled")).isFalse();
        assertThat(off.getString("keyHint")).isEqualTo("····efgh");
        var renamed = host.write("alice", "PATCH", path, "{\"name\":\"Main channel\",\"key\":\"live_9_zzzzzzzzzz99\"}")
                .with(200)
                .getJsonObject("destination");
        assertThat(renamed.getString("name")).isEqualTo("Main channel");
        assertThat(renamed.getString("keyHint")).isEqualTo("····zz99");
        assertThat(renamed.getBoolean("enabled")).isFalse();
        assertThat(host.live
                        .destinations()
                        .of("alice")
                        .get(0)
                        .destination()
                        .requireKey()
                        .reveal())
                .isEqualTo("live_9_zzzzzzzzzz99");
        host.write("alice", "PATCH", path, "{}").with(200);
    }

    @Test
    void aCustomServerIsChangedAndCannotBeTakenAway() {
        var json = "{\"platform\":\"custom\",\"name\":\"Own\",\"server\":\"rtmp://one.example/app\",\"key\":\"abc\"}";
        var path = "/destinations/" + add("alice", json).getString("id");
        assertThat(host.write("alice", "PATCH", path, "{\"server\":\"rtmps://two.example/app\"}")
                        .with(200)
                        .getJsonObject("destination")
                        .getString("server"))
                .isEqualTo("rtmps://two.example/app");
        assertThat(host.write("alice", "PATCH", path, "{\"server\":null}").problem(422, "destination.malformed"))
                .isEqualTo("The destination 'Own' names no server.");
    }

    @Test
    void oneIsRemovedOnce() {
        var path = "/destinations/" + add("alice", TWITCH).getString("id");
        host.write("alice", "DELETE", path, "").with(204);
        host.write("alice", "DELETE", path, "").problem(404, "destination.unknown");
    }

    @Test
    void thoseOfOthersAreAsUnknownAsNone() {
        var path = "/destinations/" + add("alice", TWITCH).getString("id");
        for (var target : new String[] {path, "/destinations/dst-none"}) {
            assertThat(host.write("bob", "PATCH", target, "{\"enabled\":false}").problem(404, "destination.unknown"))
                    .isEqualTo("There is no such destination of that user.");
            assertThat(host.write("bob", "DELETE", target, "").problem(404, "destination.unknown"))
                    .isEqualTo("There is no such destination of that user.");
        }
        assertThat(host.write("root", "PATCH", path + "?user=alice", "{\"enabled\":false}")
                        .with(200)
                        .getJsonObject("destination")
                        .getBoolean("enabled"))
                .isFalse();
    }

    @Test
    void thereIsALimit() {
        for (var i = 0; i < 10; i++) {
            add("alice", TWITCH);
        }
        assertThat(host.write("alice", "POST", "/destinations", TWITCH).problem(409, "destination.limit"))
                .isEqualTo("The user alice has 10 destinations already, which is the limit;"
                        + " remove one before adding 'Twitch'.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"key\":\"k\"} | request.unfit_field | The field 'platform' is missing; it is a string and has to be given.",
                "{\"platform\":\"twitch\"} | request.unfit_field | The field 'key' is missing",
                "{\"platform\":7,\"key\":\"k\"} | request.unfit_field | The field 'platform' is a number; expected a string.",
                "{\"platform\":\"twitch\",\"key\":[]} | request.unfit_field | The field 'key' is an array",
                "{\"platform\":\"twitch\",\"kye\":\"k\"} | request.unfit_field | The field 'kye' is not known here",
                "{\"platform\":\"nowhere\",\"key\":\"k\"} | destination.unknown_platform | There is no platform 'nowhere'",
                "{\"platform\":\"twitch\",\"key\":\"a b\"} | destination.malformed | The stream key of the destination 'Twitch' does not fit",
                "{\"platform\":\"twitch\",\"key\":\"k\",\"name\":\"\"} | destination.malformed | The name of a destination is 1 to 60 characters",
                "{\"platform\":\"custom\",\"key\":\"k\",\"server\":\"no url\"} | destination.malformed | The server is not a URL",
                "{\"platform\":\"custom\",\"key\":\"k\",\"server\":\"http://x/y\"} | destination.malformed | The server of the destination 'Custom server' begins with neither"
            })
    void whatDoesNotFitIsToldInASentence(String json, String code, String sentence) {
        assertThat(host.write("alice", "POST", "/destinations", json).problem(422, code))
                .startsWith(sentence);
        assertThat(host.live.destinations().of("alice")).isEmpty();
    }

    @Test
    void aProblemNamesItsField() {
        assertThat(host.write("alice", "POST", "/destinations", "{\"platform\":\"twitch\"}")
                        .json()
                        .getString("field"))
                .isEqualTo("key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "{}{}", "nonsense", "{\"a\":1,\"a\":2}", "[]", "\"text\"", "null", "{\"platform\":\"\\ud800"
            })
    void whatIsNoJsonObjectIsRefused(String body) {
        host.write("alice", "POST", "/destinations", body).problem(400, "request.malformed_json");
    }

    @Test
    void aWrongTypeChangesNothing() {
        var path = "/destinations/" + add("alice", TWITCH).getString("id");
        host.write("alice", "PATCH", path, "{\"name\":\"Other\",\"enabled\":\"no\"}")
                .problem(422, "request.unfit_field");
        assertThat(host.live.destinations().of("alice").get(0).destination().name())
                .isEqualTo("Twitch");
    }
}
