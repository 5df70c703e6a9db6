package dev.livemeter.platforms;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import java.net.http.HttpClient;
import java.util.concurrent.Executor;

/**
 * The chat of a YouTube broadcast, whose id is that of its {@link BroadcastRef}: by server push, and by polling where that is not to be had. The account needs a scope that may read its broadcasts and, to
 * speak, {@code youtube} or {@code youtube.force-ssl}. Thread-safe.
 */
final class YouTubeChat implements CarriesChat {

    /** Of YouTube's own chat; the API's description gives no number. */
    private static final int LONGEST_TEXT = 200;

    private final PlatformHttp http;
    private final Endpoint api;
    private final ChatPatience patience;
    private final HttpClient streams;
    private final ChatUnits units;

    /**
     * @param http whose dialect gives YouTube's reasons as codes of its troubles
     * @param api such as {@code https://www.googleapis.com/youtube/v3}
     * @param executor runs what streams have to do besides waiting
     */
    YouTubeChat(PlatformHttp http, Endpoint api, ChatPatience patience, Executor executor) {
        this.http = http;
        this.api = api;
        this.patience = patience;
        this.units = new ChatUnits(http.budgets().quota());
        this.streams = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
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
        var link = new YouTubeChatLink(
                new YouTubeChatCalls(http, api, access, units), broadcast.id(), streams, patience, ear, means);
        link.begin();
        return link;
    }
}
