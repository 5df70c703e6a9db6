package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.chat.ChatPolicy;
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
import java.net.URI;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Private calls and rooms in the studio: their rules, their signaling, and the addresses of their pages. */
final class StudioCalls {

    private static final String SIGNALING = "/peer";

    private final SignalingServer signaling;
    private final CallPolicy policy;
    private final Map<UserId, Set<UserId>> members;
    private final StudioGuests guests;

    private StudioCalls(
            SignalingServer signaling, CallPolicy policy, Map<UserId, Set<UserId>> members, StudioGuests guests) {
        this.signaling = signaling;
        this.policy = policy;
        this.members = members;
        this.guests = guests;
    }

    /** Calls to those broadcasters. */
    static StudioCalls to(List<String> broadcasters, Currency currency, StudioOptions options) {
        var least = Money.of(currency.getCurrencyCode(), "1.00");
        var credit = SessionPolicy.builder(currency)
                .minimumToStart(least)
                .lowBalanceBelow(least)
                .quota(Duration.ofSeconds(10))
                .renewBefore(Duration.ofSeconds(4))
                .settleEvery(Duration.ofSeconds(2))
                .finalUnit(FinalUnitAction.RESTRICT)
                .restrictFor(options.previewFor());
        var page = options.topUpPage();
        if (page != null) {
            credit.finalUnit(FinalUnitAction.REDIRECT).topUpPage(page);
        }
        var members = StudioMembers.nobody();
        var policy = CallPolicy.builder(currency)
                .credit(credit.build())
                .tokenFor(options.tokenFor())
                .takesCalls(user -> broadcasters.contains(user.value()))
                .members((viewer, broadcaster) -> StudioMembers.isMember(members, viewer, broadcaster))
                .build();
        var signaling = SignalingOptions.builder().path(SIGNALING).build();
        return new StudioCalls(
                SignalingServer.builder().options(signaling).build(), policy, members, new StudioGuests());
    }

    /** People without an account, who come into rooms and chats. */
    StudioGuests guests() {
        return guests;
    }

    /** Where callers and viewers pay in; null where that is the studio's own till. */
    @Nullable
    URI topUpPage() {
        return policy.credit().topUpPage();
    }

    /** Livemeter closes the signaling with itself. */
    void prepare(Livemeter.Builder builder) {
        builder.calls(policy, signaling);
        builder.chat(ChatPolicy.builder().names(guests::nameOf).build());
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
