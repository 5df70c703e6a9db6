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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a chat asks of YouTube's API for one account. Blocks for at most some seconds. */
final class YouTubeChatCalls {

    /** So that a whole page is well below what is read of an answer. */
    private static final String MOST = "200";

    private final PlatformHttp http;
    private final Endpoint api;
    private final AccountAccess access;
    private final ChatUnits units;

    YouTubeChatCalls(PlatformHttp http, Endpoint api, AccountAccess access, ChatUnits units) {
        this.http = http;
        this.api = api;
        this.access = access;
        this.units = units;
    }

    /** The broadcast, with its {@code snippet}. */
    Answer broadcast(String id) {
        return send(Call.get("liveBroadcasts.list", api.at("/liveBroadcasts", Map.of("part", "snippet", "id", id)))
                .with(Call.Need.ROUTINE));
    }

    /** A page of the chat. */
    Answer list(String chat, @Nullable String page) {
        return units.affords(ChatUnits.LIST)
                ? send(Call.get(ChatUnits.LIST, api.at("/liveChat/messages", query(chat, page)))
                        .with(Call.Need.ROUTINE))
                : new Answer.Failed(http.outOfUnits());
    }

    /** A push of what is said, as it is asked for. */
    Call stream(String chat, @Nullable String page) {
        return Call.get(ChatUnits.STREAM, api.at("/liveChat/messages/stream", query(chat, page)))
                .with(Call.Need.ROUTINE);
    }

    /** Takes the price of a push; what is wrong where there are not enough units for it. */
    Optional<PlatformTrouble> charge(Call stream) {
        return units.affords(ChatUnits.STREAM) ? http.charge(stream) : Optional.of(http.outOfUnits());
    }

    /** Takes what an answer costs that was pushed. It has come already, so it is counted whatever is left. */
    void chargePush(String chat) {
        var unused = http.charge(
                Call.get(YouTubeSettings.CHAT_PUSH, stream(chat, null).uri()));
    }

    private static Map<String, String> query(String chat, @Nullable String page) {
        var query = new HashMap<>(Map.of("liveChatId", chat, "part", "id,snippet,authorDetails", "maxResults", MOST));
        if (page != null) {
            query.put("pageToken", page);
        }
        return query;
    }

    /** What chats may take. */
    ChatUnits units() {
        return units;
    }

    /** Says something. The reserve of the day's units is for broadcasts, and not for that. */
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
                                body)
                        .with(Call.Need.ROUTINE))
                .fold(done -> new Saying.Said(), trouble -> switch (trouble.code()) {
                    case "account.needs_authorization", "liveChatEnded", "liveChatDisabled", "liveChatNotFound" ->
                        new Saying.NotAllowed(trouble.message());
                    default -> new Saying.Refused(Unheard.of(trouble));
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
