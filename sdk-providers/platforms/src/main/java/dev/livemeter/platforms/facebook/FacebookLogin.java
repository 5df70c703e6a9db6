package dev.livemeter.platforms.facebook;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.platforms.FacebookSettings;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Call;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.http.OAuth;
import dev.livemeter.platforms.http.OAuthSettings;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.platforms.http.TokenAnswer;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.spi.ConnectsAccounts.Standing;
import dev.livemeter.spi.PlatformTrouble;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a person lets the application act for their pages and, where the settings want it, for their profile. Nothing that Facebook gives can be renewed for ever: after 60 days the person's token ends,
 * after 90 days the application's access to their data. So an account tells a day ahead that it must be connected again.
 */
final class FacebookLogin {

    /** So that no stream that begins today loses its page in the middle. */
    private static final Duration AHEAD = Duration.ofDays(1);

    private static final int PAGES = 5;
    private static final String CREATES = "CREATE_CONTENT";

    private final FacebookSettings settings;
    private final OAuth oauth;
    private final PlatformHttp http;
    private final Graph graph;

    FacebookLogin(FacebookSettings settings, PlatformHttp http, Graph graph) {
        this.settings = settings;
        this.http = http;
        this.graph = graph;
        this.oauth = new OAuth(
                http,
                new OAuthSettings(
                        settings.appId(),
                        settings.appSecret(),
                        settings.permissions(),
                        new Endpoint(settings.versionedPage()),
                        // Else what was declined once is not asked for again.
                        Map.of("auth_type", "rerequest"),
                        new Endpoint(URI.create(settings.versionedApi() + "/oauth/access_token")),
                        null,
                        null,
                        "scope",
                        GraphDialect::oauthError));
    }

    URI page(URI redirect, String state, String codeChallenge) {
        return oauth.page(redirect, state, codeChallenge);
    }

    Connection connect(String code, URI redirect, Secret codeVerifier) {
        var answer = oauth.exchange(code, redirect, codeVerifier);
        if (answer instanceof TokenAnswer.Granted granted) {
            return connected(granted.tokens().access());
        }
        return answer instanceof TokenAnswer.Unavailable unavailable
                ? new Connection.Unavailable(unavailable.trouble().message())
                : new Connection.Refused(
                        "Facebook does not take the code: it is good for one use and some minutes. Connect the account again.");
    }

    private Connection connected(Secret brief) {
        try {
            var person = token(ask(graph.extend(brief), null));
            var known = inspected(person);
            if (!known.isValid()) {
                return new Connection.Refused(
                        "Facebook does not take the permission that it just gave; connect the account again.");
            }
            var missing = missing(known.permissions());
            if (!missing.isEmpty()) {
                return givenBack(
                        person,
                        "Facebook was not allowed everything that going live needs (" + String.join(", ", missing)
                                + " is missing); connect the account again and allow it.");
            }
            return accounts(person, known)
                    .orElseGet(
                            () -> givenBack(
                                    person,
                                    "No page was chosen at Facebook that this person may post to; connect the account again and choose one."));
        } catch (Refused refused) {
            return refused.trouble.retryable()
                    ? new Connection.Unavailable(refused.trouble.message())
                    : new Connection.Refused(refused.trouble.message());
        }
    }

    private Set<String> missing(Set<String> given) {
        var missing = new TreeSet<>(FacebookSettings.PAGES);
        if (settings.profile() && given.contains(FacebookSettings.PROFILE)) {
            // Whoever chose no page may still go live as themselves.
            return Set.of();
        }
        missing.removeAll(given);
        return missing;
    }

    private Optional<Connection> accounts(Secret person, Inspection known) throws Refused {
        var all = new ArrayList<Connection.Connected>();
        if (known.permissions().containsAll(FacebookSettings.PAGES)) {
            all.addAll(pages(person, known));
        }
        if (settings.profile() && known.permissions().contains(FacebookSettings.PROFILE)) {
            all.add(profile(person, known));
        }
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(new Connection.Connected(
                        all.get(0).identity(), all.get(0).tokens(), all.subList(1, all.size())));
    }

    private List<Connection.Connected> pages(Secret person, Inspection known) throws Refused {
        var scopes = new TreeSet<>(known.permissions());
        scopes.remove(FacebookSettings.PROFILE);
        var pages = new ArrayList<Connection.Connected>();
        var after = "";
        for (var read = 0; read < PAGES; read++) {
            var answer = ask(graph.pages(after), person);
            for (var page : Json.objects(answer, "data")) {
                var id = Json.text(page, "id").filter(Graph::isId);
                var token = Json.text(page, "access_token").filter(text -> isToken(text));
                if (id.isPresent() && token.isPresent() && mayCreate(page)) {
                    pages.add(new Connection.Connected(
                            new PlatformIdentity(id.get(), name(page, "A Facebook page")),
                            new AccountTokens(
                                    Secret.of(token.get()),
                                    new Permit(true, id.get(), person).asRefresh(),
                                    known.dataUntil(),
                                    scopes)));
                }
            }
            after = Json.text(answer, "paging", "next").isPresent()
                    ? Json.text(answer, "paging", "cursors", "after").orElse("")
                    : "";
            if (after.isEmpty()) {
                break;
            }
        }
        return pages;
    }

    private static boolean mayCreate(JsonObject page) {
        return page.get("tasks") instanceof JsonArray tasks
                && tasks.stream()
                        .anyMatch(task -> task instanceof JsonString text
                                && text.getString().equals(CREATES));
    }

