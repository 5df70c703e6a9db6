package dev.livemeter.standin.youtube;

import dev.livemeter.standin.http.Request;
import dev.livemeter.standin.http.Response;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** What stands before the API: the contract, the day's units, tokens, and what is to go wrong. */
final class ApiDesk {

    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");
    private static final String STREAM = "liveChatMessages.stream";

    private final Object lock;
    private final InstantSource clock;
    private final Contract contract = new Contract();
    private final GoogleAccounts accounts;
    private final LiveDesk desk;
    private final Faults faults;
    private long quota = 10_000;
    private long spent;
    private LocalDate day;

    ApiDesk(Object lock, InstantSource clock, GoogleAccounts accounts, LiveDesk desk, Faults faults) {
        this.lock = lock;
        this.clock = clock;
        this.accounts = accounts;
        this.desk = desk;
        this.faults = faults;
        this.day = LocalDate.ofInstant(clock.instant(), PACIFIC);
    }

    void quota(long units) {
        quota = units;
    }

    long spent() {
        return spent;
    }

    Response answer(Request request, String path) throws IOException, InterruptedException {
        try {
            return answered(request, path);
        } catch (ApiError error) {
            var response = Response.json(error.status(), error.json());
            return error.status() == 401
                    ? response.with("WWW-Authenticate", "Bearer realm=\"https://accounts.google.com/\"")
                    : response;
        }
    }

    private Response answered(Request request, String path) throws IOException, InterruptedException {
        var method = contract.find(request.method(), path);
        var body = body(request);
        final Fault fault;
        synchronized (lock) {
            fault = faults.next(method.name());
            charge(method);
        }
        var error = fault.error();
        if (error != null) {
            Faults.pause(fault);
            var played = new ApiError(error.status(), error.domain(), error.reason(), "Played by the test.");
            return Response.json(error.status(), played.json()).with(fault.headers());
        }
        final Response answer;
        synchronized (lock) {
            answer = work(request, method, body);
        }
        Faults.pause(fault);
        return fault.cut() ? Response.cut() : answer.with(fault.headers());
    }

    private Response work(Request request, Contract.Method method, @Nullable JsonObject body) {
        var grant = bearer(request);
        if (method.scopes().stream().noneMatch(grant.scopes()::contains)) {
            throw new ApiError(
                    403, "global", "insufficientPermissions", "Request had insufficient authentication scopes.");
        }
        var query = method.check(Request.pairs(request.query()));
        var takesBody = !method.fields().isEmpty();
        if (takesBody) {
            if (body == null) {
                throw ApiError.bad("required", "The request has no body of JSON.");
            }
            method.check(body, query.parts());
        } else if (body != null && !body.isEmpty()) {
            throw ApiError.bad("badRequest", "The method takes no body.");
        }
        if (method.name().equals(STREAM)) {
            return Response.stream("application/json; charset=UTF-8", desk.messages(grant.person(), query));
        }
        var answer = desk.call(method.name(), grant.person(), query, body == null ? JsonValue.EMPTY_JSON_OBJECT : body);
        return answer.isEmpty() && method.verb().equals("DELETE") ? Response.empty(204) : Response.json(200, answer);
    }

    private GoogleAccounts.Grant bearer(Request request) {
        if (request.header("Authorization").isEmpty()) {
            throw new ApiError(401, "global", "required", "Login Required.");
        }
        var grant = request.bearer().map(accounts::bearer).orElse(null);
        if (grant == null) {
            throw new ApiError(401, "global", "authError", "Invalid Credentials");
        }
        return grant;
    }

    /** Every request costs a unit, also one that is refused. */
    private void charge(Contract.Method method) {
        var today = LocalDate.ofInstant(clock.instant(), PACIFIC);
        if (today.isAfter(day)) {
            day = today;
            spent = 0;
        }
        if (spent + method.units() > quota) {
            throw new ApiError(
                    403,
                    "youtube.quota",
                    "quotaExceeded",
                    "The request cannot be completed because you have exceeded your <a href=\"/youtube/v3/getting-started#quota\">quota</a>.");
        }
        spent += method.units();
    }

    private static @Nullable JsonObject body(Request request) throws IOException {
        var bytes = request.bytes();
        if (bytes.length > 0
                && request.header("Content-Encoding").filter("gzip"::equals).isPresent()) {
            bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
        }
        // Google's client sends the absence of a body as an empty gzip file.
        if (bytes.length == 0) {
            return null;
        }
        if (request.header("Content-Type")
                .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("application/json"))
                .isEmpty()) {
            throw ApiError.bad("parseError", "The body is not declared as JSON.");
        }
        try (var reader = Json.createReader(new ByteArrayInputStream(bytes))) {
            return reader.readObject();
        } catch (JsonException e) {
            throw ApiError.bad("parseError", "Parse Error");
        }
    }
}
