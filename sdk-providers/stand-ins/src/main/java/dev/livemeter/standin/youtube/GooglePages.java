package dev.livemeter.standin.youtube;

import dev.livemeter.standin.http.Permission;
import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What Google's authorization server answers: pages to people, and JSON to applications. */
final class GooglePages {

    static final String PAGE = "/o/oauth2/v2/auth";
    static final String DEVICE = "/device";

    private final Object lock;
    private final GoogleAccounts accounts;
    private final Map<String, Channel> people;
    private final Faults faults;

    GooglePages(Object lock, GoogleAccounts accounts, Map<String, Channel> people, Faults faults) {
        this.lock = lock;
        this.accounts = accounts;
        this.people = people;
        this.faults = faults;
    }

    /** Where a person asks for a page, or sends one in. */
    Response person(Request request) {
        synchronized (lock) {
            var permission = permission();
            try {
                return switch (request.line()) {
                    case "GET " + PAGE -> page(permission, request.query());
                    case "POST " + PAGE -> answered(request.form());
                    case "GET " + DEVICE ->
                        permission.devicePage(DEVICE, request.parameters().getOrDefault("user_code", ""));
                    default -> entered(permission, request.form());
                };
            } catch (OAuthError error) {
                return permission.wrong(
                        error.status(),
                        "Google would refuse this with the error " + error.error()
                                + "; look at what the application asks for.");
            }
        }
    }

    private Permission permission() {
        var names = new LinkedHashMap<String, String>();
        people.forEach((name, channel) -> names.put(name, name + " (" + channel.title() + ")"));
        return new Permission("YouTube", accounts.clientId(), names);
    }

    private Response page(Permission permission, String query) {
        var asked = single(query);
        accounts.check(asked);
        return permission.page(PAGE, query, asked.getOrDefault("scope", ""));
    }

    private Response answered(Map<String, String> form) {
        var asked = single(form.getOrDefault("request", ""));
        accounts.check(asked);
        var account = Permission.account(form);
        return Response.seeOther(account == null ? denied(asked) : allowed(asked, person(account), Set.of()));
    }

    /** Where a browser is sent whose person said yes. */
    URI allowed(Map<String, String> asked, Channel person, Set<String> scopes) {
        return back(asked, "code", accounts.allow(asked, person, scopes));
    }

    /** Where a browser is sent whose person said no. */
    URI denied(Map<String, String> asked) {
        accounts.check(asked);
        return back(asked, "error", "access_denied");
    }

    private static URI back(Map<String, String> asked, String name, String value) {
        var redirect = asked.getOrDefault("redirect_uri", "");
        return URI.create(redirect + (redirect.contains("?") ? "&" : "?") + "state="
                + encoded(asked.getOrDefault("state", "")) + "&" + name + "=" + encoded(value));
    }

    private Response entered(Permission permission, Map<String, String> form) {
        var code = form.getOrDefault("user_code", "").strip();
        if (!accounts.shows(code)) {
            return permission.wrong(400, "No device shows the code " + code + ".");
        }
        var account = Permission.account(form);
        accounts.enter(code, account == null ? null : person(account));
        return permission.done(
                account == null ? "The device was refused." : "Allowed. You may go back to your device.");
    }

    private Channel person(String name) {
        var person = people.get(name);
        if (person == null) {
            throw new OAuthError(400, "invalid_request");
        }
        return person;
    }

    /** Answers an application: a form in, JSON out. */
    Response application(Request request, String name, Function<Map<String, String>, JsonObject> work)
            throws InterruptedException {
        try {
            if (request.header("Content-Type")
                    .filter("application/x-www-form-urlencoded"::equals)
                    .isEmpty()) {
                throw new OAuthError(400, "invalid_request");
            }
            var fields = single(request.text());
            final Fault fault;
            final JsonObject answer;
            synchronized (lock) {
                fault = faults.next(name);
                var error = fault.error();
                if (error != null) {
                    throw new OAuthError(error.status(), error.reason());
                }
                answer = work.apply(fields);
            }
            Faults.pause(fault);
            return fault.cut() ? Response.cut() : Response.json(200, answer).with("Cache-Control", "no-store");
        } catch (OAuthError error) {
            return Response.json(
                    error.status(),
                    Json.createObjectBuilder()
                            .add("error", error.error())
                            .add("error_description", "In words of the platform's own.")
                            .build());
        }
    }

    /** Parameters of which each may be there once. */
    static Map<String, String> single(@Nullable String text) {
        var single = new LinkedHashMap<String, String>();
        Request.pairs(text).forEach((name, values) -> {
            if (values.size() > 1) {
                throw new OAuthError(400, "invalid_request");
            }
            single.put(name, values.get(0));
        });
        return single;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
