package dev.livemeter.platforms;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.secret.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * How this application is known to Kick, and where Kick listens. It prints no secret.
 *
 * @param clientId from the developer settings of a Kick account
 * @param clientSecret from there
 * @param scopes what people are asked to allow; {@link #NEEDED} at least
 * @param identity the authorization server, without {@code /oauth}
 * @param api without {@code /public}
 */
public record KickSettings(String clientId, Secret clientSecret, Set<String> scopes, URI identity, URI api) {

    /** To know whose channel it is, to read server and key, and to set title and category. */
    public static final Set<String> NEEDED = Set.of("user:read", "channel:read", "channel:write", "streamkey:read");

    /**
     * Checks them.
     *
     * @throws ConfigurationException with everything that is wrong
     */
    public KickSettings {
        var all = new TreeSet<>(scopes);
        all.addAll(NEEDED);
        scopes = Set.copyOf(all);
        var faults = new ArrayList<String>();
        if (clientId.isBlank() || clientSecret.reveal().isBlank()) {
            faults.add(
                    "Kick needs the client id and the client secret of an application; take both from the developer settings of a Kick account.");
        }
        for (var endpoint : List.of(identity, api)) {
            try {
                new Endpoint(endpoint);
            } catch (IllegalArgumentException e) {
                faults.add(String.valueOf(e.getMessage()));
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    /** Those of an application at Kick itself. */
    public static KickSettings of(String clientId, Secret clientSecret) {
        return new KickSettings(
                clientId, clientSecret, NEEDED, URI.create("https://id.kick.com"), URI.create("https://api.kick.com"));
    }

    /** The same, with more scopes. */
    public KickSettings asking(Set<String> more) {
        var all = new TreeSet<>(scopes);
        all.addAll(more);
        return new KickSettings(clientId, clientSecret, all, identity, api);
    }

    /** The same at another place, such as a stand-in. */
    public KickSettings at(URI otherIdentity, URI otherApi) {
        return new KickSettings(clientId, clientSecret, scopes, otherIdentity, otherApi);
    }
}
