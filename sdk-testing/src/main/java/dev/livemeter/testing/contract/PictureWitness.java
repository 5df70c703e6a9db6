package dev.livemeter.testing.contract;

import dev.livemeter.session.SessionId;
import dev.livemeter.spi.PictureAuthority;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Wants the pictures that a test wants, keeps them, and remembers what it hears. */
final class PictureWitness implements PictureAuthority {

    static final int WIDTH = 160;

    /** Of whom it was asked whether a picture is wanted. */
    final Set<SessionId> asked = ConcurrentHashMap.newKeySet();

    /** Of whom a picture came, kept or not. */
    final Set<SessionId> offered = ConcurrentHashMap.newKeySet();

    final Map<SessionId, byte[]> kept = new ConcurrentHashMap<>();
    final Map<SessionId, String> missing = new ConcurrentHashMap<>();
    volatile Predicate<SessionId> wish = session -> true;
    volatile Consumer<SessionId> beforeKept = session -> {};
    volatile int mostBytes = 100_000;

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int mostBytes() {
        return mostBytes;
    }

    @Override
    public boolean wants(SessionId session) {
        asked.add(session);
        return wish.test(session);
    }

    @Override
    public void taken(SessionId session, byte[] jpeg) {
        offered.add(session);
        beforeKept.accept(session);
        kept.put(session, jpeg);
    }

    @Override
    public void notTaken(SessionId session, String why) {
        missing.put(session, why);
    }
}
