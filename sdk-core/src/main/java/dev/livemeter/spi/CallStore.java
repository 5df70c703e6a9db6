package dev.livemeter.spi;

import dev.livemeter.call.Call;
import dev.livemeter.call.CallId;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps calls. Thread-safe; each call of a method is atomic and durable when it returns. */
public interface CallStore {

    /**
     * Keeps a new one.
     *
     * @throws dev.livemeter.LivemeterException {@code store.duplicate} if there is one of that id
     */
    void insert(Call call);

    /**
     * Stores it as it is now. One that is over stays over: a state before the end does not replace it. And what was charged for it stays: one that is over and {@linkplain Call#hasFigures() says nothing} of that does not replace one that does,
     * as it comes from a node that did not see the end.
     *
     * @return whether it was stored
     */
    boolean update(Call call);

    /** The one of that id. */
    Optional<Call> find(CallId id);

    /** The one that a session is charged for. */
    Optional<Call> of(SessionId session);

    /**
     * Those that are not over, the oldest first: by {@code invitedAt}, then id.
     *
     * @param limit at most so many, 1 to 500
     * @param after only those younger than that call, which may be over by now; null from the oldest on
     */
    List<Call> open(int limit, @Nullable CallId after);

    /**
     * Those in which a user was caller or callee, the newest first: by {@code invitedAt}, then id.
     *
     * @param limit at most so many, 1 to 500
     * @param before only those older than that call; null for the newest
     */
    List<Call> history(UserId user, int limit, @Nullable CallId before);

    /**
     * The key that signs tokens, sealed: the one that is stored, or this one from now on where there is none. Of many that come at once, all get the same.
     */
    String tokenKey(String sealedIfNone);
}
