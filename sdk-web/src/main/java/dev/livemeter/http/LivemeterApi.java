package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.BundleOffer;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.Reports;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.event.Events;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.spi.IdSource;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The REST interface: what a person sees of their streams, wallet, keys and destinations, and what they may change. Names no server;
 * {@link dev.livemeter.http.jetty.WebServer} mounts it, or a host does. Paths are relative to the mount. Thread-safe.
 *
 * <p>Who may do what is the host's to say, by an {@link Authenticator}. Without one, nothing but {@code GET /health} is answered, {@code GET /downloads/...} to whoever has a link, and {@code /chat} to guests where the policy of chat lets them in.
 */
public final class LivemeterApi implements WebHandler, AutoCloseable {

    /** The largest body that is read. */
    public static final int BODY_LIMIT = 64 * 1024;

    private final Livemeter live;
    private final @Nullable Authenticator authenticator;
    private final RateLimiter limiter;
    private final Faults faults;
    private final Routes routes;
    private final DownloadEndpoint downloads;
    private final ChatRoutes chat;
    private final CallPolls callPolls;
    private final PlatformChatPolls platformChat;
    private final ChatSockets sockets;
    private final Events.@Nullable Subscription subscription;

    private LivemeterApi(Builder builder) {
        live = builder.live;
        authenticator = builder.authenticator;
        limiter = new RateLimiter(builder.rateLimit, builder.time);
        faults = new Faults(builder.ids);
        var given = builder.feed;
        var feed = given == null ? new EventFeed(builder.time) : given;
        callPolls = new CallPolls(live);
        platformChat = new PlatformChatPolls(live, builder.time);
        routes = routes(feed, builder);
        downloads = new DownloadEndpoint(live.recordings());
        var visitors = new ChatVisitors(live, authenticator, limiter);
        chat = new ChatRoutes(live, visitors, limiter, builder.time);
        sockets = new ChatSockets(live.chat(), visitors, faults, builder.time);
        subscription = given == null ? live.events().subscribe(feed) : null;
    }

    /** Starts with the defaults, and nobody who may come in. */
    public static Builder builder(Livemeter live) {
        return new Builder(live);
    }

    private Routes routes(EventFeed feed, Builder builder) {
        var time = builder.time;
        var view =
                new SessionView(live.destinations().providers(), live.streams(), live.recordings(), live.broadcasts());
        var wallet = new WalletEndpoint(live);
        var status = new StatusEndpoint(live, time, wallet, view);
        var platforms = new PlatformEndpoint(live.destinations().providers(), live.accounts());
        var accounts = new AccountEndpoints(live.accounts(), live.destinations().providers());
        var destinations = new DestinationEndpoints(live.destinations(), live.destinationTests());
        var keys = new StreamKeyEndpoints(live.streamKeys());
        var sessions = new SessionEndpoints(live.sessions(), live.broadcasts(), live.thumbnails(), view);
        var thumbnails = new ThumbnailEndpoints(live.thumbnails(), sessions);
        var details = new StreamDetailsEndpoints(live.broadcasts());
        var recordings = new RecordingEndpoints(live.recordings(), sessions);
        var onAir = new OnAirEndpoints(live.streams(), sessions);
        var events = new EventEndpoint(feed);
        var relays = new RelayEndpoints(live.relays());
        var bans = new BanEndpoints(live.moderation(), time);
        var routes = new Routes()
                .on("GET", "/status", status::show)
                .on("GET", "/wallet", wallet::show)
                .on("GET", "/platforms", platforms::list)
                .on("GET", "/destinations", destinations::list)
                .on("POST", "/destinations", destinations::add)
                .on("PATCH", "/destinations/{id}", destinations::change)
                .on("DELETE", "/destinations/{id}", destinations::remove)
                .on("GET", "/accounts", accounts::list)
                .on("POST", "/accounts/begin", accounts::begin)
                .on("POST", "/accounts/complete", accounts::complete)
                .on("POST", "/accounts/device", accounts::beginDevice)
                .on("POST", "/accounts/device/poll", accounts::pollDevice)
                .on("DELETE", "/accounts/{id}", accounts::disconnect)
                .on("POST", "/destinations/{id}/test", destinations::test)
                .on("GET", "/stream-keys", keys::list)
                .on("POST", "/stream-keys", keys::create)
                .on("POST", "/stream-keys/rotate", keys::rotate)
                .on("DELETE", "/stream-keys/{id}", keys::revoke)
                .on("GET", "/sessions", sessions::list)
                .on("GET", "/sessions/{id}", sessions::show)
                .on("GET", "/sessions/{id}/broadcasts", sessions::broadcasts)
                .on("POST", "/sessions/{id}/stop", sessions::stop)
                .on("GET", "/sessions/{id}/thumbnail", thumbnails::show)
                .on("PUT", "/sessions/{id}/thumbnail", thumbnails::link)
                .on("DELETE", "/sessions/{id}/thumbnail", thumbnails::remove)
                .on("GET", "/stream-details", details::show)
                .on("PUT", "/stream-details", details::replace)
                .on("POST", "/sessions/{id}/destinations/{destination}/retry", onAir::retry)
                .on("POST", "/sessions/{id}/destinations/{destination}/stop", onAir::stop)
                .on("POST", "/sessions/{id}/destinations/{destination}/start", onAir::start)
                .on("POST", "/sessions/{id}/recording/start", recordings::start)
                .on("POST", "/sessions/{id}/recording/stop", recordings::stop)
                .on("GET", "/recordings", recordings::list)
                .on("GET", "/recordings/{id}", recordings::show)
                .on("DELETE", "/recordings/{id}", recordings::delete)
                .on("POST", "/recordings/{id}/link", recordings::link)
                .on("GET", "/events", events::list)
                .on("GET", "/platform-chat/{user}", platformChat::answerNow)
                .on("POST", "/platform-chat/{user}", platformChat::reply)
                .on("GET", "/bans", bans::list)
                .on("POST", "/bans", bans::ban)
                .on("POST", "/bans/{id}/lift", bans::lift)
                .on("POST", "/kicks", bans::kick)
                .on("GET", "/relays", relays::list)
                .on("POST", "/relays/{name}/drain", relays::drain)
                .on("POST", "/relays/{name}/undrain", relays::undrain);
        TalkRoutes.on(routes, live, callPolls);
        return MoneyRoutes.on(routes, live, builder.books(), time, sessions);
    }

