package dev.livemeter.node;

import dev.livemeter.spi.NodeExchange;
import dev.livemeter.spi.PeerNodeExchange;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several subjects on one {@link NodeExchange}: what is said begins with the name of its subject. Thread-safe. */
public final class NodeLines {

    private static final Logger log = LoggerFactory.getLogger(NodeLines.class);

    private final PeerNodeExchange exchange;
    private final Map<String, NodeExchange.Service> services = new ConcurrentHashMap<>();

    private NodeLines(PeerNodeExchange exchange) {
        this.exchange = exchange;
    }

    /** Hears what comes in by an exchange, from now on. */
    public static NodeLines over(PeerNodeExchange exchange) {
        var lines = new NodeLines(exchange);
        exchange.serve(lines.new Switchboard());
        return lines;
    }

    /** The line for a subject, which is the same on all nodes. */
    public NodeLine line(String subject) {
        return new NodeLine(this, subject);
    }

    PeerNodeExchange exchange() {
        return exchange;
    }

    void serve(String subject, NodeExchange.Service service) {
        services.put(subject, service);
    }

    /** Passes on what is about a subject that is served here; of other subjects a node of another release may speak. */
    private final class Switchboard implements NodeExchange.Service {

        @Override
        public void asked(byte[] question, Consumer<byte[]> answer) {
            passOn(question, (service, content) -> service.asked(content, answer));
        }

        @Override
        public void heard(String node, byte[] news) {
            passOn(news, (service, content) -> service.heard(node, content));
        }

        private void passOn(byte[] bytes, Call call) {
            try {
                NodeWire.read(bytes, in -> {
                    var service = services.get(in.readUTF());
                    if (service != null) {
                        call.to(service, in.readAllBytes());
                    }
                    return true;
                });
            } catch (RuntimeException e) {
                // Whoever said it speaks otherwise; the thread is that of all who hear.
                log.warn("What another node says is not understood ({}); do all run the same version?", e.toString());
            }
        }
    }

    /** One of the two things that a service is told. */
    private interface Call {

        void to(NodeExchange.Service service, byte[] content) throws IOException;
    }
}
