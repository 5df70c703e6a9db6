package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.spi.DeliveryStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** How destinations fared, on SQL. Moments and lengths are kept to the microsecond. What is saved of a session that is over divides anew what it was sold for. */
final class JdbcDeliveryStore implements DeliveryStore {

    private final Database database;

    JdbcDeliveryStore(Database database) {
        this.database = database;
    }

    @Override
    public void save(SessionId session, List<DeliveryRecord> records) {
        database.writeOrFind(handle -> {
            // Locked, so that of two that store at once one comes after the other.
            var known = handle.createQuery("SELECT state FROM livemeter_session WHERE id = :id FOR UPDATE")
                    .bind("id", session.value())
                    .mapTo(String.class)
                    .findOne();
            if (known.isEmpty()) {
                throw new LivemeterException(
                        "store.unknown_session",
                        "There is no session " + session + "; store it before how its destinations fared.");
            }
            handle.createUpdate("DELETE FROM livemeter_session_delivery WHERE session = :session")
                    .bind("session", session.value())
                    .execute();
            var statements = new Statements(handle, database.dialect());
            statements.insert(DeliveryRows.of(session, records));
            if (SessionState.valueOf(known.get()).isOver()) {
                new SessionStatements(handle, statements).divideAnew(session, records);
            }
            return session;
        });
    }

    @Override
    public Map<SessionId, List<DeliveryRecord>> of(Collection<SessionId> sessions) {
        return sessions.isEmpty()
                ? Map.of()
                : database.read(handle -> DeliveryRows.of(new Statements(handle, database.dialect()), sessions));
    }
}