    @Override
    public WebResponse handle(WebRequest request) {
        try {
            return SecurityHeaders.on(answer(request));
        } catch (RuntimeException e) {
            return faults.of(e).toResponse();
        }
    }

    /** As {@link #handle}; polls of chats and of calls that wait for news hold no thread meanwhile. */
    @Override
    public CompletionStage<WebResponse> handleLater(WebRequest request) {
        try {
            if (ChatRoutes.isMeant(request)) {
                return later(chat.answer(request));
            }
            if (CallPolls.isMeant(request) && !WriteGuard.isWrite(request)) {
                return later(callPolls.answer(admitted(request).call()));
            }
            if (PlatformChatPolls.isMeant(request) && !WriteGuard.isWrite(request)) {
                return later(platformChat.answer(admitted(request).call()));
            }
            return CompletableFuture.completedFuture(handle(request));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(faults.of(e).toResponse());
        }
    }

    private CompletionStage<WebResponse> later(CompletionStage<WebResponse> answer) {
        return answer.handle((given, failure) -> SecurityHeaders.on(given == null ? failed(failure) : given));
    }

    private WebResponse failed(@Nullable Throwable failure) {
        var cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return faults.of(cause instanceof RuntimeException fault ? fault : new IllegalStateException(cause))
                .toResponse();
    }

    /** Chat over WebSocket, for the mount that has a server of it. */
    public ChatSockets chatSockets() {
        return sockets;
    }

    private WebResponse answer(WebRequest request) {
        if (request.path().equals("/health")) {
            return health(request);
        }
        if (DownloadEndpoint.isMeant(request)) {
            limiter.take("address " + request.remoteAddress());
            return downloads.answer(request);
        }
        if (ChatRoutes.isMeant(request)) {
            return chat.answerNow(request);
        }
        var admitted = admitted(request);
        return admitted.endpoint().answer(admitted.call());
    }

    private record Admitted(Endpoint endpoint, Call call) {}

    private Admitted admitted(WebRequest request) {
        var caller = authenticate(request);
        limiter.take("user " + caller.user());
        var match = routes.find(request.method(), request.path());
        if (WriteGuard.isWrite(request)) {
            checkWrite(request, caller);
        }
        return new Admitted(match.endpoint(), new Call(request, caller, subject(request, caller), match.captured()));
    }

    private static WebResponse health(WebRequest request) {
        new Routes().on("GET", "/health", call -> WebResponse.empty(204)).find(request.method(), request.path());
        return Wire.answer(200, Wire.object().add("status", "up"));
    }

    private Caller authenticate(WebRequest request) {
        var known = authenticator == null ? Optional.<Caller>empty() : authenticator.authenticate(request);
        if (known.isPresent()) {
            return known.get();
        }
        limiter.take("address " + request.remoteAddress());
        var problem = authenticator == null
                ? Problem.of(
                        401,
                        "auth.no_authenticator",
                        "This application has not said who may come in, so that nobody may. Its developer gives an"
                                + " Authenticator, such as with WebServer.builder(live).authenticator(...).")
                : Problem.of(401, "auth.required", "Nobody is signed in; sign in and ask again.");
        throw new ProblemException(problem.with("WWW-Authenticate", "Livemeter"));
    }

