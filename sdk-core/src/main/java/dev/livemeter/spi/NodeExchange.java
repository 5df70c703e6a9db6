package dev.livemeter.spi;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings questions of one node of the application to others, and their answers back. Either may be lost without a word; who asks something twice has to get the same answer. Thread-safe; nothing here waits.
 */
public interface NodeExchange {

    /** Says who hears what other nodes ask and tell. Called once. */
    void serve(Service service);

    /**
     * Asks a node.
     *
     * @param node its name, which may be that of this node; null to ask all others, of whom the first one that answers is heard
     * @return the answer; never completed where there is none, so whoever waits says how long
     */
    CompletionStage<byte[]> ask(@Nullable String node, byte[] question);

    /** Tells all other nodes something. */
    void tell(byte[] news);

    /** Hears the other nodes. Its calls return quickly. */
    interface Service {

        /** A node asks; the answer may be given later and by another thread, or not at all. */
        void asked(byte[] question, Consumer<byte[]> answer);

        /** A node tells something. */
        void heard(String node, byte[] news);
    }
}