    private Connection.Connected profile(Secret person, Inspection known) throws Refused {
        var me = ask(graph.me(), person);
        var id = Json.text(me, "id").filter(Graph::isId).orElseThrow(() -> new Refused(unreadable()));
        return new Connection.Connected(
                new PlatformIdentity(id, name(me, "A Facebook profile")),
                new AccountTokens(
                        person,
                        new Permit(false, id, person).asRefresh(),
                        known.until(),
                        Set.of(FacebookSettings.PROFILE)));
    }

    private static String name(JsonObject of, String otherwise) {
        return Json.text(of, "name").filter(text -> !text.isBlank()).orElse(otherwise);
    }

    private Connection givenBack(Secret person, String why) {
        var unused = http.send(graph.withdraw(), person);
        return new Connection.Refused(why);
    }

    /** A new token for a page, as long as the person's own stands. A profile has none but that one. */
    Renewal renew(AccountTokens tokens) {
        var permit = Permit.of(tokens).orElse(null);
        if (permit == null) {
            return new Renewal.Lost(
                    "The permission of this account was not given to this version of Livemeter; connect it again.");
        }
        try {
            var known = inspected(permit.person());
            if (!known.isValid()) {
                return new Renewal.Lost(
                        "Facebook takes the saved permission no more: it ended, or was taken back. Connect the account again.");
            }
            if (!permit.isPage() || endsSoon(known.dataUntil())) {
                return new Renewal.Lost(
                        "Facebook gives permission for some weeks only, and these are over; connect the account again.");
            }
            var fresh = token(ask(graph.pageToken(permit.id()), permit.person()));
            return new Renewal.Renewed(
                    new AccountTokens(fresh, permit.asRefresh(), known.dataUntil(), tokens.scopes()));
        } catch (Refused refused) {
            return refused.trouble.retryable()
                    ? new Renewal.Unavailable(refused.trouble.message())
                    : new Renewal.Lost(
                            "The person who connected the page may not manage it any more, or did not choose it again;"
                                    + " connect the account again.");
        }
    }

    Standing validate(AccountTokens tokens) {
        try {
            var known = inspected(tokens.access());
            return known.isValid() && !endsSoon(known.until()) ? new Standing.Good() : new Standing.Refused();
        } catch (Refused refused) {
            return new Standing.Unavailable(refused.trouble.message());
        }
    }

    /** All of the person's accounts go with it: Facebook knows no permission for one page. */
    void revoke(AccountTokens tokens) {
        Permit.of(tokens).ifPresent(permit -> {
            var unused = http.send(graph.withdraw(), permit.person());
        });
    }

    static boolean shareOnePermission(AccountTokens one, AccountTokens other) {
        var first = Permit.of(one);
        return first.isPresent()
                && Permit.of(other)
                        .filter(second -> second.person().equals(first.get().person()))
                        .isPresent();
    }

    private boolean endsSoon(@Nullable Instant end) {
        return end != null && !http.surroundings().time().instant().plus(AHEAD).isBefore(end);
    }

    /**
     * What Facebook knows of a token.
     *
     * @param until when it is worth nothing any more, for either reason; null for never
     * @param dataUntil when the application's access to the person's data ends, which page tokens end with; null for never
     */
    private record Inspection(
            boolean isValid,
            Set<String> permissions,
            @Nullable Instant until,
            @Nullable Instant dataUntil) {}

    private Inspection inspected(Secret token) throws Refused {
        var data = Json.object(ask(graph.inspect(token), graph.appToken()), "data")
                .filter(known -> known.containsKey("is_valid"))
                .orElseThrow(() -> new Refused(unreadable()));
        var permissions = data.get("scopes") instanceof JsonArray scopes
                ? scopes.stream()
                        .filter(JsonString.class::isInstance)
                        .map(scope -> ((JsonString) scope).getString())
                        .filter(scope -> scope.matches("[a-z_]{1,80}"))
                        .collect(Collectors.toSet())
                : Set.<String>of();
        var isOurs = Json.text(data, "app_id").filter(settings.appId()::equals).isPresent();
        var ends = moment(data, "expires_at");
        var dataEnds = moment(data, "data_access_expires_at");
        return new Inspection(isOurs && Json.isTrue(data, "is_valid"), permissions, earlier(ends, dataEnds), dataEnds);
    }

    /** Seconds since 1970; 0 for never. */
    private static @Nullable Instant moment(JsonObject data, String name) {
        return Json.number(data, name)
                .filter(seconds -> seconds > 0 && seconds < 1L << 40)
                .map(Instant::ofEpochSecond)
                .orElse(null);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }

    private static Secret token(JsonObject answer) throws Refused {
        return Json.text(answer, "access_token")
                .filter(FacebookLogin::isToken)
                .map(Secret::of)
                .orElseThrow(() -> new Refused(unreadable()));
    }

    private static boolean isToken(String text) {
        return text.matches("[\\x21-\\x7e]{1,4000}");
    }

    private JsonObject ask(Call call, @Nullable Secret token) throws Refused {
        var answer = token == null ? http.send(call) : http.send(call, token);
        if (answer instanceof Answer.Failed failed) {
            throw new Refused(failed.trouble());
        }
        return ((Answer.Ok) answer).json();
    }

    private static PlatformTrouble unreadable() {
        return new PlatformTrouble(
                true, null, "malformed", "Facebook answered without what was asked for; it is asked again later.");
    }

    /** Ends a sequence of requests at the first one that did not go well; never leaves this class. */
    private static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient PlatformTrouble trouble;

        private Refused(PlatformTrouble trouble) {
            super(trouble.code(), null, false, false);
            this.trouble = trouble;
        }
    }
}
