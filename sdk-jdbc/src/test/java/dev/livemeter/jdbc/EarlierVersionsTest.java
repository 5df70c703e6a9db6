package dev.livemeter.jdbc;

import dev.livemeter.jdbc.server.SharedServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class EarlierVersionsTest {

    @Nested
    class OnH2 extends EarlierVersions {

        @TempDir
        private Path folder;

        private final AtomicInteger databases = new AtomicInteger();
        private final List<Connection> open = new ArrayList<>();

        @Override
        DataSource newDatabase() {
            var source = new JdbcDataSource();
            source.setURL("jdbc:h2:" + folder.resolve("earlier-" + databases.incrementAndGet()));
            source.setUser("sa");
            open.add(connected(source));
            return source;
        }

        /** While one connection is open, the others do not open and close the file, which takes longer than what is done in it. */
        private static Connection connected(DataSource source) {
            try {
                return source.getConnection();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @AfterEach
        void closeAll() throws SQLException {
            for (var connection : open) {
                connection.close();
            }
        }

        @Override
        String dialect() {
            return "h2";
        }

        @Override
        int firstVersion() {
            return 2;
        }
    }

    @Nested
    class OnPostgres extends EarlierVersions {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.postgres();

        @Override
        DataSource newDatabase() {
            return SERVER.server().newDatabase().dataSource();
        }

        @Override
        String dialect() {
            return "postgresql";
        }

        @Override
        int firstVersion() {
            return 1;
        }
    }

    @Nested
    class OnMariaDb extends EarlierVersions {

        @RegisterExtension
        static final SharedServer SERVER = SharedServer.mariaDb();

        @Override
        DataSource newDatabase() {
            return SERVER.server().newDatabase().dataSource();
        }

        @Override
        String dialect() {
            return "mariadb";
        }

        @Override
        int firstVersion() {
            return 1;
        }
    }
}
