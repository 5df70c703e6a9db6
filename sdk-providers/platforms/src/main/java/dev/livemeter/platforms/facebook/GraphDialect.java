package dev.livemeter.platforms.facebook;

import dev.livemeter.platforms.http.Dialect;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.Refusal;
import dev.livemeter.platforms.http.Refusal.Kind;
import dev.livemeter.platforms.http.Reply;
import dev.livemeter.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What the Graph API does differently: requests prove that their sender knows the application's secret, refusals are numbers in the body, and a limit that was reached says in a header of its own
 * how long it stands.
 */
final class GraphDialect implements Dialect {

    /** Objects that are not there, or that the token must not see: Facebook does not tell which. */
    static final Set<String> GONE = Set.of("100/33", "803");

    private static final String USAGE = "X-Business-Use-Case-Usage";
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final long AUTHORIZATION = 190;
    private static final long SESSION = 102;

    private final Secret appSecret;

    GraphDialect(Secret appSecret) {
        this.appSecret = appSecret;
    }

    @Override
    public String platform() {
        return "Facebook";
    }

    @Override
    public Map<String, String> query(Secret token) {
        return Map.of("appsecret_proof", proof(token));
    }

    private String proof(Secret token) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(appSecret.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(token.reveal().getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** The longest that any of the limits in the header stands, in minutes as Facebook has it; else {@code Retry-After}. */
    @Override
    public Optional<Duration> pause(Reply reply, Instant now) {
        return reply.header(USAGE)
                .flatMap(text -> Json.parse(text.getBytes(StandardCharsets.UTF_8)))
                .flatMap(usage -> usage.keySet().stream()
                        .flatMap(id -> Json.objects(usage, id).stream())
                        .flatMap(limit -> Json.number(limit, "estimated_time_to_regain_access").stream())
                        .filter(minutes -> minutes > 0 && minutes <= LONGEST.toMinutes())
                        .max(Long::compare)
                        .map(Duration::ofMinutes))
                .or(() -> Dialect.super.pause(reply, now));
    }

    @Override
    public Refusal refusal(Reply reply, Instant now) {
        var pause = pause(reply, now).orElse(null);
        var byStatus = Refusal.byStatus(platform(), reply.status(), pause);
        var code = Json.number(reply.json(), "error", "code").orElse(-1L);
        if (code < 0) {
            return byStatus;
        }
        var subcode = Json.number(reply.json(), "error", "error_subcode").orElse(0L);
        var word = subcode > 0 ? code + "/" + subcode : String.valueOf(code);
        var known = read(code, subcode, word, pause);
        if (known != null) {
            return known;
        }
        if (Json.isTrue(reply.json(), "error", "is_transient") || byStatus.kind() == Kind.TRANSIENT) {
            return troubled(word, pause);
        }
        return new Refusal(
                byStatus.kind(),
                pause,
                word,
                "Facebook refused the request (error " + word
                        + "); look the number up in the reference of its Graph API.");
    }

    private static @Nullable Refusal read(long code, long subcode, String word, @Nullable Duration pause) {
        if (code == AUTHORIZATION || code == SESSION) {
            return new Refusal(Kind.UNAUTHORIZED, null, word, unauthorized(subcode));
        }
        if (isLimit(code)) {
            return new Refusal(
                    Kind.RATE,
                    // It counts the requests of an hour that moves along with the clock.
                    pause == null ? Duration.ofMinutes(5) : pause,
                    word,
                    "Facebook wants fewer requests from this application or page (error " + word
                            + "); it is asked again later.");
        }
        if (GONE.contains(word)) {
            return refused(
                    word,
                    "Facebook does not have that, or does not show it to this account; somebody may have deleted it there.");
        }
        if (code == 1 || code == 2) {
            return troubled(word, pause);
        }
        if (code == 3 || code == 10 || (code >= 200 && code <= 299)) {
            return refused(
                    word,
                    "Facebook does not let this account do that (error " + word
                            + "): connect it again and allow everything that is asked for. If that does not help, the page must be allowed to go live"
                            + " (60 days old, 100 followers), and Facebook must have reviewed the application.");
        }
        if (code == 368) {
            return refused(
                    word,
                    "Facebook has blocked this account or page for a while; its owner finds out why at Facebook, under Support Inbox.");
        }
        return null;
    }

    /** Those of the application (4), the user (17), the page (32, 80001), what is asked for too often (613), and those of its other kinds. */
    private static boolean isLimit(long code) {
        return code == 4 || code == 17 || code == 32 || code == 341 || code == 613 || (code >= 80000 && code <= 80014);
    }

    private static String unauthorized(long subcode) {
        return switch ((int) subcode) {
            case 458 -> "Its owner removed this application at Facebook; connect the account again.";
            case 459, 464 ->
                "Facebook wants the account's owner to sign in on its own pages first; do so, then connect the account again.";
            case 460 -> "The password of the Facebook account was changed; connect the account again.";
            case 463 ->
                "The permission that Facebook gave has ended, as it does after some time; connect the account again.";
            case 492 ->
                "The person who connected the page may not manage it any more; connect it again as somebody who does.";
            default -> "Facebook does not take the saved permission; connect the account again.";
        };
    }

    private static Refusal troubled(String word, @Nullable Duration pause) {
        return new Refusal(
                Kind.TRANSIENT,
                pause,
                word,
                "Facebook is in trouble itself (error " + word + "); it is asked again later.");
    }

    private static Refusal refused(String word, String message) {
        return new Refusal(Kind.FINAL, null, word, message);
    }

    /** The word of RFC 6749 for what the token endpoint says in numbers. */
    static String oauthError(Reply reply) {
        var code = Json.number(reply.json(), "error", "code").orElse(-1L);
        var subcode = Json.number(reply.json(), "error", "error_subcode").orElse(0L);
        var message = Json.text(reply.json(), "error", "message").orElse("");
        if (code == 101 || (code == 1 && message.contains("client secret"))) {
            return "invalid_client";
        }
        if (code == 191 || subcode == 36008) {
            return "redirect_uri_mismatch";
        }
        // 36007 and 36009: a code that is too old, or was used; without a subcode one that never was.
        return code == 100 || code == AUTHORIZATION ? "invalid_grant" : "";
    }
}
