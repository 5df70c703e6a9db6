package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.account.StoredAccount;
import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.testing.InMemoryVideoPlatform;
import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BroadcastsTest {

    private static final AccountId ACCOUNT = new AccountId("acc-alice");

    private final InMemoryVideoPlatform platform = InMemoryVideoPlatform.named("tube");
    private final Host host = new Host(platform);

    @AfterEach
    void close() {
        host.close();
    }

    private DestinationId connect() {
        host.books
                .accounts()
                .orElseThrow()
                .insert(new StoredAccount(
                        new PlatformAccount(
                                ACCOUNT,
                                UserId.of("alice"),
                                "tube",
                                new PlatformIdentity("UC1", "Alice"),
                                Set.of(),
                                PlatformAccount.State.CONNECTED,
                                "",
                                host.time.instant()),
                        "sealed",
                        host.time.instant(),
                        null,
                        1));
        return host.live
                .destinations()
                .add("alice", Destination.account("tube", "Tube", ACCOUNT))
                .id();
    }

    private SessionId publish() {
        host.live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        var key = host.live.streamKeys().create("alice").reveal();
        var session = ((Admission.Admitted) host.relay.publish(key)).session();
        host.time.advance(Duration.ofSeconds(1));
        return session;
    }

    private JsonObject session(SessionId id) {
        return host.get("alice", "/sessions/" + id).with(200).getJsonObject("session");
    }

    private JsonObject shown(SessionId id) {
        return session(id).getJsonArray("broadcasts").getJsonObject(0);
    }

    @Test
    void whatAStreamIsCalledIsSaidOnceAndKept() {
        var plain = host.get("alice", "/stream-details").with(200).getJsonObject("details");
        assertThat(plain.toString())
                .isEqualTo("{\"title\":\"Live stream\",\"description\":\"\",\"category\":\"\",\"privacy\":\"public\"}");
        var said =
                "{\"title\":\"An evening\",\"description\":\"With songs.\",\"category\":\"Music\",\"privacy\":\"unlisted\"}";
        host.write("alice", "PUT", "/stream-details", said).with(200);
        assertThat(host.get("alice", "/stream-details")
                        .with(200)
                        .getJsonObject("details")
                        .toString())
                .isEqualTo(said);
        assertThat(host.get("bob", "/stream-details")
                        .with(200)
                        .getJsonObject("details")
                        .getString("title"))
                .isEqualTo("Live stream");
        host.write("alice", "PUT", "/stream-details", "{\"title\":\"Short\"}").with(200);
        assertThat(host.live.broadcasts().details("alice").description()).isEmpty();
    }

    @Test
    void whatDoesNotFitIsToldAndChangesNothing() {
        assertThat(host.write("alice", "PUT", "/stream-details", "{\"title\":\"a<b\"}")
                        .problem(422, "stream.malformed_details"))
                .isEqualTo(
                        "The title of a stream has 3 characters; expected 1 to 100 without < and > and without control characters.");
        assertThat(host.write("alice", "PUT", "/stream-details", "{\"title\":\"a\",\"privacy\":\"secret\"}")
                        .problem(422, "request.unfit_field"))
                .isEqualTo("The field 'privacy' does not fit; expected one of public, unlisted, private.");
        host.write("alice", "PUT", "/stream-details", "{}").problem(422, "request.unfit_field");
        host.write("vera", "PUT", "/stream-details", "{\"title\":\"a\"}").problem(403, "auth.role");
        assertThat(host.live.broadcasts().details("alice").title()).isEqualTo("Live stream");
    }

    @Test
    void aRunningStreamShowsWhatThePlatformSays() {
        var tube = connect();
        var session = publish();
        host.relay.connectDestinations(session);
        host.time.advance(Duration.ofSeconds(2));
        var waiting = session(session).getJsonArray("destinations").getJsonObject(0);
        assertThat(waiting.getString("state")).isEqualTo("preparing");
        assertThat(waiting.getJsonObject("broadcast").getString("phase")).isEqualTo("preparing");
        platform.get(tube);
        platform.viewers(tube, 12L);
        platform.find(tube, new BroadcastIssue(Severity.WARNING, "bitrateLow", "The bitrate is low; raise it."));
        host.time.advance(Duration.ofSeconds(10));
        var shown = session(session).getJsonArray("destinations").getJsonObject(0);
        assertThat(shown.getString("state")).isEqualTo("live");
        assertThat(shown.getJsonObject("broadcast").toString())
                .isEqualTo("{\"phase\":\"live\",\"page\":\"https://tube.invalid/watch/tube-1\",\"viewers\":12,"
                        + "\"since\":\"2026-01-01T12:00:08Z\",\"issues\":[{\"severity\":\"warning\",\"code\":\"bitrateLow\","
                        + "\"sentence\":\"The bitrate is low; raise it.\"}],\"trouble\":null}");
        assertThat(session(session).getJsonObject("details").getString("title")).isEqualTo("Live stream");
        assertThat(session(session).getJsonObject("viewers").getInt("peak")).isEqualTo(12);
        assertThat(session(session).getJsonArray("warnings").getJsonObject(0).getString("code"))
                .isEqualTo("bitrateLow");
    }

    @Test
    void theHistoryHasVideosAndViewersAndNoKey() {
        var tube = connect();
        host.write("alice", "PUT", "/stream-details", "{\"title\":\"An evening\"}")
                .with(200);
        var session = publish();
        host.relay.connectDestinations(session);
        platform.get(tube);
        platform.viewers(tube, 12L);
        host.time.advance(Duration.ofSeconds(62));
        host.relay.hangUp(session);
        host.time.advance(Duration.ofSeconds(5));
        assertThat(shown(session).getBoolean("videoSought")).isTrue();
        platform.keep(tube, URI.create("https://tube.invalid/video/1"));
        host.time.advance(Duration.ofMinutes(10));
        assertThat(shown(session).getBoolean("videoSought")).isFalse();

        var past = host.get("alice", "/sessions")
                .with(200)
                .getJsonArray("sessions")
                .getJsonObject(0);
        assertThat(past.getJsonObject("details").getString("title")).isEqualTo("An evening");
        assertThat(past.getJsonObject("viewers").getInt("average")).isEqualTo(12);
        var broadcast = past.getJsonArray("broadcasts").getJsonObject(0);
        assertThat(broadcast.getString("state")).isEqualTo("ended");
        assertThat(broadcast.getString("platformName")).isEqualTo("Tube");
        assertThat(broadcast.getString("video")).isEqualTo("https://tube.invalid/video/1");
        assertThat(broadcast.getString("page")).isEqualTo("https://tube.invalid/watch/tube-1");
        assertThat(broadcast.getJsonObject("viewers").getInt("peak")).isEqualTo(12);
        assertThat(past.toString()).doesNotContain("key-of-").doesNotContain("sealed");

        assertThat(host.get("alice", "/sessions/" + session + "/broadcasts")
                        .with(200)
                        .getJsonArray("broadcasts"))
                .isEqualTo(past.getJsonArray("broadcasts"));
        assertThat(session(session).getJsonArray("broadcasts")).isEqualTo(past.getJsonArray("broadcasts"));
        host.get("bob", "/sessions/" + session + "/broadcasts").problem(404, "session.unknown");
    }

    @Test
    void aStreamByKeyAloneHasNone() {
        var session = host.aliceStreamed(Duration.ofMinutes(1));
        var past = session(session);
        assertThat(past.getJsonArray("broadcasts")).isEmpty();
        assertThat(past.isNull("details")).isTrue();
        assertThat(past.isNull("viewers")).isTrue();
    }
}
