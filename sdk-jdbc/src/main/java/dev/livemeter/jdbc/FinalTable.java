package dev.livemeter.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.h2.api.Trigger;
import org.jspecify.annotations.Nullable;

/**
 * Refuses to change or delete the rows of a table: the trigger of H2 on what the books keep for good. H2 loads it by its name; it is not for
 * other use.
 */
public final class FinalTable implements Trigger {

    /** The state of an integrity constraint that is violated. */
    private static final String CONSTRAINT = "23000";

    /** For H2. */
    public FinalTable() {}

    @Override
    public void fire(Connection connection, Object @Nullable [] before, Object @Nullable [] after) throws SQLException {
        throw new SQLException(
                "Entries and postings of the books are never changed or deleted; book an entry that reverses the wrong one.",
                CONSTRAINT);
    }
}
