package dev.livemeter.platforms.facebook;

import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.platforms.Facebook;
import dev.livemeter.platforms.FacebookSettings;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.KeptAccess;
import dev.livemeter.platforms.http.SkippingTime;
import dev.livemeter.platforms.rtmp.KeyedPlatform;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.standin.facebook.FacebookServer;
import dev.livemeter.standin.facebook.Person;
import dev.livemeter.standin.facebook.Person.Page;
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

/** A stand-in for Facebook where Alice has two pages, and the provider that talks to it. */
final class FacebookFixture implements AutoCloseable {

    static final URI REDIRECT = URI.create("https://host.example/connected");
    static final Secret VERIFIER = Secret.of("verifier-of-43-characters-or-more-0123456789-abc");

    final SkippingTime time = new SkippingTime(Instant.parse("2026-11-22T12:00:00Z"));
    final FacebookServer server = FacebookServer.start(time);
    final Person alice = server.person("1001", "Alice");
    final Page chess = alice.page("5001", "Alice plays chess");
    final Page music = alice.page("5002", "Alice's band");
    final FacebookApi facebook;

    FacebookFixture() {
        this(settings -> settings);
    }

    FacebookFixture(UnaryOperator<FacebookSettings> different) {
        server.redirect(REDIRECT);
        facebook = provider(different);
    }

    /** Another process of the same application. */
    FacebookApi provider(UnaryOperator<FacebookSettings> different) {
        return new FacebookApi(
                different.apply(settings(server)),
                (KeyedPlatform) Facebook.rtmp(),
                HttpLimits.standard(),
                time.surroundings(new Random(20261122)),
                http -> InMemoryPlatformChat.create(),
                () -> {});
    }

    static FacebookSettings settings(FacebookServer server) {
        return FacebookSettings.of(FacebookServer.APP_ID, Secret.of(FacebookServer.APP_SECRET))
                .at(server.root(), server.root());
    }

    Connection connect(Set<String> permissions, Page... pages) {
        var page = facebook.authorizationPage(REDIRECT, "state-0123456789", challenge());
        return facebook.connect(
                query(server.allow(page, alice, permissions, pages)).get("code"), REDIRECT, VERIFIER);
    }

    Connection.Connected connected(Page... pages) {
        if (connect(Set.of(), pages) instanceof Connection.Connected connected) {
            return connected;
        }
        throw new AssertionError("not connected");
    }

    /** Acts for one page, and renews as Livemeter does. */
    KeptAccess access() {
        return access(connected(chess));
    }

    KeptAccess access(Connection.Connected connected) {
        return new KeptAccess(facebook, "facebook", connected);
    }

    BroadcastPlan plan(String session) {
        return plan(session, StreamDetails.titled("An evening of chess"));
    }

    BroadcastPlan plan(String session, StreamDetails details) {
        return new BroadcastPlan(
                new SessionId("session-" + session), new DestinationId("dst-1"), details, time.instant());
    }

    static Opening.Opened opened(Opening opening) {
        if (opening instanceof Opening.Failed failed) {
            throw new AssertionError(failed.trouble().toString());
        }
        return (Opening.Opened) opening;
    }

    static Look.Seen seen(Look look) {
        if (look instanceof Look.Failed failed) {
            throw new AssertionError(failed.trouble().toString());
        }
        return (Look.Seen) look;
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
