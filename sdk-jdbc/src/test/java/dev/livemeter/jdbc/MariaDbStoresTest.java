package dev.livemeter.jdbc;

import dev.livemeter.jdbc.server.SharedServer;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("once") // servers do not care which JVM asks
class MariaDbStoresTest extends Stores {

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.mariaDb();

    private @Nullable JdbcStorage second;

    @Override
    JdbcStorage storage() {
        return SERVER.storage();
    }

    @Override
    Connection connect() throws SQLException {
        return SERVER.database().connect();
    }

    @Override
    JdbcStorage secondNode(JdbcStorage first) {
        second = JdbcStorage.on(SERVER.pool());
        return second;
    }

    @AfterEach
    void closeSecond() {
        if (second != null) {
            second.close();
        }
    }
}
