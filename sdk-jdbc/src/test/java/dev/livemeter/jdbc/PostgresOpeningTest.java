package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.jdbc.server.DatabaseServer;
import dev.livemeter.jdbc.server.SharedServer;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresOpeningTest extends ServerOpening {

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.postgres();

    @Override
    DatabaseServer server() {
        return SERVER.server();
    }

    @Test
    void putsItsTablesIntoTheSchemaOfTheConnection() throws SQLException {
        database.execute("CREATE SCHEMA shop");

        try (var wallet = JdbcWallet.on(database.dataSource("?currentSchema=shop"))) {
            credit(wallet, "order-1");
        }
        try (var wallet = JdbcWallet.open(database.url() + "?currentSchema=shop", database.user(), password())) {
            assertThat(wallet.balance(ALICE)).isPresent();
        }

        assertThat(count(database.dataSource(), "shop.livemeter_wallet")).isEqualTo(1);
        assertThat(count(database.dataSource(), "shop.livemeter_schema_history"))
                .isPositive();
        refused("storage.unsuitable", () -> JdbcWallet.on(database.dataSource("?currentSchema=nowhere")))
                .hasMessage("The database of the data source has no schema that the search path names. Make it first"
                        + " with CREATE SCHEMA, or correct currentSchema in the URL.");
    }

    @Test
    void refusesADatabaseThatCannotWriteEveryName() {
        database.close();
        server().administer(List.of("CREATE DATABASE " + database.name()
                + " ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"));

        refused("storage.unsuitable", this::open)
                .hasMessage(
                        "The database " + place() + " keeps text as LATIN1, in which not every name can be written."
                                + " Give one that was made with: CREATE DATABASE livemeter ENCODING 'UTF8' TEMPLATE template0.");
    }

    @Test
    void tellsWhatACommitDoesNotSurvive() throws SQLException {
        try (var connection = database.connect()) {
            assertThat(new PostgresDialect().weaknesses(connection, place()))
                    .containsExactly(
                            "The database " + place() + " runs with fsync or full_page_writes off: a power failure can"
                                    + " damage the books as a whole. Set both to on in postgresql.conf.",
                            "The database " + place() + " runs with synchronous_commit off: when its server dies, the"
                                    + " last payments that were acknowledged can be lost. Set it to on, for this"
                                    + " database or this user.");
        }
    }

    @Test
    void leavesThePlannerOfTheHostsConnectionsAsItWas() {
        var settings = "SELECT concat_ws(' ', current_setting('enable_seqscan'), current_setting('enable_hashjoin'),"
                + " current_setting('enable_mergejoin'), current_setting('plan_cache_mode'))";
        var jdbi = Jdbi.create(database.dataSource(""));
        try (var held = jdbi.open()) {
            var sole = new Database(Jdbi.create(held.getConnection()), new PostgresDialect());

            var inside = sole.writeOrFind(
                    writing -> writing.createQuery(settings).mapTo(String.class).one());

            assertThat(inside).isEqualTo("off off off force_generic_plan");
            assertThat(held.createQuery(settings).mapTo(String.class).one()).isEqualTo("on on on auto");
        }
    }

    @Override
    void makeWeakUser() {
        database.execute("CREATE ROLE weak LOGIN PASSWORD 'weak'");
    }

    @Override
    void dropWeakUser() {
        database.execute("DROP ROLE weak");
    }

    @Override
    DataSource source(String user, String password) {
        var source = new PGSimpleDataSource();
        source.setUrl(database.url());
        source.setUser(user);
        source.setPassword(password);
        return source;
    }
}
