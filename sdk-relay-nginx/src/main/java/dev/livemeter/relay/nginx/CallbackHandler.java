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
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * nginx's callbacks. Their paths end with a token that only the running nginx knows, the application that speaks and what it tells:
 * {@code /TOKEN/ingest/publish}, {@code /TOKEN/slot1/update}. Answers are final and short; none of them repeats what was sent.
 */
final class CallbackHandler implements WebHandler, CallbackServer.Decider {

    private static final Logger log = LoggerFactory.getLogger(CallbackHandler.class);

    static final int MOST_BYTES = 16 * 1024;
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String INGEST = "ingest";
    private static final String ALL_SLOTS = "slots";

    /** Whom the callbacks of one run of nginx concern. */
    record Run(Secret token, String application, Publishers publishers) {}

    private final Complaints forged;
    private final Complaints malformed;
    private final NodeDoor door;
    private volatile @Nullable Run run;

    /** One without other nodes. */
    CallbackHandler(TimeSource time) {
        this(time, new NodeDoor((wait, task) -> () -> {}));
    }

    /**
     * Callbacks, and what comes from other nodes by that door.
     */
    CallbackHandler(TimeSource time, NodeDoor door) {
        this.door = door;
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

    /** As {@link #handle}; but a slot that leads nowhere has its answer when it is wanted, or after a while. */
    @Override
    public void decide(WebRequest request, Consumer<WebResponse> answer) {
        var current = run;
        var parts = request.path().split("/", -1);
        if (current != null
                && parts.length >= 4
                && NodeDoor.ROOM.equals(parts[parts.length - 2])
                && matches(current.token(), parts[parts.length - 3])) {
            door.hear(
                    current.publishers(), parts[parts.length - 1], answer, () -> answer.accept(refused(request, 400)));
            return;
        }
        var said = handle(request);
        var slot = said.status() == 200 && request.path().endsWith("/" + ALL_SLOTS + "/connect")
                ? Slots.number(CallbackForm.parse(request.body().text()).text("app"))
                : OptionalInt.empty();
        if (current == null || slot.isEmpty()) {
            answer.accept(said);
        } else {
            current.publishers().idle().ask(slot.getAsInt(), later -> answer.accept(response(later)));
        }
    }

    @Override
    public WebResponse handle(WebRequest request) {
        var parts = request.path().split("/", -1);
        var current = run;
        if (current == null) {
            // An nginx that outlived an earlier process may ask before we are ready.
            return WebResponse.empty(503);
        }
        if (parts.length < 4 || !matches(current.token(), parts[parts.length - 3])) {
            forged.add(request.remoteAddress());
            return WebResponse.empty(404);
        }
        if (!"POST".equals(request.method())) {
            return refused(request, 405);
        }
        if (request.body().length() > MOST_BYTES) {
            return refused(request, 413);
        }
        if (!request.header("content-type").orElse("").startsWith(FORM)) {
            return refused(request, 415);
        }
        var form = CallbackForm.parse(request.body().text());
        return answer(current, parts[parts.length - 2], parts[parts.length - 1], form)
                .map(CallbackHandler::response)
                .orElseGet(() -> refused(request, 400));
    }

    long forgedCount() {
        return forged.count();
    }

    long malformedCount() {
        return malformed.count();
    }

    private static Optional<Answer> answer(Run run, String room, String event, CallbackForm form) {
        if (ALL_SLOTS.equals(room)) {
            // nginx numbers a connection only when it publishes.
            return "connect connect".equals(event + " " + form.text("call"))
                            && Slots.number(form.text("app")).isPresent()
                    ? Optional.of(Answer.GO)
                    : Optional.empty();
        }
        var client = form.number("clientid");
        if (client.isEmpty()) {
            return Optional.empty();
        }
        if (INGEST.equals(room)) {
            return ingest(run, event, form, client.getAsLong());
        }
        var slot = Slots.number(room);
        return slot.isPresent() ? slot(run, slot.getAsInt(), event, form, client.getAsLong()) : Optional.empty();
    }

    private static Optional<Answer> ingest(Run run, String event, CallbackForm form, long client) {
        var publishers = run.publishers();
        return switch (event + " " + form.text("call")) {
            case "publish publish" ->
                run.application().equals(form.text("app"))
                        ? Optional.of(
                                publishers.publish(client, Secret.of(form.text("name")), printable(form.text("addr"))))
                        : Optional.empty();
            case "update update_publish" -> Optional.of(publishers.heartbeat(heartbeat(form, client)));
            // The pushes into the slots, which nginx reports as players; a refusal would cut them.
            case "update update_play" -> Optional.of(publishers.passing());
            case "publish_done publish_done" -> Optional.of(publishers.left(client));
            // Pushes into the slots play as well, by no application; a player from outside always names one.
            case "play play" ->
                Optional.of(
                        form.text("app").isEmpty()
                                ? Answer.GO
                                : publishers.watch(form.text("name"), form.text(LookTickets.ARGUMENT)));
            default -> Optional.empty();
        };
    }

    private static Optional<Answer> slot(Run run, int slot, String event, CallbackForm form, long client) {
        var publishers = run.publishers();
        var stream = form.text("name");
        var lane = publishers.lane(slot, stream);
        return switch (event + " " + form.text("call")) {
            case "publish publish" ->
                Optional.of(lane.map(open -> open.opened(client)).orElseGet(() -> publishers.nowhere(stream)));
            case "update update_publish" -> Optional.of(publishers.slotHeartbeat(slot, stream, client));
            case "update update_play" -> Optional.of(publishers.pushHeartbeat(slot, stream, client, form.text("addr")));
            case "play play" -> {
                lane.ifPresent(open -> open.pushing(client));
                yield Optional.of(publishers.heard(stream));
            }
            case "play_done play_done" -> Optional.of(publishers.pushDone(slot, stream, client));
            case "publish_done publish_done" -> Optional.of(publishers.slotClosed(slot, stream, client));
            default -> Optional.empty();
        };
    }

    private static Publishers.Heartbeat heartbeat(CallbackForm form, long client) {
        return new Publishers.Heartbeat(
                client,
                Secret.of(form.text("name")),
                printable(form.text("addr")),
                Duration.ofSeconds(form.number("time").orElse(0)));
    }

    private static WebResponse response(Answer answer) {
        if (answer instanceof Answer.Rename rename) {
            return WebResponse.empty(302).with("Location", rename.stream());
        }
        if (answer instanceof Answer.PassTo passTo) {
            return WebResponse.empty(302).with("Location", passTo.location());
        }
        if (answer instanceof Answer.GoFor bridged) {
            // RFC 5861; one second is the shortest time that nginx keeps an answer.
            return WebResponse.empty(200)
                    .with(
                            "Cache-Control",
                            "max-age=1, stale-if-error=" + bridged.unasked().toSeconds());
        }
        return WebResponse.empty(answer instanceof Answer.Deny deny ? deny.status() : 200);
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
        var clean = text.replaceAll("[^0-9A-Za-z.:_-]", "?");
        return clean.length() <= 64 ? clean : clean.substring(0, 64);
    }
}
