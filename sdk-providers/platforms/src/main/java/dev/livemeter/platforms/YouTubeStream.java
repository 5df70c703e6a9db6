package dev.livemeter.platforms;

import dev.livemeter.platforms.http.Json;
import dev.livemeter.secret.Secret;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer of YouTube that does not end: objects that come as something is said. What comes is posted to the mailbox of its link, some bytes at a time: the next ones are read when those were worked on. Its fields are
 * touched in that mailbox alone.
 */
final class YouTubeStream implements Flow.Subscriber<List<ByteBuffer>> {

    private static final int LONGEST_OBJECT = 2 << 20;

    /** Stands for a status where there is none. */
    static final int NONE = 0;

    private final Mailbox mailbox;
    private final Runnable began;
    private final Consumer<JsonObject> received;
    private final IntConsumer ended;
    private final JsonPieces pieces = new JsonPieces(LONGEST_OBJECT);
    private Flow.@Nullable Subscription source;
    private @Nullable CompletableFuture<?> answer;
    private int status = NONE;
    private boolean closed;

    /**
     * @param began is told once that YouTube pushes, in the mailbox
     * @param received is told each object, in the mailbox
     * @param ended is told once that nothing more comes, with the status of the answer or {@link #NONE}, in the mailbox; not after {@link #close}
     */
    YouTubeStream(Mailbox mailbox, Runnable began, Consumer<JsonObject> received, IntConsumer ended) {
        this.mailbox = mailbox;
        this.began = began;
        this.received = received;
        this.ended = ended;
    }

    /** Opens it. How long it may take to begin is for the caller to watch: the JDK's own time-out holds for the whole of an answer in some versions. */
    void open(HttpClient client, URI address, Secret token) {
        var request = HttpRequest.newBuilder(address)
                .setHeader("Accept", "application/json")
                .setHeader("User-Agent", "Livemeter")
                .setHeader("Authorization", "Bearer " + token.reveal())
                .build();
        var sent = client.sendAsync(request, info -> {
            mailbox.post(() -> begin(info.statusCode()));
            return info.statusCode() == 200 ? BodySubscribers.fromSubscriber(this) : new Unread();
        });
        answer = sent;
        var unused = sent.whenComplete((done, failure) -> mailbox.post(this::end));
    }

    private void begin(int told) {
        status = told;
        if (!closed && told == 200) {
            began.run();
        }
    }

    /** Lets go of a body at once, however long it is: what is wrong is told by the status. */
    private static final class Unread implements BodySubscriber<Void> {

        @Override
        public CompletionStage<Void> getBody() {
            // Nothing to wait for.
            return CompletableFuture.allOf();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        mailbox.post(() -> {
            source = subscription;
            if (closed) {
                subscription.cancel();
            } else {
                subscription.request(1);
            }
        });
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        mailbox.post(() -> take(buffers));
    }

    private void take(List<ByteBuffer> buffers) {
        try {
            for (var buffer : buffers) {
                for (var piece : pieces.add(buffer)) {
                    if (!closed) {
                        Json.parse(piece).ifPresent(received);
                    }
                }
            }
        } catch (JsonPieces.Malformed garbage) {
            status = NONE;
            end();
        }
        var present = source;
        if (!closed && present != null) {
            present.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        // Told by the answer, which fails with it.
    }

    @Override
    public void onComplete() {
        // Told by the answer, which completes with it.
    }

    private void end() {
        if (!closed) {
            close();
            ended.accept(status);
        }
    }

    /** Reads nothing more. Idempotent. */
    void close() {
        closed = true;
        var present = source;
        if (present != null) {
            present.cancel();
        }
        var asked = answer;
        if (asked != null) {
            asked.cancel(true);
        }
    }
}
