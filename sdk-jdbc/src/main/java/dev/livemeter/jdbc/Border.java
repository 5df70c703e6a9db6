package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;

import java.time.Instant;
import org.jdbi.v3.core.statement.Query;

/** The row at which one page ends and the next begins, of rows in the order of a moment, then of their ids. */
record Border(Instant at, String id) {

    /** The condition for what comes after it where the oldest come first; what comes last in it lets an index begin there. */
    static String younger(String column) {
        return " AND (" + column + " > :border_at OR (" + column + " = :border_at AND id > :border_id)) AND " + column
                + " >= :border_at";
    }

    /** The same where the newest come first. */
    static String older(String column) {
        return " AND (" + column + " < :border_at OR (" + column + " = :border_at AND id < :border_id)) AND " + column
                + " <= :border_at";
    }

    void bind(Query query) {
        query.bind("border_at", micros(at)).bind("border_id", id);
    }
}
