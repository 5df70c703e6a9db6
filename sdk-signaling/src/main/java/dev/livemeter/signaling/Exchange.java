package dev.livemeter.signaling;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerNodeExchange;
import dev.livemeter.spi.SignalingBus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Questions, answers and news of nodes, as messages of the bus. Thread-safe. */
final class Exchange implements PeerNodeExchange {

    /** So long an answer is awaited; whoever asks has given up before. */
    private static final long FORGET_SECONDS = 30;

    private final Supplier<SignalingBus.Member> member;
    private final Function<PeerId, Optional<String>> nodes;
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentHashMap<Long, CompletableFuture<byte[]>> asked = new ConcurrentHashMap<>();
    private volatile @Nullable Service service;

    Exchange(Supplier<SignalingBus.Member> member, Function<PeerId, Optional<String>> nodes) {
        this.member = member;
        this.nodes = nodes;
    }

    @Override
    public String node() {
        return member.get().node();
    }

    @Override
    public Optional<String> nodeOf(PeerId peer) {
        return nodes.apply(peer);
    }

    @Override
    public void serve(Service hearer) {
        service = hearer;
    }

    @Override
    public CompletionStage<byte[]> ask(@Nullable String node, byte[] question) {
        var number = numbers.incrementAndGet();
        var answer = new CompletableFuture<byte[]>();
        asked.put(number, answer);
        var message = NodeMessage.exchanged(NodeMessage.Kind.ASK, number, question);
        if (node == null) {
            member.get().sendToAll(message.bytes());
        } else {
            member.get().send(node, message.bytes());
        }
        return answer.orTimeout(FORGET_SECONDS, TimeUnit.SECONDS).whenComplete((done, failed) -> asked.remove(number));
    }

    @Override
    public void tell(byte[] news) {
        member.get()
                .sendToAll(NodeMessage.exchanged(NodeMessage.Kind.NEWS, 0, news).bytes());
    }

    void received(String node, NodeMessage message) {
        var hearer = service;
        if (message.kind() == NodeMessage.Kind.ANSWER) {
            var waits = asked.get(message.number());
            if (waits != null) {
                waits.complete(message.content());
            }
        } else if (hearer != null && message.kind() == NodeMessage.Kind.ASK) {
            hearer.asked(
                    message.content(),
                    answer -> member.get()
                            .send(
                                    node,
                                    NodeMessage.exchanged(NodeMessage.Kind.ANSWER, message.number(), answer)
                                            .bytes()));
        } else if (hearer != null) {
            hearer.heard(node, message.content());
        }
    }
}
