package dev.livemeter.platforms;

import dev.livemeter.secret.Secret;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How this application is known to Twitch, and where Twitch listens. It prints no secret.
 *
 * @param clientId from the console at dev.twitch.tv
 * @param clientSecret from there; null for an application of the type <i>public</i>, which can use the device flow alone
 * @param scopes what people are asked to allow; {@link #NEEDED} at least
 * @param encryptedIngest whether streams go to Twitch by RTMPS; only for relays that can
 * @param identity the authorization server, without {@code /oauth2}
 * @param api Helix, its path included
 * @param ingests the list of servers
 * @param eventSub where the WebSocket of the chat is opened
 * @param site where people watch, with a slash at the end
 */
public record TwitchSettings(
        String clientId,
        @Nullable Secret clientSecret,
        Set<String> scopes,
        boolean encryptedIngest,
        URI identity,
        URI api,
        URI ingests,
        URI eventSub,
        URI site) {

    /** To read the stream key, and to set title and category. */
    public static final Set<String> NEEDED = Set.of("channel:read:stream_key", "channel:manage:broadcast");

    static final String READS_CHAT = "user:read:chat";
    static final String WRITES_CHAT = "user:write:chat";

    /** To read the chat and to answer there; asked for unless {@link #withoutChat}. */
    public static final Set<String> CHAT = Set.of(READS_CHAT, WRITES_CHAT);

    public TwitchSettings {
        var all = new TreeSet<>(scopes);
        all.addAll(NEEDED);
        scopes = Set.copyOf(all);
    }

    /** Those of an application at Twitch itself. */
    public static TwitchSettings of(String clientId, @Nullable Secret clientSecret) {
        return new TwitchSettings(
                clientId,
                clientSecret,
                CHAT,
                false,
                URI.create("https://id.twitch.tv"),
                URI.create("https://api.twitch.tv/helix"),
                URI.create("https://ingest.twitch.tv/ingests"),
                TwitchChat.EVENT_SUB,
                URI.create("https://www.twitch.tv/"));
    }

    /** The same, without the scopes of the chat: it is neither heard nor answered then. */
    public TwitchSettings withoutChat() {
        var fewer = new TreeSet<>(scopes);
        fewer.removeAll(CHAT);
        return new TwitchSettings(
                clientId, clientSecret, fewer, encryptedIngest, identity, api, ingests, eventSub, site);
    }

    /** The same, with more scopes. */
    public TwitchSettings asking(Set<String> more) {
        var all = new TreeSet<>(scopes);
        all.addAll(more);
        return new TwitchSettings(clientId, clientSecret, all, encryptedIngest, identity, api, ingests, eventSub, site);
    }

    /** The same, with streams that go to Twitch by RTMPS. */
    public TwitchSettings encrypted() {
        return new TwitchSettings(clientId, clientSecret, scopes, true, identity, api, ingests, eventSub, site);
    }

    /** The same at another place, such as a stand-in. */
    public TwitchSettings at(URI otherIdentity, URI otherApi, URI otherIngests) {
        return new TwitchSettings(
                clientId, clientSecret, scopes, encryptedIngest, otherIdentity, otherApi, otherIngests, eventSub, site);
    }

    /** The same, with a chat at another place. */
    public TwitchSettings chatAt(URI otherEventSub) {
        return new TwitchSettings(
                clientId, clientSecret, scopes, encryptedIngest, identity, api, ingests, otherEventSub, site);
    }

    /** The same, with channels and videos that are watched at another place. */
    public TwitchSettings shownAt(URI otherSite) {
        return new TwitchSettings(
                clientId, clientSecret, scopes, encryptedIngest, identity, api, ingests, eventSub, otherSite);
    }
}
