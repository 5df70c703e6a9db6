package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.jdbc.server.DatabaseServer;
import dev.livemeter.jdbc.server.SharedServer;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mariadb.jdbc.MariaDbDataSource;

class MariaDbOpeningTest extends ServerOpening {

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.mariaDb();

    @Override
    DatabaseServer server() {
        return SERVER.server();
    }

    @Test
    void refusesADataSourceThatCutsWhatIsTooLong() {
        refused("storage.unsuitable", () -> JdbcWallet.on(database.dataSource("?sessionVariables=sql_mode=''")))
                .hasMessage("The database of the data source runs without a strict sql_mode: what is too long would be"
                        + " cut and two ids could become one. Add STRICT_TRANS_TABLES to sql_mode.");
    }

    @Test
    void isStrictOnConnectionsOfItsOwn() {
        // what the settings of the URL leave out, the pool adds
        try (var wallet =
                JdbcWallet.open(database.url() + "?sessionVariables=sql_mode=''", database.user(), password())) {
            credit(wallet, "order-1");
        }
    }

    @Test
    void tellsWhatACommitDoesNotSurvive() throws SQLException {
        try (var connection = database.connect()) {
            assertThat(new MariaDbDialect().weaknesses(connection, place()))
                    .containsExactly("The database " + place() + " runs with innodb_flush_log_at_trx_commit = 0: when"
                            + " its server dies, the payments of the last second can be lost, acknowledged or not."
                            + " Set it to 1.");
        }
    }

    @Override
    void makeWeakUser() {
        server().administer(List.of(
                "CREATE USER weak@'127.0.0.1' IDENTIFIED BY 'weak'",
                "GRANT SELECT ON " + database.name() + ".* TO weak@'127.0.0.1'"));
    }

    @Override
    void dropWeakUser() {
        server().administer(List.of("DROP USER weak@'127.0.0.1'"));
    }

    @Override
    DataSource source(String user, String password) {
        try {
            var source = new MariaDbDataSource(database.url());
            source.setUser(user);
            source.setPassword(password);
            return source;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
