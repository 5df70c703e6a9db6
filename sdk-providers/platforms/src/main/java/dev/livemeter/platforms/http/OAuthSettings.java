package dev.livemeter.platforms.http;

import dev.livemeter.secret.Secret;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an application is known to a platform's authorization server, and what that does differently from the RFCs.
 *
 * @param secret of the application; null for a public client
 * @param scopes that are asked for
 * @param page where a browser goes
 * @param pageExtras what its query carries besides, such as {@code access_type}
 * @param revoke null where tokens cannot be revoked
 * @param device null where there is no device flow
 * @param deviceScope the name of the field that has the scopes when a device code is asked for; RFC 8628 names it in the singular
 * @param error the error code of RFC 6749 and RFC 8628 that an answer means, such as {@code invalid_grant}; empty where it tells none
 */
public record OAuthSettings(
        String clientId,
        @Nullable Secret secret,
        Set<String> scopes,
        Endpoint page,
        Map<String, String> pageExtras,
        Endpoint token,
        @Nullable Endpoint revoke,
        @Nullable Endpoint device,
        String deviceScope,
        Function<Reply, String> error) {

    public OAuthSettings {
        scopes = Set.copyOf(scopes);
        pageExtras = Map.copyOf(pageExtras);
    }

    /** As the RFCs have it: the field {@code error}. */
    public static String standardError(Reply reply) {
        return Json.text(reply.json(), "error").orElse("");
    }
}
