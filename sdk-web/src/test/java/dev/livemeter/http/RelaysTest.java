package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.fleet.RelayHealth;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemoryRelay;
import dev.livemeter.testing.InMemoryStreamProvider;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two relay hosts and a standby, as administrators and artists see them. */
class RelaysTest {

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.create(time);
    private final InMemoryRelay one = InMemoryRelay.at("one.test");
    private final Livemeter live = Livemeter.builder()
            .wallet(books)
            .relay(RelayFleet.builder()
                    .host("relay1", one, HostCapacity.megabits(100))
                    .host("relay2", InMemoryRelay.at("two.test"), HostCapacity.megabits(50))
                    .standby("relay3", InMemoryRelay.at("three.test"), HostCapacity.megabits(50))
                    .time(time)
                    .scheduler(time)
                    .executor(Runnable::run)
                    .build())
            .provider(InMemoryStreamProvider.named("twitch"))
            .tariff(Host.PLAIN)
            .time(time)
            .scheduler(time)
            .executor(Runnable::run)
            .build();
    private final LivemeterApi api =
            LivemeterApi.builder(live).authenticator(Host::caller).time(time).build();

    @AfterEach
    void close() {
        api.close();
        live.close();
    }

    private Host.Answer send(String user, String method, String path, String json) {
        var headers = Map.of("X-Test-User", List.of(user), "Content-Type", List.of("application/json"));
        return new Host.Answer(
                api.handle(new WebRequest(method, path, Map.of(), headers, WebBody.of(json), "192.0.2.7")));
    }

    private JsonObject host(int index) {
        return send("root", "GET", "/relays", "")
                .with(200)
                .getJsonArray("hosts")
                .getJsonObject(index);
    }

    private SessionId aliceLive() {
        live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        live.destinations().add("alice", Destination.twitch("live_123_abcdefgh"));
        var key = live.streamKeys().create("alice");
        return ((Admission.Admitted) one.publish(key.reveal())).session();
    }

    @ParameterizedTest
    @CsvSource({"GET,/relays", "POST,/relays/relay1/drain", "POST,/relays/relay1/undrain"})
    void nobodyElseLooksAtHosts(String method, String path) {
        assertThat(send("alice", method, path, "").problem(403, "auth.role"))
                .isEqualTo("Only administrators may ask for this.");
    }

    @Test
    void anAdministratorSeesHowEveryHostStands() {
        aliceLive();
        one.health(RelayHealth.up(31));
        time.advance(Duration.ofSeconds(3));
        assertThat(host(0))
                .hasToString(
                        "{\"name\":\"relay1\",\"role\":\"ordinary\",\"state\":\"up\",\"detail\":\"\","
                                + "\"since\":\"2026-01-01T12:00:00Z\","
                                + "\"ingest\":{\"url\":\"rtmp://one.test/live\",\"tlsUrl\":null},\"streams\":1,\"destinations\":1,"
                                + "\"plannedBitsPerSecond\":6000000,\"limitBitsPerSecond\":80000000,\"cpuPercent\":31,\"drain\":null}");
        assertThat(host(2).getString("role")).isEqualTo("standby");
        assertThat(host(2).isNull("cpuPercent")).isTrue();
    }

    @Test
    void aHostIsEmptiedAndUsedAgain() {
        var session = aliceLive();
        var drained = send("root", "POST", "/relays/relay1/drain", "{\"stopAfter\":600}")
                .with(200)
                .getJsonObject("host");
        assertThat(drained.getString("state")).isEqualTo("draining");
        assertThat(drained.getJsonObject("drain"))
                .hasToString("{\"since\":\"2026-01-01T12:00:00Z\",\"stopsAt\":\"2026-01-01T12:10:00Z\"}");
        time.advance(Duration.ofMinutes(10));
        assertThat(one.isPublishing(session)).isFalse();
        assertThat(host(0).getString("state")).isEqualTo("drained");
        assertThat(send("root", "POST", "/relays/relay1/undrain", "")
                        .with(200)
                        .getJsonObject("host")
                        .getString("state"))
                .isEqualTo("up");
        send("root", "POST", "/relays/relay1/drain", "").with(200);
        assertThat(host(0).getJsonObject("drain").isNull("stopsAt")).isTrue();
    }

