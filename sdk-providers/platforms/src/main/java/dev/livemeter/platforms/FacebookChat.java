package dev.livemeter.platforms;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import java.time.Duration;

/**
 * The comments of a Facebook live video, by polling: Facebook's push leaves comments out where many come, and wants the token in the address. Thread-safe.
 */
final class FacebookChat implements CarriesChat {

    /** Of Facebook's own comments; the API's reference gives no number. */
    private static final int LONGEST_TEXT = 8000;

    private final PlatformHttp http;
    private final Endpoint api;
    private final ChatPatience patience;
    private final Duration every;

    /**
     * @param http whose dialect gives Facebook's numbers as codes of its troubles
     * @param api with its version
     * @param every while people write
     */
    FacebookChat(PlatformHttp http, Endpoint api, ChatPatience patience, Duration every) {
        this.http = http;
        this.api = api;
        this.patience = patience;
        this.every = every;
    }

    @Override
    public int longestText() {
        return LONGEST_TEXT;
    }

    @Override
    public Link join(BroadcastRef broadcast, AccountAccess access, Ear ear, Means means) {
        var link = new FacebookChatLink(
                new FacebookComments(http, api, access, broadcast.id()), patience, every, ear, means);
        link.begin();
        return link;
    }
}
