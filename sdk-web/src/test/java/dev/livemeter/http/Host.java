package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.account.AccountPolicy;
import dev.livemeter.billing.BundleOffer;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.chat.ChatPolicy;
import dev.livemeter.chat.ChatPolicy.Guests;
import dev.livemeter.destination.Destination;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.recording.RecordingPolicy;
import dev.livemeter.recording.RecordingPolicy.Mode;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemoryMediaVault;
import dev.livemeter.testing.InMemoryPeers;
import dev.livemeter.testing.InMemoryPlatform;
import dev.livemeter.testing.InMemoryRelay;
import dev.livemeter.testing.InMemoryStreamProvider;
import dev.livemeter.testing.InMemoryVideoPlatform;
import dev.livemeter.testing.InMemoryWallet;
import dev.livemeter.testing.ManualTime;
import dev.livemeter.turn.IcePolicy;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** An application with the API and everything in memory; who asks is said by the header {@code x-test-user}. */
final class Host implements AutoCloseable {

    static final Tariff PLAIN = Tariff.perMinute("USD", "0.10").in(Increment.SECONDS);

    final ManualTime time = ManualTime.create();
    final InMemoryPlatform youtube = InMemoryPlatform.named("youtube", time);
    final InMemoryRelay relay = InMemoryRelay.create();
    final EventFeed feed = new EventFeed(time);
    final InMemoryMediaVault vault = InMemoryMediaVault.create();
    final InMemoryPeers peers = InMemoryPeers.create();
    final CustomPlatform custom = new CustomPlatform();
    final InMemoryBooks books;
    final Livemeter live;
    final LivemeterApi api;

    /** Who moderates for everybody; nobody, unless a test says so. */
    volatile Predicate<UserId> moderates = user -> false;

    /** One that shows its books, and where Bob and Carol can be tipped. */
    Host() {
        this(PLAIN);
    }

    /** The same at another price. */
    Host(Tariff tariff) {
        this(tariff, List.of());
    }

    private Host(Tariff tariff, List<StreamProvider> platforms) {
        books = InMemoryBooks.create(time);
        live = live(books, books, tariff, platforms);
        api = LivemeterApi.builder(live)
                .authenticator(Host::caller)
                .feed(feed)
                .time(time)
                .billing(books.billing())
                .reports(books.reports())
                .payouts(new PayoutPolicy(Duration.ofDays(7), Money.of("USD", "1.00")))
                .bundles(new BundleOffer(
                        "two-hours", "120 minutes", Duration.ofHours(2), Money.of("USD", "9.00"), Duration.ofDays(90)))
                .tips(new TipRules(
                        Share.percent("70"), user -> Set.of("bob", "carol").contains(user.value())))
                .build();
    }

    /** One with another platform. */
    Host(StreamProvider platform) {
        this(PLAIN, List.of(platform));
    }

    /** One with a wallet of its own, whose books nobody sees. */
    Host(Storage storage, UnaryOperator<LivemeterApi.Builder> more) {
        books = InMemoryBooks.create(time);
        live = live(InMemoryWallet.create(time), storage, PLAIN, List.of());
        api = more.apply(LivemeterApi.builder(live)
                        .authenticator(Host::caller)
                        .feed(feed)
                        .time(time))
                .build();
    }

    private Livemeter live(Wallet wallet, Storage storage, Tariff tariff, List<StreamProvider> platforms) {
        var builder = Livemeter.builder()
                .wallet(wallet)
                .storage(storage)
                .relay(relay)
                .provider(InMemoryStreamProvider.named("twitch"))
                .provider(custom)
                .provider(InMemoryVideoPlatform.named("show"))
                .provider(youtube)
                .accounts(AccountPolicy.returningTo("https://host.example/connected"))
                .tariff(tariff)
                .moderators((moderator, broadcaster) -> moderates.test(moderator))
                .chat(ChatPolicy.builder()
                        .guests(Guests.WRITE)
                        .names(user -> user.value().equals("walter") ? "Walter <3 tea" : user.value())
                        .build())
                .ice(IcePolicy.builder()
                        .stun("stun:stun.example.org")
                        .turn(Secret.of("north"), "turn:turn.example.org")
                        .validFor(Duration.ofHours(1))
                        .build())
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .listener(feed);
        if (storage.recordings().isPresent()) {
            // Carol's plan has no recordings.
            builder.recording(
                    RecordingPolicy.builder()
                            .modes(user -> user.value().equals("carol") ? Mode.OFF : Mode.MANUAL)
                            .bytesPerUser(1_000_000)
                            .build(),
                    vault);
        }
        if (storage.calls().isPresent()) {
            builder.calls(
                    CallPolicy.builder(tariff.currency())
                            .credit(SessionPolicy.builder(tariff.currency())
                                    .minimumToStart(Money.of("USD", "1.00"))
                                    .build())
                            .members((viewer, broadcaster) -> viewer.value().equals("walter"))
                            .build(),
                    peers);
        }
        platforms.forEach(builder::provider);
        var begun = builder.build();
        peers.ask(begun.calls().authority());
        return begun;
    }