    @Test
    void anArtistIsToldWhereToPublishAndThatItChanged() {
        var before = ingest();
        assertThat(before).hasToString("{\"url\":\"rtmp://one.test/live\",\"tlsUrl\":null,\"moved\":null}");
        send("root", "POST", "/relays/relay1/drain", "").with(200);
        assertThat(ingest())
                .hasToString(
                        "{\"url\":\"rtmp://two.test/live\",\"tlsUrl\":null,\"moved\":{\"from\":\"rtmp://one.test/live\","
                                + "\"at\":\"2026-01-01T12:00:00Z\",\"sentence\":\"The server rtmp://one.test/live is in maintenance."
                                + " Enter rtmp://two.test/live in your encoder instead; your stream key stays the same.\"}}");
    }

    private JsonObject ingest() {
        return send("alice", "GET", "/status", "").with(200).getJsonObject("ingest");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"stopAfter\":\"soon\"}|The field 'stopAfter' is a string; expected a number of seconds.",
                "{\"stopAfter\":-1}|The field 'stopAfter' does not fit; expected a number of seconds from 0 to 1000000000.",
                "{\"stopAfter\":1e99}|The field 'stopAfter' does not fit; expected a number of seconds from 0 to 1000000000.",
                "{\"stopAfter\":1e-99}|The field 'stopAfter' does not fit; expected a number of seconds from 0 to 1000000000.",
                "{\"stopIn\":1}|The field 'stopIn' is not known here; known are stopAfter."
            })
    void whatDoesNotFitIsRefused(String body, String sentence) {
        assertThat(send("root", "POST", "/relays/relay1/drain", body).problem(422, "request.unfit_field"))
                .isEqualTo(sentence);
        assertThat(host(0).isNull("drain")).isTrue();
    }

    @Test
    void aHostThatDoesNotExistAndADeadlineThatIsTooFarAreToldInTheWordsOfTheFleet() {
        assertThat(send("root", "POST", "/relays/relay9/drain", "").problem(404, "relay_host.unknown"))
                .isEqualTo("There is no relay host called 'relay9'; there are relay1, relay2, relay3.");
        assertThat(send("root", "POST", "/relays/relay1/drain", "{\"stopAfter\":700000}")
                        .problem(422, "relay_host.malformed_deadline"))
                .isEqualTo(
                        "The streams of the relay host relay1 are to be stopped after PT194H26M40S; expected zero to seven"
                                + " days.");
    }

    @Test
    void aSingleRelayIsShownAndCannotBeEmptied() {
        try (var host = new Host()) {
            assertThat(host.get("root", "/relays")
                            .with(200)
                            .getJsonArray("hosts")
                            .getJsonObject(0))
                    .hasToString(
                            "{\"name\":\"relay\",\"role\":\"ordinary\",\"state\":\"up\",\"detail\":\"\","
                                    + "\"since\":\"2026-01-01T12:00:00Z\","
                                    + "\"ingest\":{\"url\":\"rtmp://relay.test/live\",\"tlsUrl\":null},\"streams\":0,\"destinations\":0,"
                                    + "\"plannedBitsPerSecond\":0,\"limitBitsPerSecond\":null,\"cpuPercent\":null,\"drain\":null}");
            assertThat(host.write("root", "POST", "/relays/relay/drain", "").problem(409, "relay_host.single"))
                    .isEqualTo(
                            "There is a single relay, and nowhere to send its users to while it is emptied. Give a RelayFleet"
                                    + " of several to Livemeter.builder().relay(...).");
        }
    }
}
