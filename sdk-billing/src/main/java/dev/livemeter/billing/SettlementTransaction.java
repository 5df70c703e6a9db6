package dev.livemeter.billing;

import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One unit of work on the books and on the rows of sessions: all of it is kept, or nothing. */
public interface SettlementTransaction extends LedgerTransaction {

    /**
     * Replaces sessions whose version is still the one stored, and adds those that are not stored yet. Called after the books were written, so that everybody takes locks in the same
     * order: wallets, balances, sessions.
     *
     * @param next with the version that is expected to be stored; each is stored with the next one
     * @return which were
     */
    Set<SessionId> replace(List<Session> next);

    /**
     * As {@link #replace}, of stored sessions of which nothing is new but when they were seen last and the figures of their metering: what was
     * used, granted and charged, the counts of holds and captures. Nothing else needs to be written.
     */
    default Set<SessionId> advance(List<Session> next) {
        return replace(next);
    }

    /** Those sessions, as stored. */
    Map<SessionId, Session> sessions(Collection<SessionId> ids);
}