    static Optional<Caller> caller(WebRequest request) {
        return request.header("x-test-user").map(name -> switch (name) {
            case "root" -> Caller.administrator(name);
            case "vera" -> Caller.viewer(name);
            case "guest" -> new Caller(UserId.of(name), Set.of());
            default -> Caller.broadcaster(name);
        });
    }

    /** Alice has 20.00, streams that long to one destination, and hangs up. */
    SessionId aliceStreamed(Duration length) {
        var session = aliceLive("20.00");
        time.advance(length);
        relay.hangUp(session);
        return session;
    }

    /** Alice has that much, one destination, and is live. */
    SessionId aliceLive(String credit) {
        live.wallets().credit("alice", Money.of("USD", credit), "order-1");
        live.destinations().add("alice", Destination.twitch("live_123_abcdefgh"));
        var key = live.streamKeys().create("alice");
        var session = ((Admission.Admitted) relay.publish(key.reveal())).session();
        relay.connectDestinations(session);
        return session;
    }

    Answer get(String user, String pathAndQuery) {
        return send(user, "GET", pathAndQuery, "", Map.of());
    }

    Answer write(String user, String method, String path, String json) {
        return send(user, method, path, json, Map.of("Content-Type", "application/json"));
    }

    /** A change of money, under that key. */
    Answer pay(String user, String path, String key, String json) {
        return send(user, "POST", path, json, Map.of("Content-Type", "application/json", "Idempotency-Key", key));
    }

    Answer send(String user, String method, String pathAndQuery, String body, Map<String, String> headers) {
        var all = new LinkedHashMap<String, List<String>>();
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        if (!user.isEmpty()) {
            all.put("X-Test-User", List.of(user));
        }
        var parts = pathAndQuery.split("\\?", 2);
        var query = new LinkedHashMap<String, List<String>>();
        if (parts.length == 2) {
            Arrays.stream(parts[1].split("&"))
                    .map(pair -> pair.split("=", 2))
                    .forEach(pair -> query.put(pair[0], List.of(pair[1])));
        }
        return new Answer(api.handle(new WebRequest(method, parts[0], query, all, WebBody.of(body), "192.0.2.7")));
    }

    @Override
    public void close() {
        api.close();
        live.close();
    }

    record Answer(WebResponse response) {

        int status() {
            return response.status();
        }

        JsonObject json() {
            try (var reader = Json.createReader(new StringReader(response.body().text()))) {
                return reader.readObject();
            }
        }

        /** The lines of a file, which is expected to have that name. */
        List<String> csv(String name) {
            assertThat(status()).as(response.body().text()).isEqualTo(200);
            assertThat(response.headers())
                    .containsEntry("Content-Type", "text/csv; charset=utf-8")
                    .containsEntry("Content-Disposition", "attachment; filename=\"" + name + "\"");
            return response.body().text().lines().toList();
        }

        /** Expects that status and gives the body. */
        JsonObject with(int expected) {
            assertThat(status()).as(response.body().text()).isEqualTo(expected);
            return response.body().length() == 0 ? JsonObject.EMPTY_JSON_OBJECT : json();
        }

        /** Expects a problem, and gives its sentence. */
        String problem(int expected, String code) {
            var body = with(expected);
            assertThat(response.headers()).containsEntry("Content-Type", "application/problem+json");
            assertThat(body.getString("code")).isEqualTo(code);
            assertThat(body.getString("type")).isEqualTo("urn:livemeter:problem:" + code);
            assertThat(body.getInt("status")).isEqualTo(expected);
            assertThat(body.getString("title")).isNotBlank();
            return body.getString("detail");
        }
    }
}
