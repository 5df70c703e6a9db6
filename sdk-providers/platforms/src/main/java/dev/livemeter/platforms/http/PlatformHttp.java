package dev.livemeter.platforms.http;

import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.PlatformTrouble;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Talks to one platform over HTTP and JSON.
 *
 * <p>A request is sent where the budgets allow, and read up to a limit within a time. Where it is {@linkplain Call#repeatable() repeatable} and the platform was out of reach or
 * in trouble, it is sent again a few times, after pauses of full jitter or as long as the platform asks, as far as the whole stays within its time. Redirections are not
 * followed. The log names operations and statuses, never an address, a body or a token.
 *
 * <p>Thread-safe. Methods block and throw nothing for what the platform does; an interrupted thread gets a trouble and stays interrupted.
 */
public final class PlatformHttp {

    private static final Logger log = LoggerFactory.getLogger(PlatformHttp.class);
    private static final String NOBODY = "";

    /** What a platform asks of the whole application is not believed beyond that: one answer would silence everybody. */
    private static final Duration LONGEST_STAND_OFF = Duration.ofMinutes(5);

    private static final Duration LATER_BY = Duration.ofMinutes(2);

    private final Dialect dialect;
    private final HttpLimits limits;
    private final Surroundings around;
    private final Budgets budgets;
    private final CallListener listener;
    private final HttpClient client;

    public PlatformHttp(
            Dialect dialect, HttpLimits limits, Surroundings around, Budgets budgets, CallListener listener) {
        this.dialect = dialect;
        this.limits = limits;
        this.around = around;
        this.budgets = budgets;
        this.listener = listener;
        // HTTP/1.1: a handful of small requests a minute gains nothing from streams, and a cut connection takes one
        // request with it.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.connect())
                .executor(around.executor())
                .build();
    }

    /** Asks for the application itself, with no token. */
    public Answer send(Call call) {
        return read(exchange(call));
    }

    /** Asks with a token that belongs to no saved account yet. */
    public Answer send(Call call, Secret token) {
        return read(exchange(call, token, NOBODY));
    }

    /**
     * Asks for an account. A token that is refused is replaced once; what is refused then too is told to the account.
     *
     * @throws dev.livemeter.LivemeterException as {@link AccountAccess#token()}
     */
    public Answer send(Call call, AccountAccess access) {
        var account = access.account().id().value();
        var token = access.token();
        var outcome = exchange(call, token, account);
        if (refusal(outcome) == Refusal.Kind.UNAUTHORIZED) {
            outcome = exchange(call, access.tokenAfter(token), account);
            if (refusal(outcome) == Refusal.Kind.UNAUTHORIZED && dialect.secondRefusalIsFinal()) {
                access.needsAuthorization(message(outcome));
            }
        }
        if (refusal(outcome) == Refusal.Kind.NEEDS_AUTHORIZATION) {
            access.needsAuthorization(message(outcome));
        }
        return read(outcome);
    }

    /** Asks for the application itself, and leaves to the caller what the answer means. */
    public Outcome exchange(Call call) {
        return exchange(call, null, NOBODY);
    }

    /** Takes the units of something that is not sent from here: empty where there are enough, else why it must not be sent. */
    public Optional<PlatformTrouble> charge(Call call) {
        if (budgets.quota().charge(call)) {
            return Optional.empty();
        }
        var trouble = outOfUnits();
        listener.withheld(call.operation(), trouble.code());
        return Optional.of(trouble);
    }

    /** Until then, and a little longer: so that all who wait do not come in one moment. */
    private Duration untilUnits(Instant until) {
        return Duration.between(around.time().instant(), until).plus(Duration.ofNanos((long)
                (LATER_BY.toNanos() * around.random().nextDouble())));
    }

    /** What is answered where the units of the day do not suffice. */
    public PlatformTrouble outOfUnits() {
        var until = budgets.quota().againAt();
        return new PlatformTrouble(
                true,
                untilUnits(until),
                "quota_budget",
                "The units that " + dialect.platform()
                        + " gives this application for a day are used up, but for a reserve;"
                        + " it is not asked for this again before " + until + ".");
    }

    /** The budgets that it keeps to. */
    public Budgets budgets() {
        return budgets;
    }

    public Dialect dialect() {
        return dialect;
    }

    public Surroundings surroundings() {
        return around;
    }

    private Outcome exchange(Call call, @Nullable Secret token, String account) {
        var deadline = around.time().nanoTime() + limits.total().toNanos();
        for (var attempt = 1; ; attempt++) {
            var withheld = withhold(call, account, deadline);
            if (withheld != null) {
                listener.withheld(call.operation(), withheld.code());
                log.debug("{} {} not sent: {}", dialect.platform(), call.operation(), withheld.code());
                return new Outcome.Unreached(withheld);
            }
            var asked = around.time().instant();
            var outcome = once(call, token, deadline);
            if (isOutOfUnits(outcome)) {
                budgets.quota().exhaust(asked);
            }
            var wait = next(call, token == null, account, outcome, attempt);
            if (wait == null || wait.toNanos() >= deadline - around.time().nanoTime() || !pause(wait)) {
                return outcome;
            }
            listener.retried(call.operation());
        }
    }

    private boolean isOutOfUnits(Outcome outcome) {
        return refusal(outcome) == Refusal.Kind.QUOTA;
    }

    /** Why it is not sent; null where it may be. Waits for a place in the rate budgets, as far as there is time. */
    private @Nullable PlatformTrouble withhold(Call call, String account, long deadline) {
        var late = place(budgets.project(), NOBODY, deadline);
        if (late == null && !account.equals(NOBODY)) {
            late = place(budgets.account(), account, deadline);
        }
        if (late != null) {
            return late;
        }
        return budgets.quota().charge(call) ? null : outOfUnits();
    }

    private @Nullable PlatformTrouble place(RateBudget budget, String key, long deadline) {
        while (true) {
            var wait = budget.take(key);
            if (wait.isZero()) {
                return null;
            }
            if (wait.toNanos() >= deadline - around.time().nanoTime()) {
                return new PlatformTrouble(
                        true,
                        wait,
                        "rate_budget",
                        dialect.platform() + " is asked nothing more for " + Math.max(1, wait.toSeconds())
                                + " s, as it wants few requests; it is asked again later.");
            }
            if (!pause(wait)) {
                return interrupted();
            }
        }
    }

    /** How long to wait before it is sent again; null where it is not. */
    private @Nullable Duration next(Call call, boolean ofProject, String account, Outcome outcome, int attempt) {
        var wait = Duration.ZERO;
        if (outcome instanceof Outcome.Reached reached) {
            if (reached.reply().successful()) {
                return null;
            }
            var refusal = dialect.refusal(reached.reply(), around.time().instant());
            if (refusal.kind() == Refusal.Kind.RATE && refusal.pause() != null) {
                standOff(ofProject, account, refusal.pause());
            }
            if (!refusal.passing()) {
                return null;
            }
            wait = refusal.pause() == null ? Duration.ZERO : refusal.pause();
        } else if (!((Outcome.Unreached) outcome).trouble().retryable()
                || Thread.currentThread().isInterrupted()) {
            return null;
        }
        if (!call.repeatable() || attempt >= limits.attempts()) {
            return null;
        }
        var jitter = Duration.ofNanos((long)
                (limits.pauseBefore(attempt + 1).toNanos() * around.random().nextDouble()));
        return jitter.compareTo(wait) > 0 ? jitter : wait;
    }

    private void standOff(boolean ofProject, String account, Duration pause) {
        if (!account.equals(NOBODY)) {
            budgets.account().standOff(account, pause);
        } else if (ofProject) {
            budgets.project().standOff(NOBODY, pause.compareTo(LONGEST_STAND_OFF) < 0 ? pause : LONGEST_STAND_OFF);
        }
        // A token that belongs to no saved account speaks for nobody else.
    }

    private Outcome once(Call call, @Nullable Secret token, long deadline) {
        var start = around.time().nanoTime();
        var patience = Math.min(limits.request().toNanos(), deadline - start);
        if (patience <= 0) {
            return unanswered(call, "timeout", start);
        }
        var running = client.sendAsync(request(call, token), info -> new LimitedBody(limits.answerBytes()));
        try {
            // The JDK's own time-out ends with the headers; this one holds for the body too.
            return answered(call, running.get(patience, TimeUnit.NANOSECONDS), start);
        } catch (TimeoutException late) {
            running.cancel(true);
            return unanswered(call, "timeout", start);
        } catch (InterruptedException stop) {
            running.cancel(true);
            Thread.currentThread().interrupt();
            return new Outcome.Unreached(interrupted());
        } catch (ExecutionException failed) {
            return unanswered(call, code(failed.getCause()), start);
        }
    }

    private HttpRequest request(Call call, @Nullable Secret token) {
        // Throws where a bug would send a token in the clear.
        Endpoint.requireSafe(call.uri());
        var body = call.body();
        var uri = token == null ? call.uri() : Endpoint.also(call.uri(), dialect.query(token));
        var request = HttpRequest.newBuilder(uri)
                .method(call.method(), body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .setHeader("Accept", "application/json")
                .setHeader("User-Agent", "Livemeter");
        if (call.contentType() != null) {
            request.setHeader("Content-Type", call.contentType());
        }
        dialect.headers().forEach(request::setHeader);
        if (token != null) {
            request.setHeader("Authorization", dialect.tokenScheme() + " " + token.reveal());
        }
        return request.build();
    }

    private Outcome answered(Call call, HttpResponse<byte[]> response, long start) {
        var took = Duration.ofNanos(around.time().nanoTime() - start);
        var json = Json.parse(response.body());
        if (json.isEmpty() && response.statusCode() < 300) {
            return unanswered(call, "malformed", start);
        }
        listener.answered(call.operation(), response.statusCode(), took);
        log.debug(
                "{} {} -> {} after {} ms",
                dialect.platform(),
                call.operation(),
                response.statusCode(),
                took.toMillis());
        return new Outcome.Reached(
                new Reply(response.statusCode(), response.headers(), json.orElse(JsonValue.EMPTY_JSON_OBJECT)));
    }

    private Outcome unanswered(Call call, String code, long start) {
        var took = Duration.ofNanos(around.time().nanoTime() - start);
        listener.unanswered(call.operation(), code, took);
        log.debug("{} {} -> {} after {} ms", dialect.platform(), call.operation(), code, took.toMillis());
        var platform = dialect.platform();
        var message = switch (code) {
            case "timeout" -> platform + " did not answer in time; it is asked again later.";
            case "unreachable" ->
                platform + " cannot be reached; check that this host may connect to it, and its name is found.";
            case "too_long" ->
                platform + " answered with more than " + limits.answerBytes()
                        + " bytes, which is not read; check the endpoint in the configuration.";
            case "malformed" ->
                platform + " answered with something that is no JSON object; check the endpoint in the configuration.";
            default ->
                "The connection to " + platform + " broke before its answer was complete; it is asked again later.";
        };
        return new Outcome.Unreached(new PlatformTrouble(!code.equals("too_long"), null, code, message));
    }

    private static String code(@Nullable Throwable cause) {
        for (var at = cause; at != null; at = at.getCause()) {
            if (at instanceof LimitedBody.TooLong) {
                return "too_long";
            }
            if (at instanceof HttpConnectTimeoutException || at instanceof ConnectException) {
                return "unreachable";
            }
            if (at instanceof HttpTimeoutException) {
                return "timeout";
            }
        }
        if (cause instanceof IOException) {
            return "connection_lost";
        }
        if (cause instanceof RuntimeException) {
            // What the JDK's client makes of headers that cannot be, such as a Content-Length that is no number.
            return "malformed";
        }
        throw new IllegalStateException("The HTTP client failed.", cause);
    }

    private boolean pause(Duration span) {
        try {
            around.pause().sleep(span);
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private PlatformTrouble interrupted() {
        return new PlatformTrouble(
                true,
                null,
                "interrupted",
                "The request to " + dialect.platform() + " was interrupted; it is asked again later.");
    }

    private Answer read(Outcome outcome) {
        if (outcome instanceof Outcome.Unreached unreached) {
            return new Answer.Failed(unreached.trouble());
        }
        var reply = ((Outcome.Reached) outcome).reply();
        if (reply.successful()) {
            return new Answer.Ok(reply.json());
        }
        var refusal = dialect.refusal(reply, around.time().instant());
        var trouble = refusal.trouble();
        if (refusal.kind() == Refusal.Kind.QUOTA && trouble.retryAfter() == null) {
            var wait = untilUnits(budgets.quota().againAt());
            trouble = new PlatformTrouble(true, wait, trouble.code(), trouble.message());
        }
        return new Answer.Failed(trouble);
    }

    private Refusal.@Nullable Kind refusal(Outcome outcome) {
        return outcome instanceof Outcome.Reached reached && !reached.reply().successful()
                ? dialect.refusal(reached.reply(), around.time().instant()).kind()
                : null;
    }

    private String message(Outcome outcome) {
        return dialect.refusal(
                        ((Outcome.Reached) outcome).reply(), around.time().instant())
                .message();
    }
}
