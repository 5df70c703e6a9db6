package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.http.Authenticator;
import dev.livemeter.http.StaticFiles;
import dev.livemeter.http.jetty.WebServer;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.signaling.SignalingOptions;
import dev.livemeter.signaling.SignalingServer;
import dev.livemeter.web.WebRequest;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Private calls and rooms in the studio: their rules, their signaling, and the addresses of their pages. */
final class StudioCalls {

    private static final String SIGNALING = "/peer";

    private final SignalingServer signaling;
    private final CallPolicy policy;
    private final Map<UserId, Set<UserId>> members;

    private StudioCalls(SignalingServer signaling, CallPolicy policy, Map<UserId, Set<UserId>> members) {
        this.signaling = signaling;
        this.policy = policy;
        this.members = members;
    }

    /** Calls to those broadcasters. */
    static StudioCalls to(List<String> broadcasters, Currency currency, Duration tokenFor) {
        var least = Money.of(currency.getCurrencyCode(), "1.00");
        var credit = SessionPolicy.builder(currency)
                .minimumToStart(least)
                .lowBalanceBelow(least)
                .quota(Duration.ofSeconds(10))
                .renewBefore(Duration.ofSeconds(4))
                .settleEvery(Duration.ofSeconds(2))
                // Time to press "Pay in", after which the call goes on.
                .finalUnit(FinalUnitAction.RESTRICT)
                .restrictFor(Duration.ofSeconds(15))
                .build();
        var members = StudioMembers.nobody();
        var policy = CallPolicy.builder(currency)
                .credit(credit)
                .tokenFor(tokenFor)
                .takesCalls(user -> broadcasters.contains(user.value()))
                .members((viewer, broadcaster) -> StudioMembers.isMember(members, viewer, broadcaster))
                .build();
        var options = SignalingOptions.builder().path(SIGNALING).build();
        return new StudioCalls(SignalingServer.builder().options(options).build(), policy, members);
    }

    /** Livemeter closes the signaling with itself. */
    void prepare(Livemeter.Builder builder) {
        builder.calls(policy, signaling);
    }

    /** {@code /call/USER}, {@code /room/ID}, {@code /desk} and {@code /moderation} are one file, which reads its address. */
    void prepare(WebServer.Builder web, StaticFiles files, Authenticator signIn) {
        web.handler("/studio/members", StudioMembers.of(members, signIn));
        for (var page : List.of("/call", "/room", "/desk", "/moderation")) {
            web.handler(page, request -> files.handle(as(request, "/talk/index.html")));
        }
        web.signaling(signaling).handler("/npm", new PeerjsFile(PeerjsFile.usualFolder()));
    }

    private static WebRequest as(WebRequest request, String path) {
        return new WebRequest(
                request.method(), path, request.query(), request.headers(), request.body(), request.remoteAddress());
    }
}
