package dev.livemeter.platforms;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.metrics.MetricSink;
import dev.livemeter.metrics.MetricSource;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Budgets;
import dev.livemeter.platforms.http.Call;
import dev.livemeter.platforms.http.CallCounts;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.OAuth;
import dev.livemeter.platforms.http.OAuthSettings;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.platforms.http.TokenAnswer;
import dev.livemeter.platforms.rtmp.AlsoByKey;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.PlatformTrouble;
import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Kick for connected accounts, by its public API. Kick creates and ends nothing: a channel is live while something is pushed to it. So opening sets title and category, and fetches server and key; ending
 * is the relay's matter. Thread-safe.
 */
final class KickApi implements AlsoByKey, ConnectsAccounts, HostsBroadcasts, MetricSource, AutoCloseable {

    private static final Duration UNTIL_LIVE = Duration.ofSeconds(10);
    private static final Duration WHILE_LIVE = Duration.ofSeconds(30);

    /** Clocks differ, and Kick's begins when the first picture came. */
    private static final Duration SLACK = Duration.ofMinutes(2);

    private static final URI DIRECTORY = URI.create("https://kick.com/");

    private final RtmpPlatform byKey;
    private final KickSettings settings;
    private final Surroundings around;
    private final CallCounts counts;
    private final Endpoint api;
    private final Endpoint revocation;
    private final PlatformHttp http;
    private final OAuth oauth;
    private final Runnable atEnd;

    /**
     * Kick.
     *
     * @param byKey for destinations with a key of their own
     * @param atEnd runs when it is closed
     */
    KickApi(RtmpPlatform byKey, KickSettings settings, Surroundings around, HttpLimits patience, Runnable atEnd) {
        this.byKey = byKey;
        this.settings = settings;
        this.around = around;
        this.atEnd = atEnd;
        this.api = new Endpoint(settings.api());
        this.revocation = authorization("/revoke");
        var budgets = Budgets.generous(around.time());
        this.counts = new CallCounts("kick", budgets.quota());
        this.http = new PlatformHttp(new KickDialect(), patience, around, budgets, counts);
        this.oauth = new OAuth(
                http,
                new OAuthSettings(
                        settings.clientId(),
                        settings.clientSecret(),
                        settings.scopes(),
                        authorization("/authorize"),
                        Map.of(),
                        authorization("/token"),
                        null,
                        null,
                        "scope",
                        KickDialect::error));
    }

    private Endpoint authorization(String path) {
        return new Endpoint(new Endpoint(settings.identity()).at("/oauth" + path, Map.of()));
    }

    @Override
    public RtmpPlatform byKey() {
        return byKey;
    }

    @Override
    public URI authorizationPage(URI redirect, String state, String codeChallenge) {
        return oauth.page(redirect, state, codeChallenge);
    }

    @Override
    public Connection connect(String code, URI redirect, Secret codeVerifier) {
        var answer = oauth.exchange(code, redirect, codeVerifier);
        if (answer instanceof TokenAnswer.Granted granted) {
            return identified(granted.tokens());
        }
        return answer instanceof TokenAnswer.Unavailable unavailable
                ? new Connection.Unavailable(unavailable.trouble().message())
                : new Connection.Refused(
                        "Kick does not take this permission, as it is too old or was used already; connect the account again.");
    }

    private Connection identified(AccountTokens tokens) {
        if (!tokens.scopes().containsAll(KickSettings.NEEDED)) {
            revoke(tokens);
            return new Connection.Refused(
                    "Kick was not allowed to tell server and stream key and to change title and category; connect the account again and allow all of it.");
        }
        var users = http.send(Call.get("users", api.at("/public/v1/users", Map.of())), tokens.access());
        return users.fold(
                json -> Json.objects(json, "data").stream()
                        .findFirst()
                        .flatMap(KickApi::person)
                        .<Connection>map(person -> new Connection.Connected(person, tokens))
                        .orElseGet(() ->
                                new Connection.Unavailable("Kick did not say whose account it is; connect it again.")),
                trouble -> new Connection.Unavailable(trouble.message()));
    }

    private static Optional<PlatformIdentity> person(JsonObject user) {
        return Json.text(user, "user_id")
                .filter(id -> id.matches("[0-9]{1,40}"))
                .map(id -> new PlatformIdentity(
                        id,
                        Json.text(user, "name").filter(name -> !name.isBlank()).orElse("A Kick channel")));
    }

    @Override
    public Renewal renew(AccountTokens tokens) {
        return oauth.refresh(tokens)
                .renewal("Kick does not take the saved permission any more; connect the account again.");
    }

    /** Both, as Kick does not say whether one goes with the other. */
    @Override
    public void revoke(AccountTokens tokens) {
        revoke(tokens.access(), "access_token");
        var refresh = tokens.refresh();
        if (refresh != null) {
            revoke(refresh, "refresh_token");
        }
    }

    /** Kick wants it in the address, against RFC 7009. */
    private void revoke(Secret token, String kind) {
        var unused = http.exchange(
                Call.post("oauth.revoke", revocation.with(Map.of("token", token.reveal(), "token_hint_type", kind)))
                        .asRepeatable());
    }

