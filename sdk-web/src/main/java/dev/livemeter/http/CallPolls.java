package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallId;
import dev.livemeter.call.CallStatus;
import dev.livemeter.call.Calls;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /calls/current}: the call that somebody is in, and how the one ended that they know. A question may wait until there is another answer than the one that is known, and holds no thread meanwhile; who comes beyond the bounds is answered at once, never refused. Thread-safe.
 */
final class CallPolls implements AutoCloseable {

    /** Many of the connections that one process can have. */
    static final int MOST_WAITING = 10_000;

    /** As many windows of one person, or leftovers of windows that were closed. */
    static final int MOST_OF_ONE = 8;

    /** On a mount that cannot wait without a thread. */
    private static final int MOST_BLOCKED = 64;

    private static final String PATH = "/calls/current";
    private static final String NONE = "-";
    private static final Pattern CURSOR = Pattern.compile("([a-z0-9][a-z0-9-]{7,63})\\.([0-9]{1,18})|-?");

    /** When to ask again: as where something was said a while ago. */
    private static final Duration CALM = Duration.ofSeconds(30);

    private final Livemeter live;
    private final Waits waits = new Waits(MOST_WAITING, MOST_OF_ONE);
    private final Semaphore blocked = new Semaphore(MOST_BLOCKED);

    CallPolls(Livemeter live) {
        this.live = live;
    }

    static boolean isMeant(WebRequest request) {
        return request.path().equals(PATH);
    }

    private Calls calls() {
        TalkRoutes.require(live);
        return live.calls();
    }

    /**
     * What somebody knows already.
     *
     * @param call null for none
     * @param isFirst whether they know nothing at all, not even that there is none
     */
    private record Known(@Nullable CallId call, long version, boolean isFirst) {

        static Known of(Call call) {
            var text = call.request().parameter("after").orElse("");
            var match = CURSOR.matcher(text);
            if (!match.matches()) {
                throw new ProblemException(
                        400,
                        "request.malformed_parameter",
                        "The parameter 'after' does not fit; give the 'next' of an answer, or nothing at first.");
            }
            return match.group(1) == null
                    ? new Known(null, 0, text.isEmpty())
                    : new Known(new CallId(match.group(1)), Long.parseLong(match.group(2)), false);
        }
    }

    /** What there is, as soon as it is something else than what is known, or the time is over. */
    CompletionStage<WebResponse> answer(Call call) {
        return answer(call, true);
    }

    /** The answer, for a mount that waits with a thread; where too many wait already, at once. */
    WebResponse answerNow(Call call) {
        var mayWait = blocked.tryAcquire();
        try {
            return answer(call, mayWait).toCompletableFuture().join();
        } finally {
            if (mayWait) {
                blocked.release();
            }
        }
    }

    private CompletionStage<WebResponse> answer(Call call, boolean mayWait) {
        var calls = calls();
        var known = Known.of(call);
        var patience = Duration.ofSeconds(Parameters.number(call.request(), "wait", 0, 0, Waits.LONGEST_SECONDS));
        var wait =
                mayWait && !patience.isZero() ? waits.begin(call.caller().user().value()) : null;
        if (wait == null) {
            return CompletableFuture.completedFuture(response(call, known, PollPace.Style.ASKS));
        }
        var watch = calls.watch(call.userName(), wait::wake);
        var isWaiting = false;
        try {
            // After it is watched: what happens from now on wakes.
            if (hasNews(call, known)) {
                return CompletableFuture.completedFuture(response(call, known, PollPace.Style.WAITS));
            }
            isWaiting = true;
            return wait.answer(patience, () -> {
                watch.close();
                wait.end();
                return response(call, known, PollPace.Style.WAITS);
            });
        } finally {
            if (!isWaiting) {
                watch.close();
                wait.end();
            }
        }
    }

    private boolean hasNews(Call call, Known known) {
        if (known.isFirst()) {
            return true;
        }
        var id = known.call();
        return id == null
                ? current(call).isPresent()
                : calls().status(call.userName(), id)
                        .map(status -> status.call().state().isOver() || status.version() > known.version())
                        .orElse(true);
    }

    private Optional<CallStatus> current(Call call) {
        return calls().current(call.userName())
                .filter(status -> !status.call().state().isOver());
    }

    private WebResponse response(Call call, Known known, PollPace.Style style) {
        var current = current(call);
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "current",
                                current.map(status -> view(status, call)).orElse(JsonValue.NULL))
                        .add("ended", ended(call, known.call()))
                        .add(
                                "next",
                                current.map(status -> status.call().id() + "." + status.version())
                                        .orElse(NONE))
                        .add("askAgain", Wire.seconds(PollPace.next(CALM, waits.loadPercent(), style))));
    }

    private JsonValue view(CallStatus status, Call call) {
        return CallView.of(status, call.user(), calls().policy()).build();
    }

    /** How the call ended that is known: from memory, or as it is stored. */
    private JsonValue ended(Call call, @Nullable CallId id) {
        if (id == null) {
            return JsonValue.NULL;
        }
        var seen = calls().status(call.userName(), id);
        if (seen.isPresent()) {
            return seen.get().call().state().isOver() ? view(seen.get(), call) : JsonValue.NULL;
        }
        return calls().find(id)
                .filter(stored -> stored.isOf(call.user()) && stored.state().isOver())
                .<JsonValue>map(stored -> CallView.stored(stored, call.user()).build())
                .orElse(JsonValue.NULL);
    }

    int waiting() {
        return waits.size();
    }

    /** Answers all that wait. Idempotent. */
    @Override
    public void close() {
        waits.close();
    }
}
