package dev.livemeter.relay.nginx;

import dev.livemeter.secret.Secret;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * nginx's callbacks. Their paths end with a token that only the running nginx knows, whom it is about and what is told:
 * {@code /TOKEN/ingest/publish}, {@code /TOKEN/pushes/update}. Answers are final and short; none of them repeats what was sent.
 */
final class CallbackHandler implements WebHandler, CallbackServer.Decider {

    private static final Logger log = LoggerFactory.getLogger(CallbackHandler.class);

    static final int MOST_BYTES = 16 * 1024;
    private static final int MOST_PRINTED = 64;
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String INGEST = "ingest";

    /** What the gate asks about one push by itself, and which node somebody's ticket is of. */
    static final String PUSHES = "pushes";

    /** A push that leads nowhere, by which nginx tells that it has a stream; no target of a platform is without a key. */
    private static final Pattern ANCHOR = Pattern.compile("127\\.0\\.0\\.1:[0-9]{1,5}/" + NginxConf.ANCHOR);

    /** Whom the callbacks of one run of nginx concern. */
    record Run(Secret token, String application, Publishers publishers) {}

    private final Complaints forged;
    private final Complaints malformed;
    private final NodeDoor door;
    private final Executor workers;
    private volatile @Nullable Run run;

    /** One without other nodes, that decides in the thread that asks. */
    CallbackHandler(TimeSource time) {
        this(time, new NodeDoor((wait, task) -> () -> {}), Runnable::run);
    }

    /**
     * Callbacks, and what comes from other nodes by that door.
     *
     * @param workers decide what may take a while
     */
    CallbackHandler(TimeSource time, NodeDoor door, Executor workers) {
        this.door = door;
        this.workers = workers;
        this.forged = new Complaints(log, "Callbacks without the relay's token were turned away", time);
        this.malformed = new Complaints(log, "Callbacks that nginx would not send were turned away", time);
    }

    NodeDoor door() {
        return door;
    }

    /** Callbacks of any earlier run are strangers from now on. */
    void serve(Run next) {
        run = next;
    }

    /** As {@link #handle}, without waiting in this thread. */
    @Override
    public void decide(WebRequest request, Consumer<WebResponse> answer) {
        var current = run;
        var parts = request.path().split("/", -1);
        if (current != null
                && parts.length >= 4
                && NodeDoor.ROOM.equals(parts[parts.length - 2])
                && matches(current.token(), parts[parts.length - 3])) {
            var event = parts[parts.length - 1];
            decideLater(() -> door.hear(event, answer, () -> answer.accept(refused(request, 400))), answer);
            return;
        }
        var status = fault(current, request, parts);
        if (current == null || status != 0) {
            answer.accept(turnedAway(request, status));
            return;
        }
        var room = parts[parts.length - 2];
        var event = parts[parts.length - 1];
        var form = CallbackForm.parse(request.body().text());
        if (INGEST.equals(room) && isHeartbeat(event, form)) {
            current.publishers()
                    .heartbeat(
                            heartbeat(form, form.number("clientid").getAsLong()),
                            said -> answer.accept(response(said)));
        } else if ("update".equals(event)) {
            answer.accept(response(request, answer(current, room, event, form)));
        } else {
            decideLater(() -> answer.accept(response(request, answer(current, room, event, form))), answer);
        }
    }

    /** Names are looked up, and the authority is asked. */
    private void decideLater(Runnable decision, Consumer<WebResponse> answer) {
        try {
            workers.execute(() -> {
                try {
                    decision.run();
                } catch (RuntimeException e) {
                    log.error("A callback of nginx could not be answered.", e);
                    answer.accept(WebResponse.empty(500));
                }
            });
        } catch (RejectedExecutionException closed) {
            answer.accept(WebResponse.empty(503));
        }
    }

    private static boolean isHeartbeat(String event, CallbackForm form) {
        return "update".equals(event)
                && "update_publish".equals(form.text("call"))
                && form.number("clientid").isPresent();
    }

    @Override
    public WebResponse handle(WebRequest request) {
        var current = run;
        var parts = request.path().split("/", -1);
        var status = fault(current, request, parts);
        return current == null || status != 0
                ? turnedAway(request, status)
                : response(
                        request,
                        answer(
                                current,
                                parts[parts.length - 2],
                                parts[parts.length - 1],
                                CallbackForm.parse(request.body().text())));
    }

    /** As which status a request is turned away; 0 where it may be read. */
    private static int fault(@Nullable Run current, WebRequest request, String[] parts) {
        if (current == null) {
            // An nginx that outlived an earlier process may ask before we are ready.
            return 503;
        }
        if (parts.length < 4 || !matches(current.token(), parts[parts.length - 3])) {
            return 404;
        }
        if (!"POST".equals(request.method())) {
            return 405;
        }
        if (request.body().length() > MOST_BYTES) {
            return 413;
        }
        return request.header("content-type").orElse("").startsWith(FORM) ? 0 : 415;
    }

    private WebResponse turnedAway(WebRequest request, int status) {
        if (status == 503) {
            return WebResponse.empty(503);
        }
        if (status == 404) {
            forged.add(request.remoteAddress());
            return WebResponse.empty(404);
        }
        return refused(request, status);
    }

    private WebResponse response(WebRequest request, Optional<Answer> answer) {
        return answer.map(CallbackHandler::response).orElseGet(() -> refused(request, 400));
    }

    long forgedCount() {
        return forged.count();
    }

    long malformedCount() {
        return malformed.count();
    }

