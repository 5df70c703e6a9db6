package dev.livemeter.platforms;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.Executor;

/**
 * The chat of a Twitch channel: heard by EventSub over WebSocket, spoken to by the API. The account needs the scopes {@code user:read:chat} and, to speak, {@code user:write:chat}. The chat is that of the
 * account's own channel, whatever the broadcast. Thread-safe.
 */
final class TwitchChat implements CarriesChat {

    static final URI EVENT_SUB = URI.create("wss://eventsub.wss.twitch.tv/ws");

    /** Of the API's description of sending messages. */
    private static final int LONGEST_TEXT = 500;

    private final PlatformHttp http;
    private final Endpoint helix;
    private final URI eventSub;
    private final ChatPatience patience;
    private final HttpClient sockets;

    /**
     * @param http whose dialect sends the client id
     * @param helix such as {@code https://api.twitch.tv/helix}
     * @param eventSub where sockets are opened
     * @param executor runs what sockets have to do besides waiting
     */
    TwitchChat(PlatformHttp http, Endpoint helix, URI eventSub, ChatPatience patience, Executor executor) {
        this.http = http;
        this.helix = helix;
        this.eventSub = eventSub;
        this.patience = patience;
        this.sockets = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience.answer())
                .executor(executor)
                .build();
    }

    @Override
    public int longestText() {
        return LONGEST_TEXT;
    }

    @Override
    public Link join(BroadcastRef broadcast, AccountAccess access, Ear ear, Means means) {
        var link = new TwitchChatLink(new TwitchHelix(http, helix, access), sockets, eventSub, patience, ear, means);
        link.begin();
        return link;
    }
}
