package dev.livemeter.platforms.youtube;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.metrics.MetricSink;
import dev.livemeter.metrics.MetricSource;
import dev.livemeter.platforms.YouTubeSettings;
import dev.livemeter.platforms.http.Budgets;
import dev.livemeter.platforms.http.CallCounts;
import dev.livemeter.platforms.http.Dialect;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.platforms.http.QuotaLedger;
import dev.livemeter.platforms.http.RateBudget;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.platforms.rtmp.AlsoByKey;
import dev.livemeter.platforms.rtmp.KeyedPlatform;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.KeepsQuota;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.QuotaStore;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** YouTube with all that its API can do; streams with a key of their own go where they always went. */
public final class YouTubeApi
        implements AlsoByKey, ConnectsDevices, KeepsVideos, CarriesChat, KeepsQuota, MetricSource, AutoCloseable {

    /** Google's days. */
    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

    private final KeyedPlatform keys;
    private final CallCounts counts;
    private final QuotaLedger quota;
    private final String project;
    private final Executor executor;
    private final Runnable atEnd;
    private final GoogleAccount accounts;
    private final Broadcasts broadcasts;
    private final CarriesChat chat;

    /**
     * @param keys for destinations with a stream key
     * @param chats makes the chat, on the client of the API
     * @param atEnd ends what was made for this provider alone, such as its threads
     */
    public YouTubeApi(
            YouTubeSettings settings,
            KeyedPlatform keys,
            HttpLimits limits,
            Surroundings around,
            Function<PlatformHttp, CarriesChat> chats,
            Runnable atEnd) {
        var time = around.time();
        this.quota = new QuotaLedger(
                time, PACIFIC, settings.unitsPerDay(), settings.reserve(), settings.prices(), settings.otherPrice());
        var budgets = new Budgets(
                new RateBudget(time, 300, Duration.ofSeconds(10)),
                new RateBudget(time, 30, Duration.ofSeconds(10)),
                quota);
        this.keys = keys;
        this.project = "youtube " + project(settings.clientId());
        this.executor = around.executor();
        this.atEnd = atEnd;
        this.counts = new CallCounts("youtube", quota);
        var api = new PlatformHttp(new YouTubeDialect(), limits, around, budgets, counts);
        var google = new PlatformHttp(Dialect.plain("Google"), limits, around, Budgets.generous(time), counts);
        var calls = new YouTubeCalls(settings);
        this.accounts = new GoogleAccount(settings, google, api, calls);
        this.broadcasts = new Broadcasts(api, calls, settings, new Pace(time, quota, settings.lookEvery()));
        this.chat = chats.apply(api);
    }

    /** Google counts for a project, whose number its client ids begin with. */
    private static String project(String clientId) {
        var number = clientId.split("-", 2)[0];
        var known = number.chars().allMatch(Character::isDigit) ? number : clientId;
        return known.substring(0, Math.min(known.length(), 150));
    }

    @Override
    public void keepQuotaIn(QuotaStore store) {
        quota.share(store, project, executor);
    }

    /** Records the units that are not recorded yet; nothing is asked of YouTube any more. Idempotent. */
    @Override
    public void close() {
        quota.settle();
        atEnd.run();
    }

    @Override
    public KeyedPlatform byKey() {
        return keys;
    }

    @Override
    public URI authorizationPage(URI redirect, String state, String codeChallenge) {
        return accounts.page(redirect, state, codeChallenge);
    }

    @Override
    public Connection connect(String code, URI redirect, Secret codeVerifier) {
        return accounts.connect(code, redirect, codeVerifier);
    }

    @Override
    public Renewal renew(AccountTokens tokens) {
        return accounts.renew(tokens);
    }

    @Override
    public void revoke(AccountTokens tokens) {
        accounts.revoke(tokens);
    }

    @Override
    public DeviceStart startDevice() {
        return accounts.startDevice();
    }

    @Override
    public DevicePoll pollDevice(Secret deviceCode) {
        return accounts.pollDevice(deviceCode);
    }

    @Override
    public Opening open(BroadcastPlan plan, AccountAccess access) {
        return broadcasts.open(plan, access);
    }

    @Override
    public Look advance(BroadcastRef broadcast, AccountAccess access) {
        return broadcasts.advance(broadcast, access);
    }

    @Override
    public Ending end(BroadcastRef broadcast, AccountAccess access) {
        return broadcasts.end(broadcast, access);
    }

    @Override
    public VideoLook video(BroadcastRef broadcast, AccountAccess access) {
        return broadcasts.video(broadcast, access);
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

    @Override
    public String toString() {
        return "YouTube by its API";
    }
}
