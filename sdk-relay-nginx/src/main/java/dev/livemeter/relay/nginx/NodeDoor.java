package dev.livemeter.relay.nginx;

import dev.livemeter.spi.NodeExchange;
import dev.livemeter.time.Scheduler;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes that work with one nginx say to each other: by paths of its controls, which lead to the others the way that callbacks go (decision record 0024). Whatever is lost is lost; who asks,
 * asks again. Thread-safe.
 */
final class NodeDoor implements NodeExchange {

    private static final Logger log = LoggerFactory.getLogger(NodeDoor.class);

    /** Where it arrives, below the token. */
    static final String ROOM = "node";

    private static final Pattern SAID = Pattern.compile("(ask|tell)-([A-Za-z0-9_-]*)");
    private static final int MOST_BYTES = 4_000;

    /** Less than nginx waits for it. */
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(1_800);

    private final Scheduler scheduler;
    private volatile @Nullable NginxHome home;
    private volatile @Nullable Service service;

    NodeDoor(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** From now on the others are reached from there. */
    void leadFrom(NginxHome next) {
        home = next;
    }

    @Override
    public void serve(Service by) {
        service = by;
    }

    /** {@inheritDoc} Their names are not known here, so all are asked. */
    @Override
    public CompletionStage<byte[]> ask(@Nullable String node, byte[] question) {
        var answer = new CompletableFuture<byte[]>();
        var from = home;
        if (from != null && fits(question)) {
            for (var reply : from.askOthers("ask-" + text(question))) {
                var ignored = reply.thenAccept(said -> take(said, answer));
            }
        }
        return answer;
    }

    private static void take(NginxControl.Reply said, CompletableFuture<byte[]> answer) {
        try {
            var text = said.text();
            if (said.status() == 200 && !text.isEmpty()) {
                answer.complete(Base64.getUrlDecoder().decode(text));
            }
        } catch (IOException | IllegalArgumentException e) {
            log.debug("The answer of another node could not be read: {}.", e.toString());
        }
    }

    @Override
    public void tell(byte[] news) {
        if (fits(news)) {
            say("tell-" + text(news));
        }
    }

    private void say(String event) {
        var from = home;
        if (from != null) {
            for (var reply : from.askOthers(event)) {
                var ignored = reply.thenAccept(NodeDoor::close);
            }
        }
    }

    private static void close(NginxControl.Reply reply) {
        try {
            reply.body().close();
        } catch (IOException e) {
            log.debug("What another node answered was not closed: {}.", e.toString());
        }
    }

    private static boolean fits(byte[] what) {
        if (what.length > MOST_BYTES) {
            log.warn(
                    "{} bytes for other nodes are too many and are not sent; expected {} at most.",
                    what.length,
                    MOST_BYTES);
        }
        return what.length <= MOST_BYTES;
    }

    private static String text(byte[] what) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(what);
    }

    /**
     * Takes what another node says; answers once, now or later.
     *
     * @param malformed to whom something else was said
     */
    void hear(String event, Consumer<WebResponse> answer, Runnable malformed) {
        var said = SAID.matcher(event);
        if (said.matches()) {
            try {
                hear(said.group(1), Base64.getUrlDecoder().decode(said.group(2)), answer);
            } catch (IllegalArgumentException notWhole) {
                malformed.run();
            }
        } else {
            malformed.run();
        }
    }

    private void hear(String how, byte[] what, Consumer<WebResponse> answer) {
        var to = service;
        if (to == null || how.equals("tell")) {
            answer.accept(WebResponse.empty(200));
            if (to != null) {
                to.heard("another", what);
            }
            return;
        }
        var answered = new AtomicBoolean();
        to.asked(what, said -> {
            if (answered.compareAndSet(false, true)) {
                answer.accept(
                        new WebResponse(200, Map.of(), WebBody.of(text(said).getBytes(StandardCharsets.US_ASCII))));
            }
        });
        scheduler.after(ANSWER_WITHIN, () -> {
            if (answered.compareAndSet(false, true)) {
                answer.accept(WebResponse.empty(200));
            }
        });
    }
}
