package dev.livemeter.tools;

import dev.livemeter.billing.Billing;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.secret.Secret;
import dev.livemeter.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** The books of a database that is there. */
final class Database implements AutoCloseable {

    static final String PASSWORD = "LIVEMETER_DATABASE_PASSWORD";

    private static final Pattern H2_FILE = Pattern.compile("jdbc:h2:(?:file:)?((?:~|\\.{1,2})?/[^;]*)(?:;.*)?");

    private final JdbcStorage storage;

    private Database(JdbcStorage storage) {
        this.storage = storage;
    }

    /** Opens it as an application does: tables of an older version are brought up to date. */
    static Database open(LedgerOptions options, Map<String, String> environment) {
        var url = options.requiredDatabase();
        requireThere(url);
        var user = options.databaseUser();
        return new Database(
                user == null
                        ? JdbcStorage.open(url)
                        : JdbcStorage.open(url, user, Secret.of(environment.getOrDefault(PASSWORD, ""))));
    }

    /** A file of H2 that is misspelt would be made, and books without entries are always right. */
    private static void requireThere(String url) {
        var match = H2_FILE.matcher(url);
        if (!match.matches()) {
            return;
        }
        var name = match.group(1).startsWith("~/")
                ? System.getProperty("user.home") + match.group(1).substring(1)
                : match.group(1);
        var file = Path.of(name + ".mv.db").toAbsolutePath().normalize();
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    "There is no database in " + file + "; give the URL that the application opens.");
        }
    }

    Billing billing() {
        return Billing.on(storage.ledgerStore(), TimeSource.system());
    }

    @Override
    public void close() {
        storage.close();
    }
}
