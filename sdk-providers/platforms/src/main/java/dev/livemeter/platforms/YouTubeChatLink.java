package dev.livemeter.platforms;

import dev.livemeter.LivemeterException;
import dev.livemeter.platforms.http.Answer;
import dev.livemeter.platforms.http.Json;
import dev.livemeter.platforms.youtube.ListAnswer;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.CarriesChat.Ear;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Means;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.CarriesChat.State;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.time.Scheduler.Scheduled;
import jakarta.json.JsonObject;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A YouTube chat that was joined: by a stream, and by polling where there are none, or some in a row came to nothing; then a stream is tried again now and then. All that happens is posted to one mailbox, where alone the
 * state is touched and the ear is told.
 */
final class YouTubeChatLink implements Link {

    private static final Logger log = LoggerFactory.getLogger(YouTubeChatLink.class);

    /** So many in a row that brought nothing, or not for long. */
    private static final int STREAMS_TRIED = 3;

    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY = 429;

    /** Whoever answers so has no streams, today or tomorrow. */
    private static final Set<Integer> NO_STREAMS = Set.of(404, 405, 410, 501);

    /** Of a stream that was worth its price. */
    private static final Duration LASTING = Duration.ofSeconds(30);

    private static final Duration STREAM_AGAIN = Duration.ofMinutes(10);

    /** A stream in which nothing comes may be dead; another one goes on where it was. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

    private static final Duration USUAL_PAUSE = Duration.ofSeconds(5);

    /** YouTube is not believed that it wants to be asked more seldom. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private static final PlatformTrouble FAULT = new PlatformTrouble(
            true,
            null,
            "fault",
            "The chat was interrupted by a fault in this application, whose log tells more; it is joined again.");

    private final YouTubeChatCalls calls;
    private final String broadcast;
    private final HttpClient streams;
    private final ChatPatience patience;
    private final Ear ear;
    private final Means means;
    private final Mailbox mailbox;
    private @Nullable YouTubeStream stream;
    private @Nullable Secret refused;
    private @Nullable Scheduled timer;
    private @Nullable String page;
    private boolean connected;
    private boolean carried;
    private long openedAt;
    private int failures;
    private int shortStreams;
    private boolean hasNoStreams;
    private boolean polls;
    private long pollsSince;
    private Duration interval = Duration.ZERO;
    private volatile @Nullable String chat;
    private volatile boolean closed;
    private volatile boolean over;

    YouTubeChatLink(
            YouTubeChatCalls calls, String broadcast, HttpClient streams, ChatPatience patience, Ear ear, Means means) {
        this.calls = calls;
        this.broadcast = broadcast;
        this.streams = streams;
        this.patience = patience;
        this.ear = ear;
        this.means = means;
        this.mailbox = new Mailbox(means.workers());
    }

    void begin() {
        step(this::attempt);
    }

    private void step(Runnable task) {
        mailbox.post(() -> guarded(task));
    }

    /** What fails here by a fault of ours is joined again, as nothing else would ever wake it. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("A step of YouTube's chat failed.", e);
            interrupted(FAULT);
        }
    }

    private boolean isDone() {
        return closed || over;
    }

    private void attempt() {
        if (isDone()) {
            return;
        }
        var known = chat;
        if (known == null) {
            lookUp();
        } else if (isStreamDue()) {
            openStream(known);
        } else {
            poll(known);
        }
    }

    private boolean isStreamDue() {
        return !hasNoStreams && (!polls || means.time().nanoTime() - pollsSince >= STREAM_AGAIN.toNanos());
    }

    private void later(Duration pause) {
        timer = means.scheduler().after(pause, () -> step(this::attempt));
    }

    private void lookUp() {
        var answer = calls.broadcast(broadcast);
        if (answer instanceof Answer.Failed refusal) {
            failed(refusal.trouble());
        } else {
            found(((Answer.Ok) answer).json());
        }
    }

    private void found(JsonObject broadcasts) {
        if (!ListAnswer.isWhole(broadcasts)) {
            interrupted(new PlatformTrouble(
                    true, null, "malformed", "YouTube answered without what was asked for; it is asked again later."));
            return;
        }
        var id = Json.objects(broadcasts, "items").stream()
                .findFirst()
                .flatMap(item -> Json.text(item, "snippet", "liveChatId"))
                .filter(text -> !text.isEmpty());
        if (id.isEmpty()) {
            over("This broadcast has no chat on YouTube.");
        } else {
            chat = id.get();
            attempt();
        }
    }

    private void openStream(String id) {
        final Secret token;
        try {
            var before = refused;
            token = before == null ? calls.token() : calls.tokenAfter(before);
        } catch (LivemeterException account) {
            failed(AccountTrouble.of(account));
            return;
        }
        var call = calls.stream(id, page);
        var withheld = calls.charge(call);
        if (withheld.isPresent()) {
            failed(withheld.get());
            return;
        }
        var opened = new YouTubeStream[1];
        opened[0] = new YouTubeStream(
                mailbox,
                () -> guarded(() -> watch(opened[0], token, LONGEST_SILENCE)),
                json -> guarded(() -> streamed(opened[0], token, json)),
                status -> guarded(() -> ended(opened[0], token, status)));
        stream = opened[0];
        carried = false;
        openedAt = means.time().nanoTime();
        watch(opened[0], token, patience.answer());
        opened[0].open(streams, call.uri(), token);
    }

    /** Has a stream closed that says nothing for so long. */
    private void watch(YouTubeStream watched, Secret token, Duration within) {
        if (isDone() || stream != watched) {
            return;
        }
        var waiting = timer;
        if (waiting != null) {
            waiting.cancel();
        }
        timer = means.scheduler()
                .after(
                        within,
                        () -> step(() -> {
                            if (stream != watched || isDone()) {
                                return;
                            }
                            watched.close();
                            if (carried) {
                                failures = 0;
                                shortStreams = 0;
                                attempt();
                            } else {
                                ended(watched, token, YouTubeStream.NONE);
                            }
                        }));
    }

