package dev.livemeter.jdbc;

import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

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
}
