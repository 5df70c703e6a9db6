package dev.livemeter.platforms;

import dev.livemeter.LivemeterException;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Call;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.PlatformTrouble;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a chat asks of YouTube's API for one account. Blocks for at most some seconds. */
final class YouTubeChatCalls {

    /** So that a whole page is well below what is read of an answer. */
    private static final String MOST = "200";

    /** What is left of a day's units is made to last so long. */
    private static final Duration UNITS_LAST = Duration.ofHours(4);

    private static final Duration SELDOMMEST = Duration.ofMinutes(5);
    private static final String LIST = "liveChatMessages.list";

    private final PlatformHttp http;
    private final Endpoint api;
    private final AccountAccess access;

    YouTubeChatCalls(PlatformHttp http, Endpoint api, AccountAccess access) {
        this.http = http;
        this.api = api;
        this.access = access;
    }

    /** The broadcast, with its {@code snippet}. */
    Answer broadcast(String id) {
        return send(Call.get("liveBroadcasts.list", api.at("/liveBroadcasts", Map.of("part", "snippet", "id", id))));
    }

    /** A page of the chat. */
    Answer list(String chat, @Nullable String page) {
        return send(
                Call.get(LIST, api.at("/liveChat/messages", query(chat, page))).with(Call.Need.ROUTINE));
    }

    /** Where what is said is pushed from. */
    URI stream(String chat, @Nullable String page) {
        return api.at("/liveChat/messages/stream", query(chat, page));
    }

    /** Takes what it costs to have what is said pushed: empty where that may be, else why not. */
    Optional<PlatformTrouble> chargeStream(String chat) {
        return http.charge(
                Call.get(YouTubeSettings.CHAT_STREAM, stream(chat, null)).with(Call.Need.ROUTINE));
    }

    /** Takes what an answer costs that was pushed. It has come already, so it is counted whatever is left. */
    void chargePush(String chat) {
        var unused = http.charge(Call.get(YouTubeSettings.CHAT_PUSH, stream(chat, null)));
    }

    private static Map<String, String> query(String chat, @Nullable String page) {
        var query = new HashMap<>(Map.of("liveChatId", chat, "part", "id,snippet,authorDetails", "maxResults", MOST));
        if (page != null) {
            query.put("pageToken", page);
        }
        return query;
    }

    /** How long to wait before the next page: as long as YouTube asks, and longer where the units of the day would not last. */
    Duration pause(Duration asked) {
        var quota = http.budgets().quota();
        if (!quota.limited()) {
            return asked;
        }
        var pages = Math.max(1, quota.leftForRoutine() / Math.max(1, quota.price(LIST)));
        var even = UNITS_LAST.dividedBy(pages);
        var slow = even.compareTo(SELDOMMEST) < 0 ? even : SELDOMMEST;
        return asked.compareTo(slow) < 0 ? slow : asked;
    }

    /** Says something. */
    Saying say(String chat, String text) {
        var body = Json.object()
                .add(
                        "snippet",
                        Json.object()
                                .add("liveChatId", chat)
                                .add("type", "textMessageEvent")
                                .add("textMessageDetails", Json.object().add("messageText", text)))
                .build();
        return send(Call.json(
                        "liveChatMessages.insert",
                        "POST",
                        api.at("/liveChat/messages", Map.of("part", "snippet")),
                        body))
                .fold(done -> new Saying.Said(), trouble -> switch (trouble.code()) {
                    case "account.needs_authorization", "liveChatEnded", "liveChatDisabled", "liveChatNotFound" ->
                        new Saying.NotAllowed(trouble.message());
                    default -> new Saying.Refused(trouble);
                });
    }

    private Answer send(Call call) {
        try {
            return http.send(call, access);
        } catch (LivemeterException account) {
            return new Answer.Failed(AccountTrouble.of(account));
        }
    }

    Secret token() {
        return access.token();
    }

    Secret tokenAfter(Secret refused) {
        return access.tokenAfter(refused);
    }
}
