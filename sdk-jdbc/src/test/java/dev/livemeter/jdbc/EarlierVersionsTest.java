package dev.livemeter.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.livemeter.jdbc.server.SharedServer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class EarlierVersionsTest {

    @Nested
    class OnH2 extends EarlierVersions {

        @TempDir
        private Path folder;

        private final AtomicInteger databases = new AtomicInteger();

        @Override
        HikariDataSource newDatabase() {
            var config = new HikariConfig();
            config.setJdbcUrl("jdbc:h2:" + folder.resolve("earlier-" + databases.incrementAndGet()));
            config.setUsername("sa");
            config.setMinimumIdle(1);
            return new HikariDataSource(config);
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
        HikariDataSource newDatabase() {
            return SERVER.server().newDatabase().pool(4);
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
        HikariDataSource newDatabase() {
            return SERVER.server().newDatabase().pool(4);
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
