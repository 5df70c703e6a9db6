package dev.livemeter.standin.twitch;

import dev.livemeter.standin.http.Audience;
import dev.livemeter.standin.http.Page;
import dev.livemeter.standin.http.Permission;
import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Twitch's pages for people. Its server's lock guards it. */
final class TwitchPages {

    static final String AUTHORIZE = "/oauth2/authorize";
    static final String ACTIVATE = "/activate";

    private static final int LONGEST_TEXT = 500;
    private static final String VIDEOS = "/videos/";

    private final String clientId;
    private final Map<String, TwitchUser> users;
    private final TwitchAccounts accounts;
    private final Audience audience = new Audience("Twitch", LONGEST_TEXT);

    TwitchPages(String clientId, Map<String, TwitchUser> users, TwitchAccounts accounts) {
        this.clientId = clientId;
        this.users = users;
        this.accounts = accounts;
    }

    private Permission permission() {
        var names = new LinkedHashMap<String, String>();
        users.values().forEach(user -> names.put(user.id, user.name));
        return new Permission("Twitch", clientId, names);
    }

    Response answer(Request request) {
        try {
            return switch (request.line()) {
                case "GET " + AUTHORIZE -> {
                    var asked = Form.ofQuery(request.query());
                    accounts.check(asked);
                    yield permission().page(AUTHORIZE, request.query(), asked.get("scope"));
                }
                case "POST " + AUTHORIZE -> {
                    var asked = Form.ofQuery(request.form().getOrDefault("request", ""));
                    var account = Permission.account(request.form());
                    yield Response.seeOther(account == null ? denied(asked) : allowed(asked, account));
                }
                case "GET " + ACTIVATE ->
                    permission().devicePage(ACTIVATE, request.parameters().getOrDefault("device-code", ""));
                case "POST " + ACTIVATE -> entered(request.form());
                case "GET /" -> home();
                default -> channel(request);
            };
        } catch (Refused refused) {
            return permission()
                    .wrong(
                            refused.response().status(),
                            "Twitch would refuse this: " + refused.sentence()
                                    + "; look at what the application asks for.");
        }
    }

    /** Where a browser is sent whose person said yes. */
    URI allowed(Form asked, String user) throws Refused {
        accounts.check(asked);
        if (!users.containsKey(user)) {
            throw Refused.bare(400, "no such user");
        }
        var scopes = TwitchAccounts.scopes(asked.get("scope"));
        var code = accounts.code(user, asked.get("redirect_uri"), scopes);
        return back(asked, "code=" + code + "&scope=" + encoded(String.join(" ", scopes)));
    }

    /** Where a browser is sent whose person said no. */
    URI denied(Form asked) throws Refused {
        accounts.check(asked);
        return back(asked, "error=access_denied&error_description=The+user+denied+you+access");
    }

    private static URI back(Form asked, String result) {
        var redirect = asked.get("redirect_uri");
        return URI.create(
                redirect + (redirect.contains("?") ? "&" : "?") + result + "&state=" + encoded(asked.get("state")));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Response entered(Map<String, String> form) {
        var code = form.getOrDefault("user_code", "").strip();
        var account = Permission.account(form);
        if (!accounts.shows(code)) {
            return permission().wrong(400, "No device shows the code " + code + ".");
        }
        if (account != null && !users.containsKey(account)) {
            return permission().wrong(400, "There is no such account.");
        }
        accounts.enter(code, account);
        return permission()
                .done(account == null ? "The device was refused." : "Allowed. You may go back to your device.");
    }

    private Response home() {
        var page = Page.of("Twitch", "Channels");
        users.values().forEach(user -> page.link("/" + encoded(user.login), user.name + ": " + state(user)));
        return Response.page(200, page.html());
    }

    private static String state(TwitchUser user) {
        return user.stream == null ? "offline" : "live";
    }

    private Response channel(Request request) {
        var path = request.path();
        if (path.startsWith(VIDEOS)) {
            return video(path.substring(VIDEOS.length()));
        }
        for (var user : users.values()) {
            if (path.equals("/" + user.login)) {
                return channel(request, user);
            }
        }
        return missing();
    }

    private Response channel(Request request, TwitchUser user) {
        var address = "/" + encoded(user.login);
        if (request.method().equals("POST")) {
            return audience.act(address, request.form(), new Audience.Stage() {
                @Override
                public void say(String author, String text) {
                    user.chat.say(author, text);
                }

                @Override
                public void viewers(long count) {
                    user.viewers = Math.toIntExact(count);
                }
            });
        }
        var show = new Audience.Show(
                user.title.isEmpty() ? user.name : user.title,
                user.name,
                state(user),
                OptionalLong.of(user.viewers),
                user.chat.lines());
        return request.parameters().containsKey("chat") ? audience.chat(show) : audience.page(address, show);
    }

    private Response video(String id) {
        for (var user : users.values()) {
            for (var video : user.videos) {
                if (video.id().equals(id)) {
                    return Response.page(
                            200,
                            Page.of("Twitch", video.title().isEmpty() ? user.name : video.title())
                                    .fact("channel", "Channel", user.name)
                                    .fact(
                                            "state",
                                            "Video of the stream that began at",
                                            video.since().toString())
                                    .html());
                }
            }
        }
        return missing();
    }

    private static Response missing() {
        return Response.page(404, Page.of("Twitch", "There is nothing here").html());
    }
}