    @Override
    public Opening open(BroadcastPlan plan, AccountAccess access) {
        var details = plan.details();
        if (details.privacy() != Privacy.PUBLIC) {
            return new Opening.Failed(
                    new PlatformTrouble(
                            false,
                            null,
                            "privacy",
                            "Kick shows every stream to everybody; choose a public stream, or switch this destination off for it."));
        }
        var body = Json.object().add("stream_title", details.title());
        var isMissing = false;
        if (!details.category().isEmpty()) {
            var categories = http.send(
                    Call.get("categories", api.at("/public/v2/categories", Map.of("name", details.category()))),
                    access);
            if (categories instanceof Answer.Failed failed) {
                return new Opening.Failed(failed.trouble());
            }
            var category = category(((Answer.Ok) categories).json(), details.category());
            category.ifPresent(id -> body.add("category_id", id));
            isMissing = category.isEmpty();
        }
        var patch = http.send(
                Call.json("channels.patch", "PATCH", api.at("/public/v1/channels", Map.of()), body.build())
                        .asRepeatable(),
                access);
        if (patch instanceof Answer.Failed failed) {
            return new Opening.Failed(failed.trouble());
        }
        return ready(
                new ChannelShow(access.account().identity().id(), around.time().instant(), isMissing), access);
    }

    private static Optional<Long> category(JsonObject categories, String name) {
        return Json.objects(categories, "data").stream()
                .filter(category -> Json.text(category, "name").orElse("").equalsIgnoreCase(name))
                .flatMap(category -> Json.number(category, "id").stream())
                .findFirst();
    }

    private Opening ready(ChannelShow show, AccountAccess access) {
        return channel(show, access)
                .fold(
                        channel -> {
                            var server = Json.text(channel, "stream", "url").flatMap(KickApi::server);
                            var key = Json.text(channel, "stream", "key")
                                    .filter(text -> text.matches("[\\x21-\\x7e]{1,500}"));
                            if (server.isEmpty() || key.isEmpty()) {
                                return new Opening.Failed(
                                        new PlatformTrouble(
                                                true,
                                                null,
                                                "incomplete",
                                                "Kick told no server and stream key for this account; it is asked again later."));
                            }
                            var page = Json.text(channel, "slug")
                                    .filter(slug -> slug.matches("[A-Za-z0-9_-]{1,100}"))
                                    .map(DIRECTORY::resolve)
                                    .orElse(DIRECTORY);
                            return new Opening.Opened(
                                    show.ref(page), new PushTarget(server.get(), Secret.of(key.get())));
                        },
                        Opening.Failed::new);
    }

    /** Kick tells host and port; the application is the same for all. */
    private static Optional<URI> server(String address) {
        try {
            var uri = URI.create(address.endsWith("/") ? address.substring(0, address.length() - 1) : address);
            if (uri.getHost() == null || !("rtmps".equals(uri.getScheme()) || "rtmp".equals(uri.getScheme()))) {
                return Optional.empty();
            }
            return Optional.of(uri.getRawPath().isEmpty() ? URI.create(uri + "/app") : uri);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The account's own channel; an empty object where Kick tells none. */
    private Answer channel(ChannelShow show, AccountAccess access) {
        return http.send(
                        Call.get(
                                "channels",
                                api.at("/public/v1/channels", Map.of("broadcaster_user_id", show.broadcaster()))),
                        access)
                .fold(
                        json -> new Answer.Ok(Json.objects(json, "data").stream()
                                .filter(channel -> Json.text(channel, "broadcaster_user_id")
                                        .filter(show.broadcaster()::equals)
                                        .isPresent())
                                .findFirst()
                                .orElse(JsonObject.EMPTY_JSON_OBJECT)),
                        Answer.Failed::new);
    }

    @Override
    public Look advance(BroadcastRef broadcast, AccountAccess access) {
        var show = ChannelShow.of(broadcast).orElse(null);
        if (show == null) {
            return new Look.Failed(new PlatformTrouble(
                    false,
                    null,
                    "unknown_broadcast",
                    "This broadcast was not opened on Kick by this version of Livemeter."));
        }
        return channel(show, access)
                .fold(
                        channel -> {
                            var isLive = Json.isTrue(channel, "stream", "is_live") && isOf(show, channel);
                            var viewers = Json.number(channel, "stream", "viewer_count")
                                    .filter(count -> count >= 0);
                            return new Look.Seen(
                                    new BroadcastReport(
                                            isLive ? Phase.LIVE : Phase.PREPARING,
                                            issues(show),
                                            isLive ? viewers.orElse(null) : null),
                                    isLive ? WHILE_LIVE : UNTIL_LIVE);
                        },
                        Look.Failed::new);
    }

    /** Not one that began before this one was opened. */
    private static boolean isOf(ChannelShow show, JsonObject channel) {
        try {
            return Json.text(channel, "stream", "start_time")
                    .map(Instant::parse)
                    .filter(began -> !began.isBefore(show.opened().minus(SLACK)))
                    .isPresent();
        } catch (DateTimeParseException unreadable) {
            return false;
        }
    }

    private static List<BroadcastIssue> issues(ChannelShow show) {
        return show.categoryMissing()
                ? List.of(new BroadcastIssue(
                        Severity.NOTE,
                        "category_unknown",
                        "Kick knows no category of that name, so the one from before stays; write it as Kick does."))
                : List.of();
    }

    /** {@inheritDoc} Here, without asking: Kick ends a stream by itself when nothing comes any more. */
    @Override
    public Ending end(BroadcastRef broadcast, AccountAccess access) {
        return new Ending.Ended();
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
        return "Kick by its API";
    }
}
