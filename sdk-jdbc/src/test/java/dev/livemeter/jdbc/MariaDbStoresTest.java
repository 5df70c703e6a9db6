package dev.livemeter.jdbc;

import dev.livemeter.jdbc.server.SharedServer;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbStoresTest extends Stores {

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.mariaDb();

    @Override
    JdbcStorage storage() {
        return SERVER.storage();
    }
}
