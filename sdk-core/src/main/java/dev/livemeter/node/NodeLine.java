package dev.livemeter.node;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.NodeExchange;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What nodes say to each other about one subject. Thread-safe. */
public final class NodeLine {

    private static final long ASK_AGAIN_MILLIS = 1_000;
    private static final long GIVE_UP_MILLIS = 3_000;

    private final NodeLines lines;
    private final String subject;

    NodeLine(NodeLines lines, String subject) {
        this.lines = lines;
        this.subject = subject;
    }

    /** Says who hears what is asked and told about it. */
    public void serve(NodeExchange.Service service) {
        lines.serve(subject, service);
    }

    /** Tells all other nodes. */
    public void tell(byte[] news) {
        lines.exchange().tell(addressed(news));
    }

    /** The name of this node. */
    public String node() {
        return lines.exchange().node();
    }

    /** Where a client is connected, if that is another node. */
    public Optional<String> nodeOf(PeerId peer) {
        return lines.exchange().nodeOf(peer);
    }

    /** Begins to ask a node, or all others where none is named. */
    public CompletionStage<byte[]> begin(@Nullable String node, byte[] question) {
        return lines.exchange().ask(node, addressed(question));
    }

    /**
     * Asks, and asks again after a second, as either way may have been lost; waits for up to three seconds.
     *
     * @param node null to ask all others, of whom the first one that answers is heard
     * @throws NoAnswerException if none came
     */
    public byte[] ask(@Nullable String node, byte[] question) throws NoAnswerException {
        var first = begin(node, question).toCompletableFuture();
        try {
            return first.get(ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException perhapsLost) {
            var second = begin(node, question).toCompletableFuture();
            return awaited(first.applyToEither(second, answer -> answer), GIVE_UP_MILLIS - ASK_AGAIN_MILLIS);
        } catch (InterruptedException | ExecutionException e) {
            throw failed(e);
        }
    }

    /**
     * Asks once, for what must not be done twice; waits for up to a second.
     *
     * @throws NoAnswerException if none came
     */
    public byte[] askOnce(@Nullable String node, byte[] question) throws NoAnswerException {
        return awaited(begin(node, question).toCompletableFuture(), ASK_AGAIN_MILLIS);
    }

    private static byte[] awaited(CompletableFuture<byte[]> answer, long millis) throws NoAnswerException {
        try {
            return answer.get(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw failed(e);
        }
    }

    private static NoAnswerException failed(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new NoAnswerException(e);
    }

    private byte[] addressed(byte[] content) {
        return NodeWire.written(out -> {
            out.writeUTF(subject);
            out.write(content);
        });
    }
}
