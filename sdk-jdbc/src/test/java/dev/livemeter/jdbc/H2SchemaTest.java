package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.LedgerReport.Kind;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

class H2SchemaTest extends Schema {

    @Override
    DataSource source(String test) {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + test);
        return source;
    }

    @Override
    List<String> unlocking() {
        return List.of("DROP TRIGGER livemeter_entry_final", "DROP TRIGGER livemeter_posting_final");
    }

    /** Who opens the file is its administrator. */
    @Test
    void holdsAllButReferencesWhereTheAdministratorSwitchesThemOff() throws SQLException {
        execute("SET REFERENTIAL_INTEGRITY FALSE");

        execute(entry("'CAPTURE', 'h2', NULL, 'nobody', 'USD', 0, 0", DOLLAR));
        refused("UPDATE livemeter_wallet SET held_micros = posted_micros + 1", "livemeter_wallet_available");
        refused("DELETE FROM livemeter_entry", FINAL);
        assertThat(findings()).contains(Kind.WRONG_POSTED);
    }
}
