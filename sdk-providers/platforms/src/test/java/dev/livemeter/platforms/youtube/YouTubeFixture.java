package dev.livemeter.platforms.youtube;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.platforms.YouTube;
import dev.livemeter.platforms.YouTubeSettings;
import dev.livemeter.platforms.YouTubeSettings.Endpoints;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.SkippingTime;
import dev.livemeter.platforms.http.TestAccess;
import dev.livemeter.platforms.rtmp.KeyedPlatform;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.standin.youtube.Channel;
import dev.livemeter.standin.youtube.YouTubeServer;
import dev.livemeter.testing.InMemoryPlatformChat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A stand-in for YouTube, somebody with a channel there, and the provider that talks to it. */
final class YouTubeFixture implements AutoCloseable {

    static final URI REDIRECT = URI.create("http://127.0.0.1:8080/accounts/youtube");
    static final Secret VERIFIER = Secret.of("verifier-of-43-characters-or-more-0123456789-abc");

    final SkippingTime time = new SkippingTime(Instant.parse("2026-11-22T12:00:00Z"));
    final YouTubeServer server = YouTubeServer.start(time);
    final Channel alice = server.person("alice", "Alice's channel");
    final YouTubeApi youtube;

    YouTubeFixture() {
        this(settings -> settings);
    }

    YouTubeFixture(UnaryOperator<YouTubeSettings.Builder> different) {
        server.redirect(REDIRECT);
        youtube = provider(different);
    }

    /** Another process of the same application. */
    YouTubeApi provider(UnaryOperator<YouTubeSettings.Builder> different) {
        var settings = different
                .apply(YouTubeSettings.of(YouTubeServer.CLIENT_ID, Secret.of(YouTubeServer.CLIENT_SECRET))
                        .endpoints(endpoints(server)))
                .build();
        return new YouTubeApi(
                settings,
                (KeyedPlatform) YouTube.rtmp(),
                HttpLimits.standard(),
                time.surroundings(new Random(20261122)),
                client -> InMemoryPlatformChat.create(),
                () -> {});
    }

    static Endpoints endpoints(YouTubeServer server) {
        return new Endpoints(server.api(), server.page(), server.token(), server.revocation(), server.devices());
    }

    Connection connect(Channel person, String... scopes) {
        var page = youtube.authorizationPage(REDIRECT, "state-0123456789", challenge());
        var back = server.allow(page, person, Set.of(scopes));
        return youtube.connect(query(back).get("code"), REDIRECT, VERIFIER);
    }

    AccountTokens tokens(Channel person) {
        if (connect(person) instanceof Connection.Connected connected) {
            return connected.tokens();
        }
        throw new AssertionError("not connected");
    }

    /** Acts for Alice, and renews as Livemeter does. */
    TestAccess access() {
        return access(tokens(alice));
    }

    TestAccess access(AccountTokens first) {
        var kept = new AccountTokens[] {first};
        return new TestAccess("acc-1", "youtube", first.access(), () -> {
            if (youtube.renew(kept[0]) instanceof Renewal.Renewed renewed) {
                kept[0] = renewed.tokens();
            }
            return kept[0].access();
        });
    }

    BroadcastPlan plan(String session) {
        return plan(session, StreamDetails.titled("An evening of chess"));
    }

    BroadcastPlan plan(String session, StreamDetails details) {
        return new BroadcastPlan(
                new SessionId("session-" + session), new DestinationId("dst-1"), details, time.instant());
    }

    static String challenge() {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256")
                            .digest(VERIFIER.reveal().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static Map<String, String> query(URI uri) {
        return Arrays.stream(uri.getQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    @Override
    public void close() {
        server.close();
    }
}
