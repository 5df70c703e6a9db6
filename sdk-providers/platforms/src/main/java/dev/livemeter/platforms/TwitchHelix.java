package dev.livemeter.platforms;

import dev.livemeter.LivemeterException;
import dev.livemeter.platforms.http.Call;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.PlatformTrouble;
import jakarta.json.JsonObject;
import java.util.Map;

/** What a chat asks of Twitch's API for one account. Blocks for at most some seconds. */
final class TwitchHelix {

    private final PlatformHttp http;
    private final Endpoint helix;
    private final AccountAccess access;

    TwitchHelix(PlatformHttp http, Endpoint helix, AccountAccess access) {
        this.http = http;
        this.helix = helix;
        this.access = access;
    }

    /** What came of a subscription, or of a text. */
    sealed interface Step {

        record Done(JsonObject json) implements Step {}

        /** A later try may do. */
        record NotNow(PlatformTrouble trouble) implements Step {}

        /** Somebody must change something. */
        record Never(PlatformTrouble trouble) implements Step {}
    }

    /** The id of the account's channel. */
    String channel() {
        return access.account().identity().id();
    }

    /** Whether the account's owner allowed it, as last known. */
    boolean allows(String scope) {
        return access.account().scopes().contains(scope);
    }

    /** The account lost what it had. */
    void lost(String why) {
        access.needsAuthorization(why);
    }

    /** Has what happens in the channel told to a socket. Idempotent for a socket. */
    Step subscribe(String type, String socket) {
        var step = post(
                "eventsub.subscriptions.create",
                "/eventsub/subscriptions",
                Json.object()
                        .add("type", type)
                        .add("version", "1")
                        .add(
                                "condition",
                                Json.object()
                                        .add("broadcaster_user_id", channel())
                                        .add("user_id", channel()))
                        .add(
                                "transport",
                                Json.object().add("method", "websocket").add("session_id", socket))
                        .build());
        // There already, by a try whose answer was lost.
        return step instanceof Step.Never never && never.trouble().code().equals("http_409")
                ? new Step.Done(jakarta.json.JsonValue.EMPTY_JSON_OBJECT)
                : step;
    }

    /** Says something in the channel. */
    Saying say(String text) {
        if (!allows(TwitchSettings.WRITES_CHAT) && !allowsByNow(TwitchSettings.WRITES_CHAT)) {
            return new Saying.NotAllowed(
                    "This account was connected without the permission to write in the chat on Twitch; connect it again and allow that.");
        }
        var step = post(
                "chat.messages.send",
                "/chat/messages",
                Json.object()
                        .add("broadcaster_id", channel())
                        .add("sender_id", channel())
                        .add("message", text)
                        .build());
        if (step instanceof Step.NotNow failed) {
            return new Saying.Refused(Unheard.of(failed.trouble()));
        }
        if (step instanceof Step.Never failed) {
            return switch (failed.trouble().code()) {
                case "account.needs_authorization", TwitchDialect.MISSING_SCOPE ->
                    new Saying.NotAllowed(failed.trouble().message());
                default -> new Saying.Refused(Unheard.of(failed.trouble()));
            };
        }
        var sent = Json.objects(((Step.Done) step).json(), "data").stream().findFirst();
        if (sent.filter(one -> Json.isTrue(one, "is_sent")).isPresent()) {
            return new Saying.Said();
        }
        var code = sent.flatMap(one -> Json.text(one, "drop_reason", "code")).orElse("not_sent");
        var why = sent.flatMap(one -> Json.text(one, "drop_reason", "message"))
                .map(reason -> ": " + (reason.endsWith(".") ? reason : reason + "."))
                .orElse(" and did not say why.");
        return new Saying.Refused(new PlatformTrouble(false, null, code, "Twitch did not show the message" + why));
    }

    /** The same, after a look at the account: its owner may have connected it anew. */
    private boolean allowsByNow(String scope) {
        try {
            var unused = access.token();
        } catch (LivemeterException account) {
            // What is known already has to do.
            return false;
        }
        return allows(scope);
    }

    private Step post(String operation, String path, JsonObject body) {
        try {
            return http.send(Call.json(operation, "POST", helix.at(path, Map.of()), body), access)
                    .fold(
                            Step.Done::new,
                            trouble -> trouble.retryable() ? new Step.NotNow(trouble) : new Step.Never(trouble));
        } catch (LivemeterException account) {
            var trouble = AccountTrouble.of(account);
            return account.retryable() ? new Step.NotNow(trouble) : new Step.Never(trouble);
        }
    }
}
