package dev.livemeter.spi;

import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.SessionId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Keeps how destinations fared, for the history; nothing of it is money. Thread-safe; each call is atomic and durable when it returns. */
public interface DeliveryStore {

    /**
     * From now on these are the records of a session, in place of any earlier ones. Idempotent.
     *
     * @param records each destination once, in the order in which they are to be shown
     * @throws dev.livemeter.LivemeterException if no session of that id is stored
     */
    void save(SessionId session, List<DeliveryRecord> records);

    /** The records of those sessions, in the order of {@link #save}; a session without any is left out. */
    Map<SessionId, List<DeliveryRecord>> of(Collection<SessionId> sessions);

    /** One that forgets everything at once. */
    static DeliveryStore forgetful() {
        return new DeliveryStore() {
            @Override
            public void save(SessionId session, List<DeliveryRecord> records) {}

            @Override
            public Map<SessionId, List<DeliveryRecord>> of(Collection<SessionId> sessions) {
                return Map.of();
            }
        };
    }
}
