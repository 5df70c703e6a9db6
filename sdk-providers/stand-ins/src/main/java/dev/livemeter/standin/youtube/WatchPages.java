package dev.livemeter.standin.youtube;

import dev.livemeter.standin.http.Audience;
import dev.livemeter.standin.http.Page;
import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** The pages that an audience sees. Its server's lock guards it. */
final class WatchPages {

    static final String WATCH = "/watch";

    private static final int LONGEST_TEXT = 200;

    private final LiveDesk desk;
    private final Audience audience = new Audience("YouTube", LONGEST_TEXT);

    WatchPages(LiveDesk desk) {
        this.desk = desk;
    }

    /** All broadcasts. */
    Response home() {
        var page = Page.of("YouTube", "Broadcasts");
        desk.all().forEach(broadcast -> page.link(address(broadcast), broadcast.title() + ": " + broadcast.state()));
        return Response.page(200, page.html());
    }

    Response watch(Request request) {
        var broadcast = desk.find(request.parameters().getOrDefault("v", ""));
        if (broadcast == null) {
            return missing();
        }
        var address = address(broadcast);
        if (request.method().equals("POST")) {
            return audience.act(address, request.form(), new Audience.Stage() {
                @Override
                public void say(String author, String text) {
                    if (!broadcast.hasChat) {
                        throw new IllegalStateException("This broadcast has no chat.");
                    }
                    broadcast.chat.say(author, text);
                }

                @Override
                public void viewers(long count) {
                    broadcast.viewers = count;
                }
            });
        }
        var viewers = broadcast.viewers;
        var show = new Audience.Show(
                broadcast.title(),
                broadcast.channel.title(),
                broadcast.state(),
                viewers == null ? OptionalLong.empty() : OptionalLong.of(viewers),
                broadcast.chat.lines());
        return request.parameters().containsKey("chat") ? audience.chat(show) : audience.page(address, show);
    }

    private static Response missing() {
        return Response.page(404, Page.of("YouTube", "There is no such video").html());
    }

    private static String address(Broadcast broadcast) {
        return WATCH + "?v=" + URLEncoder.encode(broadcast.id, StandardCharsets.UTF_8);
    }
}
