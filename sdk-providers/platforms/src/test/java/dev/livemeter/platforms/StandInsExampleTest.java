package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.account.AccountPolicy;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.destination.Destination;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.platforms.YouTubeSettings.Endpoints;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.standin.youtube.YouTubeServer;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemoryRelay;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example of {@code docs/stand-ins.md}. */
class StandInsExampleTest {

    private static final URI HERE = URI.create("http://127.0.0.1:8080/connected");

    private final InMemoryRelay relay = InMemoryRelay.create();

    // example: begin
    @Test
    void aHostGoesLiveOnYouTubeAndHearsItsAudience() throws Exception {
        try (var youtube = YouTubeServer.start(InstantSource.system());
                var live = host(YouTube.api(settings(youtube)))) {
            var alice = youtube.person("alice", "Alice's channel");
            youtube.redirect(HERE);

            var page = live.accounts().begin("alice", "youtube", HERE);
            var back = query(youtube.allow(page, alice, Set.of()));
            var account = live.accounts().complete("alice", back.get("state"), back.get("code"));
            live.destinations().add("alice", Destination.account("youtube", "My channel", account.id()));
            live.broadcasts().describe("alice", StreamDetails.titled("An evening of chess"));
            var admitted = (Admission.Admitted)
                    relay.publish(live.streamKeys().create("alice").reveal());

            HeardWords.await(
                    () -> live.broadcasts().of(admitted.session()).stream().anyMatch(one -> one.ref() != null));
            var broadcast = youtube.broadcasts().get(0);
            var stream = youtube.streams().get(0);
            youtube.receive(youtube.stream(stream, "cdn.ingestionInfo.streamName"));
            HeardWords.await(
                    () -> youtube.broadcast(broadcast, "status.lifeCycleStatus").equals("live"));
            youtube.chat(broadcast).say("Ann", "hello");
            youtube.viewers(broadcast, 42L);

            var shown = live.broadcasts().of(admitted.session()).get(0).ref().page();
            assertThat(shown).isEqualTo(youtube.watch(broadcast));
            assertThat(read(shown)).contains("An evening of chess");
        }
    }

    private static YouTubeSettings settings(YouTubeServer youtube) {
        return YouTubeSettings.of(YouTubeServer.CLIENT_ID, Secret.of(YouTubeServer.CLIENT_SECRET))
                .encrypted(false)
                .endpoints(new Endpoints(
                        youtube.api(),
                        youtube.page(),
                        youtube.token(),
                        youtube.revocation(),
                        youtube.devices(),
                        youtube.watch()))
                .build();
    }
    // example: end

    private Livemeter host(StreamProvider provider) {
        var live = Livemeter.builder()
                .wallet(InMemoryBooks.create(InstantSource.system()))
                .relay(relay)
                .provider(provider)
                .accounts(AccountPolicy.returningTo(HERE.toString()))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .build();
        live.wallets().credit("alice", Money.of("USD", "10.00"), "order-1");
        return live;
    }

    private static Map<String, String> query(URI address) {
        return Arrays.stream(address.getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static String read(URI page) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                .body();
    }
}
