package dev.livemeter.jdbc;

import dev.livemeter.jdbc.server.SharedServer;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresStoresTest extends Stores {

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.postgres();

    @Override
    JdbcStorage storage() {
        return SERVER.storage();
    }
}