    private static Optional<Answer> answer(Run run, String room, String event, CallbackForm form) {
        var client = form.number("clientid");
        if (client.isEmpty()) {
            return Optional.empty();
        }
        return switch (room) {
            case INGEST -> ingest(run, event, form, client.getAsLong());
            case PUSHES -> pushes(run, event, form, client.getAsLong());
            default -> Optional.empty();
        };
    }

    private static Optional<Answer> ingest(Run run, String event, CallbackForm form, long client) {
        var publishers = run.publishers();
        var stream = form.text("name");
        return switch (event + " " + form.text("call")) {
            case "publish publish" ->
                run.application().equals(form.text("app")) ? Optional.of(publish(run, form, client)) : Optional.empty();
            case "update update_publish" -> Optional.of(publishers.heartbeat(heartbeat(form, client)));
            // The gate asks once for all pushes; one of several nodes knows its own only.
            case "update update_play" ->
                publishers.isAmongOthers()
                        ? pushes(run, event, form, client)
                        : Optional.of(publishers.pushes().areHeartbeatsNeeded());
            case "publish_done publish_done" -> Optional.of(publishers.left(client));
            // A push plays by no application; a player from outside always names one.
            case "play play" -> {
                if (!isPush(form)) {
                    yield Optional.of(publishers.watch(stream, form.text(LookTickets.ARGUMENT)));
                }
                yield Optional.of(
                        isAnchor(form)
                                ? publishers.begun(stream)
                                : publishers.pushes().begins(stream, client, address(form)));
            }
            case "play_done play_done" ->
                Optional.of(
                        isPush(form) && !isAnchor(form)
                                ? publishers.pushes().done(stream, client, address(form))
                                : publishers.pushes().heard(stream));
            default -> Optional.empty();
        };
    }

    private static Answer publish(Run run, CallbackForm form, long client) {
        var publishers = run.publishers();
        var stream = form.text("name");
        var ticket = form.text(RingTickets.ARGUMENT);
        var ring = publishers.ring(client, stream, ticket);
        if (ring.isPresent()) {
            return ring.get();
        }
        return publishers.isAmongOthers() && !ticket.isEmpty()
                ? Answer.ELSEWHERE
                : publishers.publish(client, Secret.of(stream), printable(form.text("addr")));
    }

    /** What is asked about one by itself. */
    private static Optional<Answer> pushes(Run run, String event, CallbackForm form, long client) {
        var publishers = run.publishers();
        var stream = form.text("name");
        return switch (event + " " + form.text("call")) {
            case "update update_play" ->
                Optional.of(
                        isPush(form)
                                ? publishers
                                        .pushes()
                                        .heartbeat(
                                                stream,
                                                client,
                                                address(form),
                                                form.number("timestamp").orElse(0))
                                : publishers.passing());
            case "publish publish" ->
                run.application().equals(form.text("app"))
                        ? publishers
                                .ring(client, stream, form.text(RingTickets.ARGUMENT))
                                .or(() -> Optional.of(Answer.UNAVAILABLE))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean isPush(CallbackForm form) {
        return form.text("app").isEmpty();
    }

    private static boolean isAnchor(CallbackForm form) {
        return ANCHOR.matcher(address(form)).matches();
    }

    private static String address(CallbackForm form) {
        return form.text("addr");
    }

    private static Publishers.Heartbeat heartbeat(CallbackForm form, long client) {
        return new Publishers.Heartbeat(
                client,
                Secret.of(form.text("name")),
                printable(form.text("addr")),
                Duration.ofSeconds(form.number("time").orElse(0)),
                form.number("timestamp"));
    }

    private static WebResponse response(Answer answer) {
        if (answer instanceof Answer.Rename rename) {
            return WebResponse.empty(302).with("Location", rename.stream());
        }
        if (answer instanceof Answer.PassTo passTo) {
            return WebResponse.empty(302).with("Location", passTo.location());
        }
        if (answer instanceof Answer.GoFor bridged) {
            return kept(bridged.unasked());
        }
        if (answer instanceof Answer.ForAll all) {
            return all.unasked().isZero() ? kept(Gate.GO_ON_STATUS) : kept(all.unasked());
        }
        if (answer instanceof Answer.Elsewhere) {
            return WebResponse.empty(Gate.ELSEWHERE_STATUS);
        }
        if (answer instanceof Answer.Each) {
            return kept(Gate.EACH_STATUS);
        }
        return WebResponse.empty(answer instanceof Answer.Deny deny ? deny.status() : 200);
    }

    /** RFC 5861; one second is the shortest time that nginx keeps an answer. */
    private static WebResponse kept(Duration unasked) {
        return WebResponse.empty(200).with("Cache-Control", "max-age=1, stale-if-error=" + unasked.toSeconds());
    }

    /** A word to the gate, which nginx keeps without a file. */
    private static WebResponse kept(int status) {
        return WebResponse.empty(status).with("Cache-Control", "max-age=1");
    }

    private WebResponse refused(WebRequest request, int status) {
        malformed.add(request.remoteAddress());
        return WebResponse.empty(status);
    }

    private static boolean matches(Secret token, String given) {
        return MessageDigest.isEqual(
                token.reveal().getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static String printable(String text) {
        var clean = new StringBuilder(text);
        clean.setLength(Math.min(text.length(), MOST_PRINTED));
        for (var i = 0; i < clean.length(); i++) {
            if (!isPrintable(clean.charAt(i))) {
                clean.setCharAt(i, '?');
            }
        }
        return clean.toString();
    }

    private static boolean isPrintable(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || ".:_-".indexOf(c) >= 0;
    }
}
