package dev.livemeter.platforms.youtube;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.platforms.YouTubeSettings;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.OAuth;
import dev.livemeter.platforms.http.OAuthSettings;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.platforms.http.TokenAnswer;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.spi.ConnectsDevices.DevicePoll;
import dev.livemeter.spi.ConnectsDevices.DeviceStart;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a person lets the application act for their channel. */
final class GoogleAccount {

    /** The one scope that covers live streaming and that the device flow gives too. */
    static final String SCOPE = "https://www.googleapis.com/auth/youtube";

    private final OAuth oauth;
    private final OAuth devices;
    private final String deviceClient;
    private final PlatformHttp api;
    private final YouTubeCalls calls;

    GoogleAccount(YouTubeSettings settings, PlatformHttp google, PlatformHttp api, YouTubeCalls calls) {
        var other = settings.deviceClient();
        this.oauth = client(settings, settings.clientId(), settings.clientSecret(), google);
        this.devices = other == null ? oauth : client(settings, other.id(), other.secret(), google);
        this.deviceClient = other == null ? "" : other.id();
        this.api = api;
        this.calls = calls;
    }

    private static OAuth client(YouTubeSettings settings, String id, Secret secret, PlatformHttp google) {
        var endpoints = settings.endpoints();
        return new OAuth(
                google,
                new OAuthSettings(
                        id,
                        secret,
                        Set.of(SCOPE),
                        new Endpoint(endpoints.page()),
                        // A refresh token comes only with consent that was just given.
                        Map.of("access_type", "offline", "prompt", "consent"),
                        new Endpoint(endpoints.token()),
                        new Endpoint(endpoints.revocation()),
                        new Endpoint(endpoints.device()),
                        "scope",
                        OAuthSettings::standardError));
    }

    /** The client that tokens were had by; null where it is configured no more. */
    private @Nullable OAuth clientOf(AccountTokens tokens) {
        if (tokens.client().isEmpty()) {
            return oauth;
        }
        return tokens.client().equals(deviceClient) ? devices : null;
    }

    URI page(URI redirect, String state, String codeChallenge) {
        return oauth.page(redirect, state, codeChallenge);
    }

    Connection connect(String code, URI redirect, Secret codeVerifier) {
        var answer = oauth.exchange(code, redirect, codeVerifier);
        return answer instanceof TokenAnswer.Granted granted ? identified(granted.tokens()) : notGranted(answer);
    }

    DeviceStart startDevice() {
        return devices.startDevice();
    }

    DevicePoll pollDevice(Secret deviceCode) {
        var answer = devices.pollDevice(deviceCode);
        if (answer instanceof TokenAnswer.Pending pending) {
            return new DevicePoll.Pending(pending.slower());
        }
        if (answer instanceof TokenAnswer.Unavailable unavailable
                && unavailable.trouble().retryable()) {
            // RFC 8628, section 3.5: who gets no answer asks more seldom
            return new DevicePoll.Pending(true);
        }
        return new DevicePoll.Done(
                answer instanceof TokenAnswer.Granted granted
                        ? identified(granted.tokens().of(deviceClient))
                        : notGranted(answer));
    }

    Renewal renew(AccountTokens tokens) {
        var client = clientOf(tokens);
        if (client == null) {
            // Not lost: whoever runs the application can give the client back.
            return new Renewal.Unavailable(
                    "The account was connected on a device by the client " + tokens.client()
                            + ", which is configured no more; give it as device-client-id again, or connect the account again.");
        }
        return client.refresh(tokens)
                .renewal(
                        "Google takes the saved permission no more: it was taken back, or ended unused. Connect the account again.");
    }

    void revoke(AccountTokens tokens) {
        var refresh = tokens.refresh();
        // Google takes a token back from whoever holds it, so any client does where its own is gone.
        Objects.requireNonNullElse(clientOf(tokens), oauth).revoke(refresh == null ? tokens.access() : refresh);
    }

    private static Connection notGranted(TokenAnswer answer) {
        if (answer instanceof TokenAnswer.Unavailable unavailable) {
            return new Connection.Unavailable(unavailable.trouble().message());
        }
        var error = answer instanceof TokenAnswer.Refused refused ? refused.error() : "";
        return new Connection.Refused(
                switch (error) {
                    case "access_denied" ->
                        "The permission was not given at Google; connect the account again and allow it.";
                    case "expired_token" -> "The code was not entered at Google in time; connect the account again.";
                    default ->
                        "Google does not take the code: it is good for one use and some minutes. Connect the account again.";
                });
    }

    /** Whose tokens they are. Those that are of no use are given back. */
    private Connection identified(AccountTokens tokens) {
        if (!tokens.scopes().contains(SCOPE)) {
            return givenBack(
                    tokens,
                    new Connection.Refused(
                            "The permission to manage YouTube was not given; connect the account again and leave its box ticked."));
        }
        if (tokens.refresh() == null) {
            return givenBack(
                    tokens,
                    new Connection.Refused(
                            "Google gave no lasting permission; remove this application in the settings of the Google account, then connect it again."));
        }
        var answer = api.send(calls.myChannel(), tokens.access());
        if (answer instanceof Answer.Failed failed) {
            var trouble = failed.trouble();
            // The permission is good, and revoking it would end it for a connection from before as well.
            return trouble.retryable()
                    ? new Connection.Unavailable(trouble.message())
                    : givenBack(tokens, new Connection.Refused(trouble.message()));
        }
        if (!ListAnswer.isWhole(((Answer.Ok) answer).json())) {
            return new Connection.Unavailable("YouTube did not say whose channel it is; connect the account again.");
        }
        return Json.objects(((Answer.Ok) answer).json(), "items").stream()
                .findFirst()
                .<Connection>map(channel -> new Connection.Connected(
                        new PlatformIdentity(
                                Json.text(channel, "id").orElse(""),
                                Json.text(channel, "snippet", "title").orElse("YouTube")),
                        tokens))
                .orElseGet(
                        () -> givenBack(
                                tokens,
                                new Connection.Refused(
                                        "This Google account has no YouTube channel. Create one at YouTube, then connect the account again.")));
    }

    private Connection givenBack(AccountTokens tokens, Connection answer) {
        revoke(tokens);
        return answer;
    }
}
