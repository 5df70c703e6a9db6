package dev.livemeter.jdbc;

import dev.livemeter.jdbc.crash.H2Tables;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** One file for all tests, emptied before each: to make the tables, or to open a copy of them, takes longer than most tests. */
class H2StoresTest extends Stores {

    @TempDir
    private static Path folder;

    private static JdbcStorage storage;

    @BeforeAll
    static void open() {
        storage = JdbcStorage.open(url());
    }

    @AfterAll
    static void close() {
        storage.close();
    }

    private static String url() {
        return "jdbc:h2:" + folder.resolve("livemeter");
    }

    @Override
    JdbcStorage storage() {
        H2Tables.empty(url());
        return storage;
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), "sa", "");
    }
}
