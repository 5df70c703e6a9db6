package dev.livemeter.platforms.youtube;

import dev.livemeter.platforms.http.Dialect;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.Refusal;
import dev.livemeter.platforms.http.Refusal.Kind;
import dev.livemeter.platforms.http.Reply;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads the {@code reason} of Google's errors; their messages change and are for nobody. */
final class YouTubeDialect implements Dialect {

    @Override
    public String platform() {
        return "YouTube";
    }

    @Override
    public Refusal refusal(Reply reply, Instant now) {
        var pause = pause(reply, now).orElse(null);
        var reason = Json.objects(reply.json(), "error", "errors").stream()
                .findFirst()
                .flatMap(error -> Json.text(error, "reason"))
                .orElse("");
        var known = read(reply.status(), reason, pause);
        if (known != null) {
            return known;
        }
        var byStatus = Refusal.byStatus(platform(), reply.status(), pause);
        if (!reason.matches("[A-Za-z]{1,60}")) {
            return byStatus;
        }
        return new Refusal(
                byStatus.kind(),
                pause,
                reason,
                byStatus.kind() == Kind.FINAL
                        ? "YouTube refused the request (" + reason + "); look the word up in the reference of its API."
                        : byStatus.message());
    }

    private static @Nullable Refusal read(int status, String reason, @Nullable Duration pause) {
        return switch (reason) {
            case "liveStreamingNotEnabled" ->
                refused(
                        reason,
                        "Live streaming is not enabled for this YouTube channel. Its owner enables it in YouTube Studio"
                                + " (Create > Go live); YouTube may take up to 24 hours for it.");
            case "livePermissionBlocked" ->
                refused(
                        reason,
                        "YouTube does not let this channel go live at present. After enabling it takes up to 24 hours; else YouTube Studio"
                                + " tells the channel's owner why.");
            case "insufficientLivePermissions" ->
                refused(
                        reason,
                        "YouTube does not let this channel do that with live streams. Its owner looks into the live settings in YouTube Studio.");
            case "userBroadcastsExceedLimit" ->
                refused(
                        reason,
                        "This YouTube channel has too many broadcasts that are scheduled or live. Delete some in YouTube Studio, then try again.");
            case "youtubeSignupRequired" ->
                refused(
                        reason,
                        "This Google account has no YouTube channel. Create one at YouTube, then connect the account again.");
            case "accessNotConfigured", "SERVICE_DISABLED" ->
                refused(
                        reason,
                        "The YouTube Data API is not enabled for this application. Whoever runs it enables it in Google's console.");
            case "titleRequired", "invalidTitle" ->
                refused(reason, "YouTube does not take the title; use 1 to 100 characters without < and >.");
            case "invalidDescription" ->
                refused(
                        reason,
                        "YouTube does not take the description; use at most 5,000 bytes of UTF-8 without < and >.");
            case "invalidScheduledStartTime" ->
                new Refusal(
                        Kind.TRANSIENT,
                        pause,
                        reason,
                        "YouTube finds that the broadcast begins in the past; check that the clock of this host is right.");
            case "errorStreamInactive" ->
                new Refusal(
                        Kind.TRANSIENT,
                        pause,
                        reason,
                        "YouTube does not get the stream yet; it is told to go live once it does.");
            case "invalidTransition" ->
                new Refusal(
                        Kind.TRANSIENT,
                        pause,
                        reason,
                        "YouTube is not ready for that step yet; it is tried again in some seconds.");
            case "errorExecutingTransition", "backendError", "internalError" ->
                new Refusal(
                        Kind.TRANSIENT,
                        pause,
                        reason,
                        "YouTube is in trouble itself (" + reason + "); it is asked again later.");
            case "quotaExceeded", "dailyLimitExceeded" ->
                new Refusal(
                        Kind.QUOTA,
                        pause,
                        reason,
                        "The units that Google gives this application for a day are used up; they come back at midnight in California."
                                + " Whoever runs it may ask Google for more.");
            case "rateLimitExceeded", "userRateLimitExceeded", "userRequestsExceedRateLimit" ->
                new Refusal(
                        Kind.RATE,
                        pause,
                        reason,
                        "YouTube wants fewer requests for this channel; it is asked again later.");
            case "insufficientPermissions" ->
                new Refusal(
                        Kind.NEEDS_AUTHORIZATION,
                        null,
                        reason,
                        "The permission that was given does not cover YouTube; connect the account again and leave its box ticked.");
            // With another status than 401 it is a parameter that is missing.
            case "authError", "required" ->
                reason.equals("required") && status != 401
                        ? null
                        : new Refusal(
                                Kind.UNAUTHORIZED,
                                null,
                                "authError",
                                "YouTube does not take the saved permission; connect the account again.");
            default -> null;
        };
    }

    private static Refusal refused(String reason, String message) {
        return new Refusal(Kind.FINAL, null, reason, message);
    }
}
