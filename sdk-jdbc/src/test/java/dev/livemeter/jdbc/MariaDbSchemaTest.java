package dev.livemeter.jdbc;

import dev.livemeter.jdbc.server.SharedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbSchemaTest extends Schema {

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.mariaDb();

    private static final Pattern TRIGGER = Pattern.compile("CREATE TRIGGER (\\w+) [^']*'45000'[^']*'[^']*'");

    private boolean unlocked;

    @Override
    DataSource source(String test) {
        return SERVER.pool();
    }

    @Override
    Connection connect(DataSource source) throws SQLException {
        // Not one that others are given when the test is over.
        return SERVER.database().connect();
    }

    @Override
    List<String> unlocking() throws IOException {
        unlocked = true;
        return triggers().stream()
                .map(trigger -> "DROP TRIGGER " + trigger.group(1))
                .toList();
    }

    /** The database is shared: it gets its triggers back, by the words of the migration. */
    @AfterEach
    void lock() throws IOException {
        if (unlocked) {
            SERVER.database()
                    .execute(triggers().stream().map(MatchResult::group).toArray(String[]::new));
        }
    }

    private static List<MatchResult> triggers() throws IOException {
        try (var migration =
                JdbcStorage.class.getResourceAsStream("/livemeter-migrations/mariadb/V1__books_and_stores.sql")) {
            return TRIGGER.matcher(new String(migration.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .toList();
        }
    }
}
