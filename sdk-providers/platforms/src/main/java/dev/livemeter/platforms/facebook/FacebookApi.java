package dev.livemeter.platforms.facebook;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.metrics.MetricSink;
import dev.livemeter.metrics.MetricSource;
import dev.livemeter.platforms.FacebookSettings;
import dev.livemeter.platforms.http.Budgets;
import dev.livemeter.platforms.http.CallCounts;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.platforms.rtmp.AlsoByKey;
import dev.livemeter.platforms.rtmp.KeyedPlatform;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.KeepsVideos;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Facebook with all that its API can do; streams with a key of their own go where they always went. */
public final class FacebookApi
        implements AlsoByKey, ConnectsAccounts, KeepsVideos, CarriesChat, MetricSource, AutoCloseable {

    /** The codes of troubles that mean that something is not there. */
    public static final Set<String> GONE = GraphDialect.GONE;

    /** Facebook wants no such questions; they tell an account's owner in time that its permission is about to end. */
    private static final Duration VALIDATED_EVERY = Duration.ofHours(12);

    private final KeyedPlatform keys;
    private final CallCounts counts;
    private final FacebookLogin login;
    private final LiveVideos videos;
    private final CarriesChat chat;
    private final Runnable atEnd;

    /**
     * @param keys for destinations with a stream key
     * @param chats makes the chat, on the client of the API
     * @param atEnd runs when it is closed
     */
    public FacebookApi(
            FacebookSettings settings,
            KeyedPlatform keys,
            HttpLimits limits,
            Surroundings around,
            Function<PlatformHttp, CarriesChat> chats,
            Runnable atEnd) {
        var budgets = Budgets.generous(around.time());
        this.keys = keys;
        this.counts = new CallCounts("facebook", budgets.quota());
        var http = new PlatformHttp(new GraphDialect(settings.appSecret()), limits, around, budgets, counts);
        var graph = new Graph(settings);
        this.login = new FacebookLogin(settings, http, graph);
        this.videos = new LiveVideos(settings, http, graph);
        this.chat = chats.apply(http);
        this.atEnd = atEnd;
    }

    @Override
    public KeyedPlatform byKey() {
        return keys;
    }

    @Override
    public URI authorizationPage(URI redirect, String state, String codeChallenge) {
        return login.page(redirect, state, codeChallenge);
    }

    @Override
    public Connection connect(String code, URI redirect, Secret codeVerifier) {
        return login.connect(code, redirect, codeVerifier);
    }

    @Override
    public Renewal renew(AccountTokens tokens) {
        return login.renew(tokens);
    }

    @Override
    public void revoke(AccountTokens tokens) {
        login.revoke(tokens);
    }

    @Override
    public boolean shareOnePermission(AccountTokens one, AccountTokens other) {
        return FacebookLogin.shareOnePermission(one, other);
    }

    @Override
    public Optional<Duration> validationInterval() {
        return Optional.of(VALIDATED_EVERY);
    }

    @Override
    public Standing validate(AccountTokens tokens) {
        return login.validate(tokens);
    }

    @Override
    public Opening open(BroadcastPlan plan, AccountAccess access) {
        return videos.open(plan, access);
    }

    @Override
    public Look advance(BroadcastRef broadcast, AccountAccess access) {
        return videos.advance(broadcast, access);
    }

    @Override
    public Ending end(BroadcastRef broadcast, AccountAccess access) {
        return videos.end(broadcast, access);
    }

    @Override
    public VideoLook video(BroadcastRef broadcast, AccountAccess access) {
        return videos.video(broadcast, access);
    }

    @Override
    public int longestText() {
        return chat.longestText();
    }

    @Override
    public Link join(BroadcastRef broadcast, AccountAccess access, Ear ear, Means means) {
        return chat.join(broadcast, access, ear, means);
    }

    @Override
    public void describe(MetricSink sink) {
        counts.describe(sink);
    }

    /** Frees its threads, where it has its own. Idempotent. */
    @Override
    public void close() {
        atEnd.run();
    }

    @Override
    public String toString() {
        return "Facebook by its API";
    }
}
