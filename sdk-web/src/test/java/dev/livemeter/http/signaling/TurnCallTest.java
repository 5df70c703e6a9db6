package dev.livemeter.http.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.http.turn.Coturn;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.turn.Ice;
import dev.livemeter.turn.IcePolicy;
import dev.livemeter.turn.TurnSecret;
import jakarta.json.Json;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two browsers that may not reach each other talk through a real coturn, each with the credential that Livemeter made for them. */
@Timeout(120)
class TurnCallTest {

    private static final String SECRET = "secret-of-the-relay";

    /** Of the pair of addresses that is used, what kind each end is. */
    private static final String PAIR = """
            (async () => {
                const report = await calls.alice.peerConnection.getStats();
                const pair = [...report.values()].find(one => one.type === 'candidate-pair' && one.nominated && one.state === 'succeeded');
                return report.get(pair.localCandidateId).candidateType + ' ' + report.get(pair.remoteCandidateId).candidateType;
            })()
            """;

    @Test
    void picturesPassTheRelay(@TempDir Path profile, @TempDir Path folder) throws Exception {
        try (var coturn = Coturn.start(folder, SECRET);
                var page = new ClientPage(profile);
                var server = OwnServer.start(SignalingServer.dropIn())) {
            var ice = new Ice(
                    IcePolicy.builder()
                            .turn(TurnSecret.of(Secret.of(SECRET)), coturn.url())
                            .build(),
                    InstantSource.system());
            for (var user : new String[] {"alice", "bob"}) {
                assertThat(page.told(
                                "make('" + user + "', " + server.port().port() + ", '', " + relayOnly(ice, user) + ")"))
                        .isEqualTo("open " + user);
            }
            assertThat(page.told("call('alice', 'bob')")).isEqualTo("talking");
            assertThat(page.told("moreDecoded('alice')")).isEqualTo("flows");
            assertThat(page.told("moreDecoded('bob')")).isEqualTo("flows");
            assertThat(page.told(PAIR)).isEqualTo("relay relay");
        }
    }

    /** As a browser gets it from {@code GET /ice}, but for the policy that forbids every other way. */
    private static String relayOnly(Ice ice, String user) {
        var servers = Json.createArrayBuilder();
        for (var one : ice.serversFor(PersonId.of(UserId.of(user))).servers()) {
            servers.add(Json.createObjectBuilder()
                    .add(
                            "urls",
                            Json.createArrayBuilder(
                                    one.urls().stream().map(Object::toString).toList()))
                    .add("username", one.username())
                    .add("credential", one.credential().reveal()));
        }
        return Json.createObjectBuilder()
                .add("iceTransportPolicy", "relay")
                .add("iceServers", servers)
                .build()
                .toString();
    }
}
