package com.example.lighthouse;

import com.example.lighthouse.LighthouseApi.Answer;
import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.ConnectionTest.Kind;
import dev.livemeter.destination.ConnectionTest.Result;
import dev.livemeter.destination.ConnectionTest.Step;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.ReachRule;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.TestsDestinations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Lighthouse with all that it can do besides taking a stream. */
final class Lighthouse extends LighthouseByKey
        implements ConnectsAccounts, KeepsVideos, CarriesChat, TestsDestinations {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final int TEST_MILLIS = 5_000;

    private final LighthouseApi api;
    private final String client;
    private final Duration chatEvery;

    Lighthouse(URI server, LighthouseApi api, String client, Duration chatEvery) {
        super(server);
        this.api = api;
        this.client = client;
        this.chatEvery = chatEvery;
    }

    // ConnectsAccounts

    @Override
    public URI authorizationPage(URI redirect, String state, String codeChallenge) {
        return api.page(
                "/allow",
                Map.of(
                        "response_type",
                        "code",
                        "client_id",
                        client,
                        "redirect_uri",
                        redirect.toString(),
                        "state",
                        state,
                        "code_challenge",
                        codeChallenge,
                        "code_challenge_method",
                        "S256"));
    }

    @Override
    public Connection connect(String code, URI redirect, Secret codeVerifier) {
        var answer = api.ask(
                "/token",
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        client,
                        "code",
                        code,
                        "redirect_uri",
                        redirect.toString(),
                        "code_verifier",
                        codeVerifier.reveal()));
        return answer.fold(
                form -> new Connection.Connected(
                        new PlatformIdentity(text(form, "user"), text(form, "name")), tokens(form)),
                trouble -> trouble.retryable()
                        ? new Connection.Unavailable(trouble.message())
                        : new Connection.Refused("Lighthouse does not take the code; connect the account again."));
    }

    @Override
    public Renewal renew(AccountTokens tokens) {
        var refresh = tokens.refresh();
        var answer = api.ask(
                "/token",
                Map.of(
                        "grant_type",
                        "refresh_token",
                        "client_id",
                        client,
                        "refresh_token",
                        refresh == null ? "" : refresh.reveal()));
        return answer.fold(
                form -> new Renewal.Renewed(tokens(form)),
                trouble -> trouble.retryable()
                        ? new Renewal.Unavailable(trouble.message())
                        : new Renewal.Lost(
                                "Lighthouse takes the saved permission no more; connect the account again."));
    }

    @Override
    public void revoke(AccountTokens tokens) {
        var unused = api.ask("/revoke", Map.of("token", tokens.access().reveal())); // whatever comes of it
    }

    private static AccountTokens tokens(Map<String, String> form) {
        return new AccountTokens(
                Secret.of(text(form, "access_token")), Secret.of(text(form, "refresh_token")), null, Set.of());
    }

    // HostsBroadcasts

    @Override
    public Opening open(BroadcastPlan plan, AccountAccess access) {
        var details = plan.details();
        var answer = api.ask(
                "/beams",
                Map.of(
                        // Lighthouse answers a second question about one that has not ended with the first one.
                        "reference",
                                plan.session().value() + "/"
                                        + plan.destination().value(),
                        "title", details.title(),
                        "visibility", details.privacy().name().toLowerCase(Locale.ROOT)),
                access);
        return answer.fold(
                form -> new Opening.Opened(
                        new BroadcastRef(text(form, "id"), "", URI.create(text(form, "page"))),
                        new PushTarget(URI.create(text(form, "server")), Secret.of(text(form, "key")))),
                Opening.Failed::new);
    }

    @Override
    public Look advance(BroadcastRef broadcast, AccountAccess access) {
        var answer = api.ask(beam(broadcast, ""), Map.of(), access);
        if (answer.fold(form -> text(form, "state").equals("receiving"), trouble -> false)) {
            // The step that is due: it gets the stream and shows it to nobody yet.
            answer = api.ask(beam(broadcast, "/show"), Map.of(), access);
        }
        return answer.fold(form -> new Look.Seen(report(form), LOOK_AGAIN), Look.Failed::new);
    }

    private static BroadcastReport report(Map<String, String> form) {
        var phase = switch (text(form, "state")) {
            case "shown" -> Phase.LIVE;
            case "over" -> Phase.ENDED;
            default -> Phase.PREPARING;
        };
        var viewers = form.get("viewers");
        return new BroadcastReport(phase, List.of(), viewers == null ? null : Long.valueOf(viewers));
    }

    @Override
    public Ending end(BroadcastRef broadcast, AccountAccess access) {
        Answer answer = api.ask(beam(broadcast, "/end"), Map.of(), access);
        return answer.is("unknown_beam")
                ? new Ending.Ended()
                : answer.fold(form -> new Ending.Ended(), Ending.Failed::new);
    }

    private static String beam(BroadcastRef broadcast, String step) {
        return "/beams/" + broadcast.id() + step;
    }

    // KeepsVideos

    @Override
    public VideoLook video(BroadcastRef broadcast, AccountAccess access) {
        var answer = api.ask(beam(broadcast, "/video"), Map.of(), access);
        if (answer.is("not_kept")) {
            return new VideoLook.None("Lighthouse kept no video of this broadcast.");
        }
        return answer.fold(
                form -> form.containsKey("page")
                        ? new VideoLook.Found(URI.create(text(form, "page")))
                        : new VideoLook.NotYet(),
                VideoLook.Failed::new);
    }

    // CarriesChat

    @Override
    public int longestText() {
        return 300;
    }

    @Override
    public Link join(BroadcastRef broadcast, AccountAccess access, Ear ear, Means means) {
        var chat = new LighthouseChat(api, beam(broadcast, "/chat"), access, ear, means, chatEvery);
        chat.begin();
        return chat;
    }

    // TestsDestinations

    @Override
    public ConnectionTest test(PushTarget target, ReachRule rule) {
        var began = Instant.now();
        try {
            var address = InetAddress.getByName(target.server().getHost());
            var port = target.server().getPort() < 0 ? 1935 : target.server().getPort();
            var objection = rule.objectionTo(address, port);
            if (objection.isPresent()) {
                return ConnectionTest.failedAt(Kind.ADDRESS, objection.get());
            }
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), TEST_MILLIS);
            }
            var took = Duration.between(began, Instant.now());
            return new ConnectionTest(List.of(
                    new Step(Kind.TCP, Result.PASSED, took, "The server takes connections."),
                    new Step(Kind.PUBLISH, Result.SKIPPED, Duration.ZERO, "Lighthouse has no test that nobody sees.")));
        } catch (IOException e) {
            return ConnectionTest.failedAt(Kind.TCP, "The server cannot be reached; see that its address is right.");
        }
    }

    static String text(Map<String, String> form, String field) {
        return form.getOrDefault(field, "");
    }
}
