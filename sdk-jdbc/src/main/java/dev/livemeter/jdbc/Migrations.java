package dev.livemeter.jdbc;

import dev.livemeter.LivemeterException;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets a database ready: looks at its settings and brings the tables up to date. */
final class Migrations {

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);

    private Migrations() {}

    /**
     * Gets it ready.
     *
     * @param place for sentences
     * @return how to speak with it
     * @throws LivemeterException {@code storage.*}
     */
    static Dialect run(DataSource source, String place) {
        var dialect = examined(source, place);
        try {
            Flyway.configure(JdbcStorage.class.getClassLoader())
                    .dataSource(source)
                    .table("livemeter_schema_history")
                    .locations("classpath:livemeter-migrations/" + dialect.migrations())
                    // A host's tables may be there before ours; version 0 says so and skips none of our migrations.
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            var failure = Database.sqlException(e);
            var explained = failure == null ? null : dialect.explain(failure, place);
            throw explained != null
                    ? explained
                    : new LivemeterException(
                            "storage.migration",
                            "The tables of the database " + place
                                    + " could not be brought up to date: they were made by a later version, or changed by hand."
                                    + " Use the version that made them, or restore the database from its copy.",
                            false,
                            e);
        }
        return dialect;
    }

    private static Dialect examined(DataSource source, String place) {
        try (var connection = source.getConnection()) {
            var dialect = Dialect.of(connection);
            dialect.makeDurable(connection);
            for (var weakness : dialect.weaknesses(connection, place)) {
                log.warn("{}", weakness);
            }
            return dialect;
        } catch (SQLException e) {
            // a pool reports in its own words what its driver could not do
            var failure = e.getCause() instanceof SQLException cause ? cause : e;
            throw Pool.explained(Dialect.of(failure), failure, place);
        }
    }
}
