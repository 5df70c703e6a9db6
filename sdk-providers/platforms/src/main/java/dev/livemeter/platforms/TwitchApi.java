package dev.livemeter.platforms;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastIssue.Severity;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.StreamDetails;
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
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.PlatformTrouble;
import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Twitch for connected accounts, by its API (Helix). Twitch creates and ends nothing: a channel is live while something is pushed to it. So opening sets title and category,
 * and fetches key and server; ending is the relay's matter. Thread-safe.
 */
final class TwitchApi implements AlsoByKey, ConnectsDevices, KeepsVideos, CarriesChat, MetricSource, AutoCloseable {

    private static final Duration VALIDATED_EVERY = Duration.ofHours(1);
    private static final Duration UNTIL_LIVE = Duration.ofSeconds(10);
    private static final Duration WHILE_LIVE = Duration.ofSeconds(30);

    /** Clocks differ, and Twitch's begins when the first picture came. */
    private static final Duration SLACK = Duration.ofMinutes(2);

    /** Where videos are kept, one is there soon after a stream began, and grows with it. */
    private static final Duration VIDEO_WITHIN = Duration.ofMinutes(30);

    private static final String CHANNELS = "/channels";

    private final RtmpPlatform byKey;
    private final TwitchSettings settings;
    private final Surroundings around;
    private final Endpoint api;
    private final PlatformHttp helix;
    private final PlatformHttp identity;
    private final Endpoint validation;
    private final OAuth oauth;
    private final @Nullable URI fixedServer;
    private final TwitchIngests ingests;
    private final TwitchChat chat;
    private final CallCounts counts;
    private final Runnable atEnd;

    /**
     * Twitch.
     *
     * @param byKey for destinations with a key of their own
     * @param fixedServer where streams go, instead of what Twitch's list says; null for that
     * @param atEnd ends what was made for this provider alone, such as its threads
     */
    TwitchApi(
            RtmpPlatform byKey,
            TwitchSettings settings,
            @Nullable URI fixedServer,
            Surroundings around,
            HttpLimits patience,
            Runnable atEnd) {
        this.byKey = byKey;
        this.atEnd = atEnd;
        this.settings = settings;
        this.fixedServer = fixedServer;
        this.around = around;
        this.api = new Endpoint(settings.api());
        var budgets = Budgets.generous(around.time());
        this.counts = new CallCounts("twitch", budgets.quota());
        this.helix = new PlatformHttp(new TwitchDialect(settings.clientId()), patience, around, budgets, counts);
        this.identity =
                new PlatformHttp(new TwitchIdentity(), patience, around, Budgets.generous(around.time()), counts);
        this.validation = authorization("/validate");
        this.oauth = new OAuth(
                identity,
                new OAuthSettings(
                        settings.clientId(),
                        settings.clientSecret(),
                        settings.scopes(),
                        authorization("/authorize"),
                        Map.of(),
                        authorization("/token"),
                        authorization("/revoke"),
                        authorization("/device"),
                        "scopes",
                        TwitchDialect::error));
        var usual = byKey.entry().guide().server();
        this.ingests = new TwitchIngests(
                identity,
                new Endpoint(settings.ingests()).base(),
                settings.encryptedIngest(),
                usual == null ? URI.create("rtmp://live.twitch.tv/app") : usual,
                around.time());
        this.chat = new TwitchChat(
                helix, api, settings.eventSub(), ChatPatience.standard(around.random()), around.executor());
    }

    private Endpoint authorization(String path) {
        return new Endpoint(new Endpoint(settings.identity()).at("/oauth2" + path, Map.of()));
    }

    /** Nothing is asked of Twitch any more. Idempotent. */
    @Override
    public void close() {
        atEnd.run();
    }

    @Override
    public void describe(MetricSink sink) {
        counts.describe(sink);
    }

    @Override
    public RtmpPlatform byKey() {
        return byKey;
    }

