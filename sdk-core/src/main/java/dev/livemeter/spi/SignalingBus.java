package dev.livemeter.spi;

import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority.Departure;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/**
 * Joins the signaling servers of several nodes to one: who holds which id, and bytes from node to node. What the bytes mean is not its business.
 *
 * <p><b>Rules for every implementation</b> (kept by {@code SignalingBusContract}, numbered in {@code docs/contracts/signaling-bus.md}): an id is held by one node
 * at a time, which is decided in one place, atomically. All nodes hear the same news in the same order: that of {@linkplain Holding#version() versions}. A node
 * holds what it holds for as long as it shows that it is alive; what a dead one held is free within {@link #LONGEST_SILENCE}.
 *
 * <p><b>What may be lost</b>: messages between nodes, at any time and without a word; those that arrive, arrive in the order in which one node sent them to another one,
 * to it alone or to all, each once. News, only while a node is cut off; it hears {@link Hearer#all} afterwards. Whoever uses a bus acknowledges and repeats what must arrive.
 *
 * <p>Thread-safe. Nothing here waits for a network but {@link #join} and, for a second at most, {@link Member#close}.
 */
public interface SignalingBus {

    /** Within this time it is noticed that a node is dead. */
    Duration LONGEST_SILENCE = Duration.ofSeconds(6);

    /**
     * Takes a node in, under a name that no other one has or had. Waits until it is in.
     *
     * @throws dev.livemeter.LivemeterException {@code signaling.bus_unreachable}
     */
    Member join(Hearer hearer);

    /** A node, as it speaks. Thread-safe. */
    interface Member extends AutoCloseable {

        /** Its name: up to 64 ASCII letters, digits and hyphens. */
        String node();

        /**
         * Wishes to hold an id from now on.
         *
         * <p>First match wins: Taken, where a living node holds it with another proof; Full, where nobody holds it and {@code most} are held; Held. One that held it with the same proof, on
         * whatever node, holds it no more. Not idempotent: each success is a holding of its own. Completes exceptionally, in time, where the bus is away; then it
         * may have succeeded, and whoever does not want it lets it go when {@link Hearer#held} tells of it.
         *
         * @param proof only compared with others; 1 to 128 printable ASCII characters without spaces
         * @param most how many ids all nodes may hold together
         */
        CompletionStage<Claiming> claim(PeerId peer, String proof, int most);

        /**
         * Holds again what it held, or what it took while the bus was away.
         *
         * <p>First match wins: Taken, where a living node holds it with the same proof and began later, or with another proof and began earlier; Held. Idempotent.
         *
         * @param since when the holding began, in microseconds since 1970
         */
        CompletionStage<Claiming> restore(PeerId peer, String proof, long since);

        /** Lets an id go; one that was taken over meanwhile stays where it is. Idempotent. */
        void release(Holding holding, Departure how);

        /** Sends bytes to a node; to itself, too. Returns at once. */
        void send(String node, byte[] message);

        /** Sends bytes to all other nodes. Returns at once. */
        void sendToAll(byte[] message);

        /** Leaves; what it still holds is free, told as {@link Departure#LOST}. Idempotent. */
        @Override
        void close();
    }

    /**
     * That a node holds an id.
     *
     * @param since when it began to, in microseconds since 1970; later for who took over
     * @param version grows with each change that any node makes
     */
    record Holding(PeerId peer, String node, long since, long version) {}

    /** What came of the wish to hold an id. */
    sealed interface Claiming {

        /** It is held. */
        record Held(Holding holding) implements Claiming {}

        /** Somebody else holds it. */
        record Taken() implements Claiming {}

        /** No more ids can be held. */
        record Full() implements Claiming {}
    }

    /** A node, as it hears. Called by one thread at a time, in order; never from within a call of {@link Member}. Returns quickly. */
    interface Hearer {

        /** An id is held by a node, this one included, and no more by whoever held it before. */
        void held(Holding holding);

        /** An id is held no more. */
        void freed(Holding holding, Departure how);

        /** Everything that is held at this moment: told to who joins, and again whenever news may have been missed, or the bus itself has lost what it knew. */
        void all(Collection<Holding> holdings);

        /** Bytes from a node. */
        void received(String node, byte[] message);
    }
}