    private void streamed(YouTubeStream from, Secret token, JsonObject json) {
        if (isDone() || from != stream) {
            return;
        }
        var id = chat;
        if (id != null) {
            calls.chargePush(id);
        }
        refused = null;
        carried = true;
        stopPolling();
        page(json);
        watch(from, token, LONGEST_SILENCE);
    }

    private void ended(YouTubeStream from, Secret token, int status) {
        if (isDone() || from != stream) {
            return;
        }
        stream = null;
        if (status == UNAUTHORIZED && refused == null) {
            refused = token;
            attempt();
            return;
        }
        refused = null;
        if (carried && means.time().nanoTime() - openedAt >= LASTING.toNanos()) {
            failures = 0;
            shortStreams = 0;
        } else {
            shortStreams++;
        }
        hasNoStreams |= NO_STREAMS.contains(status);
        var id = chat;
        if (id != null && (polls || shortStreams >= STREAMS_TRIED || isRefused(status))) {
            // Polling tells what is wrong, where something is.
            startPolling();
            poll(id);
        } else {
            interrupted(
                    status == TOO_MANY
                            ? new PlatformTrouble(
                                    true,
                                    null,
                                    "http_429",
                                    "YouTube wants fewer requests; its chat is joined again later.")
                            : new PlatformTrouble(
                                    true,
                                    null,
                                    "connection_lost",
                                    "The connection to YouTube's chat broke; it is joined again."));
        }
    }

    /** Whether an answer means that another stream would fare no better; what passes by itself does not. */
    private static boolean isRefused(int status) {
        return NO_STREAMS.contains(status) || (status >= 400 && status < 500 && status != TOO_MANY && status != 408);
    }

    private void startPolling() {
        pollsSince = means.time().nanoTime();
        if (!polls) {
            polls = true;
            calls.units().begin();
        }
    }

    private void stopPolling() {
        if (polls) {
            polls = false;
            calls.units().end();
        }
    }

    private void poll(String id) {
        var answer = calls.list(id, page);
        if (answer instanceof Answer.Failed refusal) {
            failed(refusal.trouble());
            return;
        }
        failures = 0;
        page(((Answer.Ok) answer).json());
        if (!isDone()) {
            later(calls.units().pause(interval));
        }
    }

    private void page(JsonObject json) {
        interval = Json.number(json, "pollingIntervalMillis")
                .filter(millis -> millis > 0)
                .map(millis -> Duration.ofMillis(Math.min(millis, LONGEST_PAUSE.toMillis())))
                .orElse(USUAL_PAUSE);
        if (!connected) {
            connected = true;
            ear.changed(new State.Connected());
        }
        for (var item : Json.objects(json, "items")) {
            if (isDone()) {
                return;
            }
            if (YouTubeChatEvents.isEnd(item)) {
                over("");
                return;
            }
            YouTubeChatEvents.tell(item, ear);
        }
        Json.text(json, "nextPageToken").filter(token -> !token.isEmpty()).ifPresent(token -> page = token);
        if (Json.text(json, "offlineAt").isPresent()) {
            over("");
        }
    }

    private void failed(PlatformTrouble trouble) {
        switch (trouble.code()) {
            case "liveChatEnded", "liveChatNotFound" -> over("");
            case "liveChatDisabled" -> over("The chat of this broadcast is switched off on YouTube.");
            case "pageTokenInvalid", "invalidPageToken" -> {
                page = null;
                interrupted(new PlatformTrouble(
                        true, null, trouble.code(), "YouTube lost the place in the chat; it is joined anew."));
            }
            default -> {
                if (trouble.retryable()) {
                    interrupted(trouble);
                } else {
                    over(trouble.message());
                }
            }
        }
    }

    private void interrupted(PlatformTrouble trouble) {
        release();
        if (isDone()) {
            return;
        }
        connected = false;
        failures++;
        var least = trouble.retryAfter();
        var pause = patience.pause(failures, least == null || least.compareTo(interval) < 0 ? interval : least);
        later(pause);
        ear.changed(new State.Interrupted(trouble, means.time().instant().plus(pause)));
    }

    private void over(String message) {
        if (!isDone()) {
            over = true;
            leave();
            ear.changed(new State.Over(message));
        }
    }

    private void leave() {
        stopPolling();
        release();
    }

    private void release() {
        var waiting = timer;
        if (waiting != null) {
            waiting.cancel();
        }
        var present = stream;
        if (present != null) {
            present.close();
        }
        stream = null;
    }

    @Override
    public Saying say(String text) {
        if (isDone()) {
            return new Saying.NotAllowed("The chat was left, or is over; nothing can be said there.");
        }
        var id = chat;
        return id == null
                ? new Saying.Refused(new PlatformTrouble(
                        true, Duration.ofSeconds(5), "joining", "The chat is being joined; try again in a moment."))
                : calls.say(id, text);
    }

    @Override
    public void close() {
        closed = true;
        mailbox.postLast(this::leave);
    }
}