    /** {@inheritDoc} Not where people are not asked to allow it. */
    @Override
    public boolean hasChat() {
        return settings.scopes().contains(TwitchSettings.READS_CHAT);
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
    public URI authorizationPage(URI redirect, String state, String codeChallenge) {
        return oauth.page(redirect, state, codeChallenge);
    }

    @Override
    public Connection connect(String code, URI redirect, Secret codeVerifier) {
        return connection(oauth.exchange(code, redirect, codeVerifier));
    }

    @Override
    public DeviceStart startDevice() {
        return oauth.startDevice();
    }

    @Override
    public DevicePoll pollDevice(Secret deviceCode) {
        var answer = oauth.pollDevice(deviceCode);
        if (answer instanceof TokenAnswer.Pending pending) {
            return new DevicePoll.Pending(pending.slower());
        }
        if (answer instanceof TokenAnswer.Unavailable unavailable
                && unavailable.trouble().retryable()) {
            // RFC 8628, section 3.5: who gets no answer asks more seldom
            return new DevicePoll.Pending(true);
        }
        return new DevicePoll.Done(connection(answer));
    }

    private Connection connection(TokenAnswer answer) {
        if (answer instanceof TokenAnswer.Granted granted) {
            return identified(granted.tokens());
        }
        return answer instanceof TokenAnswer.Unavailable unavailable
                ? new Connection.Unavailable(unavailable.trouble().message())
                : new Connection.Refused(
                        "Twitch does not take this permission, as it is too old or was used already; connect the account again.");
    }

    private Connection identified(AccountTokens tokens) {
        if (!tokens.scopes().containsAll(TwitchSettings.NEEDED)) {
            return new Connection.Refused(
                    "Twitch was not allowed to tell the stream key and to change title and category; connect the account again and allow both.");
        }
        var users = helix.send(Call.get("users", api.at("/users", Map.of())), tokens.access());
        return users.fold(
                json -> Json.objects(json, "data").stream()
                        .findFirst()
                        .flatMap(TwitchApi::person)
                        .<Connection>map(person -> new Connection.Connected(person, tokens))
                        .orElseGet(() -> new Connection.Unavailable(
                                "Twitch did not say whose account it is; connect it again.")),
                trouble -> new Connection.Unavailable(trouble.message()));
    }

    private static Optional<PlatformIdentity> person(JsonObject user) {
        return Json.text(user, "id")
                .flatMap(id -> Json.text(user, "display_name").map(name -> new PlatformIdentity(id, name)));
    }

    @Override
    public Renewal renew(AccountTokens tokens) {
        return oauth.refresh(tokens)
                .renewal("Twitch does not take the saved permission any more; connect the account again.");
    }

    @Override
    public void revoke(AccountTokens tokens) {
        oauth.revoke(tokens.access());
    }

    @Override
    public Optional<Duration> validationInterval() {
        return Optional.of(VALIDATED_EVERY);
    }

    @Override
    public Standing validate(AccountTokens tokens) {
        var answer = identity.send(Call.get("oauth.validate", validation.base()), tokens.access());
        if (answer instanceof Answer.Failed failed) {
            return failed.trouble().code().equals("http_401")
                    ? new Standing.Refused()
                    : new Standing.Unavailable(failed.trouble().message());
        }
        var client = Json.text(((Answer.Ok) answer).json(), "client_id");
        return client.filter(settings.clientId()::equals).isPresent() ? new Standing.Good() : new Standing.Refused();
    }

    @Override
    public Opening open(BroadcastPlan plan, AccountAccess access) {
        var details = plan.details();
        if (details.privacy() != Privacy.PUBLIC) {
            return failed(
                    "privacy",
                    "Twitch shows every stream to everybody; choose a public stream, or switch this destination off for it.");
        }
        var broadcaster = access.account().identity().id();
        var category = category(details, access);
        if (category instanceof Found.Failed failed) {
            return new Opening.Failed(failed.trouble());
        }
        var body = Json.object().add("title", details.title());
        if (category instanceof Found.Id known) {
            body.add("game_id", known.id());
        }
        var patch = helix.send(
                Call.json("channels.modify", "PATCH", at(CHANNELS, "broadcaster_id", broadcaster), body.build())
                        .asRepeatable(),
                access);
        if (patch instanceof Answer.Failed failed) {
            return new Opening.Failed(failed.trouble());
        }
        var show = new ChannelShow(broadcaster, around.time().instant(), category instanceof Found.Nothing);
        return ready(show, access);
    }

    private Opening ready(ChannelShow show, AccountAccess access) {
        var login = first(helix.send(Call.get("users", at("/users", "id", show.broadcaster())), access));
        if (login instanceof Answer.Failed failed) {
            return new Opening.Failed(failed.trouble());
        }
        var key = first(
                helix.send(Call.get("streams.key", at("/streams/key", "broadcaster_id", show.broadcaster())), access));
        if (key instanceof Answer.Failed failed) {
            return new Opening.Failed(failed.trouble());
        }
        var name = text(login, "login");
        var secret = text(key, "stream_key");
        if (name.isEmpty() || secret.isEmpty()) {
            return new Opening.Failed(new PlatformTrouble(
                    true, null, "incomplete", "Twitch told no stream key for this account; it is asked again later."));
        }
        var server = fixedServer == null ? ingests.best() : fixedServer;
        return new Opening.Opened(show.ref(settings.site().resolve(name)), new PushTarget(server, Secret.of(secret)));
    }

    /** What became of the name of a category. */
    private sealed interface Found {

        /** Twitch knows it. */
        record Id(String id) implements Found {}

        /** None was wanted. */
        record Unwanted() implements Found {}

        /** Twitch knows none of that name. A stream without a category is better than none. */
        record Nothing() implements Found {}

        /** It could not be asked. */
        record Failed(PlatformTrouble trouble) implements Found {}
    }

    private Found category(StreamDetails details, AccountAccess access) {
        var name = details.category();
        if (name.isEmpty()) {
            return new Found.Unwanted();
        }
        var exact = named(helix.send(Call.get("games", at("/games", "name", name)), access), name);
        return exact instanceof Found.Nothing
                ? named(
                        helix.send(Call.get("search.categories", at("/search/categories", "query", name)), access),
                        name)
                : exact;
    }

    private static Found named(Answer answer, String name) {
        if (answer instanceof Answer.Failed failed) {
            return new Found.Failed(failed.trouble());
        }
        return Json.objects(((Answer.Ok) answer).json(), "data").stream()
                .filter(game -> Json.text(game, "name").orElse("").equalsIgnoreCase(name))
                .flatMap(game -> Json.text(game, "id").stream())
                .<Found>map(Found.Id::new)
                .findFirst()
                .orElseGet(Found.Nothing::new);
    }

    @Override
    public Look advance(BroadcastRef broadcast, AccountAccess access) {
        var show = ChannelShow.of(broadcast).orElse(null);
        if (show == null) {
            return new Look.Failed(stranger());
        }
        var stream = live(show, access);
        if (stream instanceof Answer.Failed failed) {
            return new Look.Failed(failed.trouble());
        }
        var json = ((Answer.Ok) stream).json();
        var isLive = Json.text(json, "id").isPresent();
        var viewers = Json.number(json, "viewer_count").orElse(null);
        return new Look.Seen(
                new BroadcastReport(isLive ? Phase.LIVE : Phase.PREPARING, issues(show), viewers),
                isLive ? WHILE_LIVE : UNTIL_LIVE);
    }

    /** The stream of a channel that began after we made ready; an empty object where there is none. Twitch lags by up to a minute or two. */
    private Answer live(ChannelShow show, AccountAccess access) {
        return helix.send(
                        Call.get("streams", at("/streams", "user_id", show.broadcaster()))
                                .with(Call.Need.ROUTINE),
                        access)
                .fold(
                        json -> new Answer.Ok(Json.objects(json, "data").stream()
                                .filter(stream -> isOf(show, stream, "started_at"))
                                .findFirst()
                                .orElse(JsonObject.EMPTY_JSON_OBJECT)),
                        Answer.Failed::new);
    }

    private static boolean isOf(ChannelShow show, JsonObject thing, String since) {
        return moment(thing, since)
                .filter(began -> !began.isBefore(show.opened().minus(SLACK)))
                .isPresent();
    }

    private static Optional<Instant> moment(JsonObject thing, String name) {
        try {
            return Json.text(thing, name).map(Instant::parse);
        } catch (DateTimeParseException unreadable) {
            return Optional.empty();
        }
    }

    private static List<BroadcastIssue> issues(ChannelShow show) {
        return show.categoryMissing()
                ? List.of(
                        new BroadcastIssue(
                                Severity.NOTE,
                                "category_unknown",
                                "Twitch knows no category of that name, so the one from before stays; write it as Twitch does."))
                : List.of();
    }

    /** {@inheritDoc} Here, without asking: Twitch ends a stream by itself when nothing comes any more. */
    @Override
    public Ending end(BroadcastRef broadcast, AccountAccess access) {
        return new Ending.Ended();
    }

    @Override
    public VideoLook video(BroadcastRef broadcast, AccountAccess access) {
        var show = ChannelShow.of(broadcast).orElse(null);
        if (show == null) {
            return new VideoLook.Failed(stranger());
        }
        var videos = helix.send(
                Call.get(
                        "videos",
                        api.at(
                                "/videos",
                                new TreeMap<>(
                                        Map.of("user_id", show.broadcaster(), "type", "archive", "first", "100")))),
                access);
        return videos.fold(
                json -> Json.objects(json, "data").stream()
                        .filter(video -> isOf(show, video, "created_at"))
                        .min(Comparator.comparing(
                                video -> moment(video, "created_at").orElse(Instant.MAX)))
                        .flatMap(video -> Json.text(video, "url"))
                        .flatMap(this::page)
                        .<VideoLook>map(VideoLook.Found::new)
                        .orElseGet(() -> none(show)),
                trouble -> gone(trouble) ? none(show) : new VideoLook.Failed(trouble));
    }

    /** Helix answers a question for videos that there are not with 404. */
    private static boolean gone(PlatformTrouble trouble) {
        return trouble.code().equals("http_404");
    }

    private VideoLook none(ChannelShow show) {
        return around.time().instant().isBefore(show.opened().plus(VIDEO_WITHIN))
                ? new VideoLook.NotYet()
                : new VideoLook.None(
                        "Twitch kept no video of this stream; switch on 'Store past broadcasts' in the Creator Dashboard to have one of the next.");
    }

    private Optional<URI> page(String address) {
        try {
            var uri = URI.create(address);
            var isThere = ("https".equals(uri.getScheme()) && uri.getHost() != null)
                    || address.startsWith(settings.site().toString());
            return isThere ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }

    private URI at(String path, String name, String value) {
        return api.at(path, Map.of(name, value));
    }

    /** The first object of an answer's data; an empty one where there is none. */
    private static Answer first(Answer answer) {
        return answer.fold(
                json -> new Answer.Ok(
                        Json.objects(json, "data").stream().findFirst().orElse(JsonObject.EMPTY_JSON_OBJECT)),
                Answer.Failed::new);
    }

    private static String text(Answer answer, String name) {
        return answer instanceof Answer.Ok ok ? Json.text(ok.json(), name).orElse("") : "";
    }

    private static Opening failed(String code, String message) {
        return new Opening.Failed(new PlatformTrouble(false, null, code, message));
    }

    private static PlatformTrouble stranger() {
        return new PlatformTrouble(
                false,
                null,
                "unknown_broadcast",
                "This broadcast was not opened on Twitch by this version of Livemeter.");
    }
}
