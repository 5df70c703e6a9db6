package dev.livemeter.relay.nginx;

import dev.livemeter.session.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pushes that a test plays: it sees what is ordered, and tells itself what came of it. */
final class ScriptedPushes implements Pusher {

    static final String SERVER = "1.1.1.1:1935/app/";

    /** Where streams are to be passed on to, in order. */
    final List<String> opened = new ArrayList<>();

    /** Connections that are to be closed, in order. */
    final List<Long> closed = new ArrayList<>();

    final List<SessionId> met = new ArrayList<>();
    final Map<String, Answer> tickets = new HashMap<>();
    Outcome outcome = Outcome.ORDERED;

    /** Where nginx says that a push leads which goes to that key. */
    static String address(String key) {
        return SERVER + key;
    }

    static String location(String key) {
        return "rtmp://" + address(key);
    }

    @Override
    public void meet(SessionId session) {
        met.add(session);
    }

    @Override
    public Outcome open(SessionId session, String location) {
        opened.add(location);
        return outcome;
    }

    @Override
    public Optional<Answer> redeem(String stream, String ticket) {
        return Optional.ofNullable(tickets.remove(stream + "?" + ticket));
    }

    @Override
    public void close(SessionId session, long client) {
        closed.add(client);
    }

    @Override
    public void forget(SessionId session) {
        met.remove(session);
    }
}
