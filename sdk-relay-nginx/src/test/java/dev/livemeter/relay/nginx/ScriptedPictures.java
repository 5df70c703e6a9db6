package dev.livemeter.relay.nginx;

import dev.livemeter.session.SessionId;
import dev.livemeter.spi.PictureAuthority;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Wants one picture of each stream, and keeps what comes of it. */
final class ScriptedPictures implements PictureAuthority {

    final Map<SessionId, byte[]> taken = new ConcurrentHashMap<>();
    final Map<SessionId, String> missing = new ConcurrentHashMap<>();

    @Override
    public int width() {
        return 320;
    }

    @Override
    public int mostBytes() {
        return 100_000;
    }

    @Override
    public boolean wants(SessionId session) {
        return !taken.containsKey(session);
    }

    @Override
    public void taken(SessionId session, byte[] jpeg) {
        taken.put(session, jpeg);
    }

    @Override
    public void notTaken(SessionId session, String why) {
        missing.put(session, why);
    }
}
