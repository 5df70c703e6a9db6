package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
import dev.livemeter.spi.RelayAuthority.Admission;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void statusOfSomebodyWhoHasNothingSaysWhatIsNeeded() {
        var status = host.get("alice", "/status").with(200);
        assertThat(status.getString("at")).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(status.getJsonArray("sessions")).isEmpty();
        assertThat(status.isNull("wallet")).isTrue();
        assertThat(status.getJsonObject("ingest").getString("url")).isEqualTo("rtmp://relay.test/live");
        assertThat(status.getJsonObject("ingest").isNull("tlsUrl")).isTrue();
        assertThat(status.getJsonObject("minimumToStart").toString())
                .isEqualTo("{\"amount\":\"5.00\",\"currency\":\"USD\"}");
        assertThat(status.getJsonObject("tariff").toString())
                .isEqualTo("{\"text\":\"0.10 USD per minute, by the second\",\"notation\":\"0.10 USD/60s 1/1\","
                        + "\"price\":{\"amount\":\"0.10\",\"currency\":\"USD\"},\"per\":60,\"initial\":1,\"subsequent\":1,"
                        + "\"free\":0,\"minimum\":{\"amount\":\"0.00\",\"currency\":\"USD\"},"
                        + "\"tierModel\":\"graduated\",\"tiers\":[],\"factors\":[]}");
        assertThat(status.getInt("maxDuration")).isEqualTo(14_400);
    }

    @Test
    void statusOfARunningStreamMovesWithTheMeter() {
        var session = host.aliceLive("10.00");
        host.relay.heartbeat();
        host.time.advance(Duration.ofMillis(90_500));
        host.relay.heartbeat();
        var status = host.get("alice", "/status").with(200);
        var running = status.getJsonArray("sessions").getJsonObject(0);
        assertThat(running.getString("id")).isEqualTo(session.value());
        assertThat(running.getString("state")).isEqualTo("live");
        assertThat(running.getJsonNumber("used").bigDecimalValue()).isEqualByComparingTo("90.5");
        assertThat(running.getJsonObject("cost").getString("amount")).isEqualTo("0.151666");
        assertThat(running.getJsonObject("balance").getString("amount")).isEqualTo("9.848334");
        assertThat(running.getJsonNumber("timeLeft").bigDecimalValue()).isEqualByComparingTo("5909.5");
        assertThat(running.getJsonNumber("paidUntil").intValue()).isGreaterThan(90);
        assertThat(running.getBoolean("low")).isTrue();
        assertThat(running.getBoolean("finalUnit")).isFalse();
        assertThat(running.isNull("topUpPage")).isTrue();
        assertThat(running.isNull("end")).isTrue();
        var destination = running.getJsonArray("destinations").getJsonObject(0);
        assertThat(destination.getString("platformName")).isEqualTo("Twitch");
        assertThat(destination.getString("state")).isEqualTo("live");
        assertThat(destination.getInt("attempts")).isEqualTo(1);
    }

    @Test
    void aDestinationThatFailsShowsWhy() {
        var session = host.aliceLive("10.00");
        var destination = host.relay.pushes(session).get(0).destination();
        host.relay.destination(session, destination, State.RETRYING, "Twitch refused the key.");
        var shown = host.get("alice", "/sessions/" + session)
                .with(200)
                .getJsonObject("session")
                .getJsonArray("destinations")
                .getJsonObject(0);
        assertThat(shown.getString("state")).isEqualTo("retrying");
        assertThat(shown.getString("detail")).isEqualTo("Twitch refused the key.");
    }

    @Test
    void theHistoryTellsHowEachDestinationFared() {
        var session = host.aliceLive("10.00");
        var destination = host.relay.pushes(session).get(0).destination();
        host.relay.heartbeat();
        host.time.advance(Duration.ofSeconds(40));
        host.relay.traffic(session, List.of(new DestinationTraffic(destination, 123_456, null)));
        host.relay.heartbeat();
        host.relay.retries(session, destination, "Twitch refused the key.", Duration.ofSeconds(8));
        host.time.advance(Duration.ofSeconds(20));
        host.relay.hangUp(session);
        var expected = "{\"id\":\"" + destination.value()
                + "\",\"platform\":\"twitch\",\"platformName\":\"Twitch\",\"name\":\"Twitch\","
                + "\"firstLiveAt\":\"2026-01-01T12:00:00Z\",\"liveTime\":40,\"attempts\":1,\"lastError\":\"Twitch refused the key.\","
                + "\"bytes\":123456}";
        assertThat(host.get("alice", "/sessions/" + session)
                        .with(200)
                        .getJsonObject("session")
                        .getJsonArray("destinations")
                        .getJsonObject(0)
                        .toString())
                .isEqualTo(expected);
        assertThat(host.get("alice", "/sessions")
                        .with(200)
                        .getJsonArray("sessions")
                        .getJsonObject(0)
                        .getJsonArray("destinations")
                        .getJsonObject(0)
                        .toString())
                .isEqualTo(expected);
    }

    @Test
    void whatTheArtistShouldChangeIsShown() {
        var session = host.aliceLive("10.00");
        assertThat(host.get("alice", "/sessions/" + session)
                        .with(200)
                        .getJsonObject("session")
                        .getJsonArray("warnings"))
                .isEmpty();
        host.relay.sees(session, new StreamFormat(null, "AAC", 0, 0, 0, 0, 128_000, null));
        host.relay.lags(session, host.relay.pushes(session).get(0).destination(), Duration.ofSeconds(7));
        var warnings = host.get("alice", "/status")
                .with(200)
                .getJsonArray("sessions")
                .getJsonObject(0)
                .getJsonArray("warnings");
        assertThat(warnings).hasSize(2);
        assertThat(warnings.getJsonObject(0).getString("kind")).isEqualTo("no_video");
        assertThat(warnings.getJsonObject(0).isNull("destination")).isTrue();
        assertThat(warnings.getJsonObject(0).getString("sentence")).startsWith("No picture comes in");
        assertThat(warnings.getJsonObject(0).getString("since")).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(warnings.getJsonObject(1).getString("kind")).isEqualTo("slow_destination");
        assertThat(warnings.getJsonObject(1).getString("destination"))
                .isEqualTo(host.relay.pushes(session).get(0).destination().value());
    }

    @Test
    void aDestinationOnAirIsTriedAgainStoppedAndStarted() {
        var session = host.aliceLive("10.00");
        var destination = host.relay.pushes(session).get(0).destination();
        var path = "/sessions/" + session + "/destinations/" + destination;
        host.relay.retries(session, destination, "Twitch refused the key.", Duration.ofSeconds(8));
        var shown = shown(session);
        assertThat(shown.getString("lastError")).isEqualTo("Twitch refused the key.");
        assertThat(shown.getString("nextRetryAt"))
                .isEqualTo(host.time.instant().plusSeconds(8).toString());
        assertThat(shown.isNull("bitsPerSecond")).isTrue();
        assertThat(host.write("alice", "POST", path + "/retry", "").with(202).getString("destination"))
                .isEqualTo(destination.value());
        assertThat(host.relay.retries()).containsExactly(destination);

        host.write("alice", "POST", path + "/stop", "").with(202);
        assertThat(host.relay.pushes(session)).isEmpty();
        assertThat(shown(session).getString("state")).isEqualTo("stopped");
        host.write("alice", "POST", path + "/start", "").with(202);
        assertThat(host.relay.pushes(session)).hasSize(1);
        host.relay.traffic(session, List.of(new DestinationTraffic(destination, 4_000, 2_500_000L)));
        assertThat(shown(session).getInt("bitsPerSecond")).isEqualTo(2_500_000);

        assertThat(host.write("alice", "POST", "/sessions/" + session + "/destinations/dst-x/stop", "")
                        .problem(404, "destination.not_on_air"))
                .isEqualTo(
                        "The session " + session
                                + " has no destination dst-x; add it to the user's destinations, or enable it, and the stream goes there.");
        assertThat(host.write("bob", "POST", path + "/stop", "").problem(404, "session.unknown"))
                .isEqualTo("There is no such session of that user.");
        host.relay.hangUp(session);
        assertThat(host.write("alice", "POST", path + "/stop", "").problem(409, "session.not_running"))
                .isEqualTo("The session " + session + " is not a stream that runs here; it may be over.");
    }

    private JsonObject shown(SessionId session) {
        return host.get("alice", "/sessions/" + session)
                .with(200)
                .getJsonObject("session")
                .getJsonArray("destinations")
                .getJsonObject(0);
    }

    @Test
    void aDestinationThatIsAddedOnAirIsPassedOn() {
        var session = host.aliceLive("10.00");
        host.write("alice", "POST", "/destinations", "{\"platform\":\"twitch\",\"key\":\"live_456_def\"}")
                .with(201);
        assertThat(host.relay.pushes(session)).hasSize(2);
    }

    @Test
    void walletTellsHowFarItReaches() {
        assertThat(host.get("alice", "/wallet").with(200).isNull("wallet")).isTrue();
        host.live.wallets().credit("alice", Money.of("USD", "6.00"), "order-1");
        var told = host.get("alice", "/wallet").with(200);
        var wallet = told.getJsonObject("wallet");
        assertThat(wallet.getJsonObject("available").getString("amount")).isEqualTo("6.00");
        assertThat(wallet.getJsonObject("left").getString("amount")).isEqualTo("6.00");
        assertThat(told.getJsonObject("lasts").getInt("seconds")).isEqualTo(3_600);
        assertThat(told.getJsonObject("lasts").getBoolean("running")).isFalse();
        assertThat(told.getJsonObject("missing").getString("amount")).isEqualTo("0.00");
    }

    @Test
    void theWalletTellsWhatIsLeftAsTheStreamThatRunsDoes() {
        host.aliceLive("10.00");
        host.time.advance(Duration.ofSeconds(93));
        var status = host.get("alice", "/status").with(200);
        var wallet = status.getJsonObject("wallet");
        assertThat(wallet.getJsonObject("left").getString("amount")).isEqualTo("9.845");
        var stream = status.getJsonArray("sessions").getJsonObject(0);
        assertThat(wallet.getJsonObject("left")).isEqualTo(stream.getJsonObject("balance"));
        assertThat(wallet.getJsonObject("available"))
                .as("less what is held")
                .isNotEqualTo(wallet.getJsonObject("left"));
        assertThat(status.getJsonObject("lasts").get("seconds")).isEqualTo(stream.get("timeLeft"));
        assertThat(status.getJsonObject("lasts").getBoolean("running")).isTrue();
        assertThat(status.isNull("missing")).isTrue();
        assertThat(host.get("alice", "/wallet").with(200).getJsonObject("wallet"))
                .isEqualTo(wallet);
    }

    @Test
    void aStreamIsStoppedByItsOwner() {
        var session = host.aliceLive("10.00");
        host.time.advance(Duration.ofSeconds(60));
        var stopped = host.write("alice", "POST", "/sessions/" + session + "/stop", "{\"reason\":\"done for today\"}");
        assertThat(stopped.with(202).getBoolean("stopping")).isTrue();
        var over = host.get("alice", "/sessions/" + session).with(200).getJsonObject("session");
        assertThat(over.getString("state")).isEqualTo("ended");
        assertThat(over.getJsonObject("end").getString("sentence")).isEqualTo("Stopped by the user: done for today.");
        assertThat(over.getJsonObject("balanceBefore").getString("amount")).isEqualTo("10.00");
        assertThat(over.getJsonObject("balanceAfter").getString("amount")).isEqualTo("9.90");
        assertThat(host.write("alice", "POST", "/sessions/" + session + "/stop", "")
                        .problem(409, "session.not_running"))
                .isEqualTo("The session " + session + " is over; there is nothing to stop.");
    }

    @Test
    void anAdministratorStopsItToo() {
        var session = host.aliceLive("10.00");
        host.write("root", "POST", "/sessions/" + session + "/stop?user=alice", "")
                .with(202);
        assertThat(host.live.sessions().find(session).orElseThrow().end().sentence())
                .isEqualTo("Stopped by an administrator.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "unknown-session", "UPPER-CASE-ID", "../../etc"})
    void sessionsOfOthersAndOfNobodyAreTheSame(String id) {
        var alices = host.aliceLive("10.00");
        for (var target : List.of(id.replace('/', '.'), alices.value())) {
            assertThat(host.get("bob", "/sessions/" + target).problem(404, "session.unknown"))
                    .isEqualTo("There is no such session of that user.");
            host.write("bob", "POST", "/sessions/" + target + "/stop", "").problem(404, "session.unknown");
        }
        assertThat(host.live.sessions().running()).hasSize(1);
    }

    @Test
    void aReasonHasItsBounds() {
        var session = host.aliceLive("10.00");
        var path = "/sessions/" + session + "/stop";
        assertThat(host.write("alice", "POST", path, "{\"reason\":\"" + "x".repeat(201) + "\"}")
                        .problem(422, "request.unfit_field"))
                .isEqualTo("The reason has 201 characters; expected at most 200 without control characters.");
        host.write("alice", "POST", path, "{\"reason\":\"a\\u0007b\"}").problem(422, "request.unfit_field");
        assertThat(host.live.sessions().running()).hasSize(1);
    }

    @Test
    void historyComesInPages() {
        host.live.wallets().credit("alice", Money.of("USD", "50.00"), "order-1");
        host.live.destinations().add("alice", Destination.twitch("live_123_abcdefgh"));
        var key = host.live.streamKeys().create("alice").reveal();
        var opened = new ArrayList<String>();
        for (var i = 0; i < 5; i++) {
            SessionId id = ((Admission.Admitted) host.relay.publish(key)).session();
            opened.add(0, id.value());
            host.relay.connectDestinations(id);
            host.time.advance(Duration.ofSeconds(30));
            host.relay.hangUp(id);
        }
        var seen = new ArrayList<String>();
        var page = host.get("alice", "/sessions?limit=2").with(200);
        assertThat(page.getJsonArray("sessions")).hasSize(2);
        while (true) {
            page.getJsonArray("sessions")
                    .forEach(session -> seen.add(session.asJsonObject().getString("id")));
            if (page.isNull("next")) {
                break;
            }
            page = host.get("alice", "/sessions?limit=2&before=" + page.getString("next"))
                    .with(200);
        }
        assertThat(seen).isEqualTo(opened);
        var first = page.getJsonArray("sessions").getJsonObject(0);
        assertThat(first.getInt("used")).isEqualTo(30);
        assertThat(first.getJsonObject("cost").getString("amount")).isEqualTo("0.05");
        assertThat(first.getJsonObject("end").getString("code")).isEqualTo("hung_up");
        assertThat(host.get("bob", "/sessions").with(200).getJsonArray("sessions"))
                .isEmpty();
        host.get("bob", "/sessions?before=" + opened.get(0)).problem(404, "session.unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "201", "-1", "many", "1e3"})
    void aPageHasItsBounds(String limit) {
        assertThat(host.get("alice", "/sessions?limit=" + limit).problem(400, "request.malformed_parameter"))
                .isEqualTo("The parameter 'limit' does not fit; expected a whole number from 1 to 200.");
    }
}