    static void checkBody(WebRequest request) {
        if (request.body().length() > BODY_LIMIT) {
            throw new ProblemException(
                    413,
                    "request.too_large",
                    "The body has " + request.body().length() + " bytes; at most " + BODY_LIMIT + " are read.");
        }
    }

    private static void checkWrite(WebRequest request, Caller caller) {
        checkBody(request);
        WriteGuard.check(request);
        if (!(TalkRoutes.isForViewers(request.path()) ? caller.maySpend() : caller.mayChange())) {
            throw new ProblemException(
                    403, "auth.role", "Only broadcasters and administrators may change something here.");
        }
    }

    /** Whose things it is about: the caller's own, or those of the user whom an administrator names. */
    private static UserId subject(WebRequest request, Caller caller) {
        var named = request.parameter("user").map(UserId::of).orElse(caller.user());
        if (!named.equals(caller.user()) && !caller.isAdministrator()) {
            throw new ProblemException(
                    403,
                    "auth.other_user",
                    "Only administrators may name another user; leave the parameter 'user' out.");
        }
        return named;
    }

    /** Stops listening to events, and answers polls that wait. Livemeter itself goes on. Idempotent. */
    @Override
    public void close() {
        chat.close();
        callPolls.close();
        platformChat.close();
        if (subscription != null) {
            subscription.close();
        }
    }

    /** Collects what the API works with. Not thread-safe. */
    public static final class Builder {

        private final Livemeter live;
        private @Nullable Authenticator authenticator;
        private @Nullable EventFeed feed;
        private RateLimit rateLimit = RateLimit.DEFAULT;
        private TimeSource time = TimeSource.system();
        private IdSource ids = IdSource.random();

        private @Nullable Billing billing;
        private @Nullable Reports reports;
        private @Nullable PayoutPolicy payouts;
        private @Nullable TipRules tips;
        private List<BundleOffer> offers = List.of();

        private Builder(Livemeter live) {
            this.live = live;
        }

        /** The host's own login. */
        public Builder authenticator(Authenticator authenticator) {
            this.authenticator = authenticator;
            return this;
        }

        /** A feed that listens already; otherwise the API subscribes its own. */
        public Builder feed(EventFeed feed) {
            this.feed = feed;
            return this;
        }

        /** How often one caller may ask; {@link RateLimit#DEFAULT} where nothing is given. */
        public Builder rateLimit(RateLimit limit) {
            this.rateLimit = limit;
            return this;
        }

        /** The clocks; the machine's where none are given. */
        public Builder time(TimeSource time) {
            this.time = time;
            return this;
        }

        /** Where the identifiers of incidents come from. */
        public Builder ids(IdSource ids) {
            this.ids = ids;
            return this;
        }

        /**
         * The books behind the wallet, such as {@code JdbcWallet.billing()}: for statements, earnings, refunds, payouts and their proof. Without
         * them, those addresses answer 501.
         */
        public Builder billing(Billing billing) {
            this.billing = billing;
            return this;
        }

        /** What sums up what was sold, such as {@code JdbcWallet.reports()}. Without it, {@code /reports} answers 501. */
        public Builder reports(Reports reports) {
            this.reports = reports;
            return this;
        }

        /**
         * When earnings clear and are paid out; after 14 days and from 10.00 of the tariff's currency on where nothing is given. In the
         * currency of the tariff.
         */
        public Builder payouts(PayoutPolicy policy) {
            this.payouts = policy;
            return this;
        }

        /** Lets people tip each other. Without rules, {@code POST /tips} answers 501. */
        public Builder tips(TipRules rules) {
            this.tips = rules;
            return this;
        }

        /**
         * Bundles of minutes that are for sale, each with an id of its own. They need {@link #billing}. What a bundle was bought for stays, whatever is
         * offered later.
         */
        public Builder bundles(BundleOffer... forSale) {
            var ids = Arrays.stream(forSale).map(BundleOffer::id).toList();
            if (Set.copyOf(ids).size() < ids.size()) {
                throw new ConfigurationException(
                        List.of("Two bundles are offered under one id, of " + ids + "; give each an id of its own."));
            }
            this.offers = List.of(forSale);
            return this;
        }

        private Books books() {
            var currency = live.tariff().currency().getCurrencyCode();
            var policy = payouts != null ? payouts : new PayoutPolicy(Duration.ofDays(14), Money.of(currency, "10.00"));
            return new Books(billing, reports, policy, tips, offers);
        }

        /** The API; close it when its mount is closed. */
        public LivemeterApi build() {
            return new LivemeterApi(this);
        }
    }
}
