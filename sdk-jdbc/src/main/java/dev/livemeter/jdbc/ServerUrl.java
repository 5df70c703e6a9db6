package dev.livemeter.jdbc;

import com.zaxxer.hikari.HikariConfig;
import dev.livemeter.LivemeterException;
import dev.livemeter.secret.Secret;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JDBC URL of a database server.
 *
 * @param place such as {@code localhost:5432/livemeter}
 * @param complete the URL as it was given
 */
record ServerUrl(Product product, String place, String complete) implements DatabaseUrl {

    /** So long a server may be silent, in the middle of a statement, until it counts as gone. */
    private static final int SILENCE_SECONDS = 30;

    private static final int CONNECT_SECONDS = 5;

    /** A wallet that everybody pays from is waited for in turn; as with H2, not for ever. */
    private static final int LOCK_SECONDS = 10;

    /** Shorter than what firewalls and servers commonly grant an idle connection. */
    private static final long LIFETIME_MINUTES = 25;

    /** A server, as its driver is called. */
    enum Product {
        POSTGRESQL("PostgreSQL", "org.postgresql.Driver", "org.postgresql:postgresql"),
        MARIADB("MariaDB", "org.mariadb.jdbc.Driver", "org.mariadb.jdbc:mariadb-java-client"),
        MYSQL("MySQL", "com.mysql.cj.jdbc.Driver", "com.mysql:mysql-connector-j");

        private final String title;
        private final String driver;
        private final String artifact;

        Product(String title, String driver, String artifact) {
            this.title = title;
            this.driver = driver;
            this.artifact = artifact;
        }

        String scheme() {
            return "jdbc:" + title.toLowerCase(java.util.Locale.ROOT) + ":";
        }
    }

    // PostgreSQL's driver takes a bare name for a database of this machine; others need the server.
    private static final Pattern POSTGRESQL_NAME = Pattern.compile("[^/?@]+");
    private static final Pattern SERVER_AND_NAME = Pattern.compile("([a-z-]+:)?//([^/?]+@)?([^/?@]+/[^/?]+)");

    static ServerUrl parse(Product product, String url) {
        var rest = url.substring(product.scheme().length());
        var question = rest.indexOf('?');
        var place = question < 0 ? rest : rest.substring(0, question);
        var full = SERVER_AND_NAME.matcher(place);
        if (full.matches()) {
            return new ServerUrl(product, full.group(3), url);
        }
        if (product == Product.POSTGRESQL && POSTGRESQL_NAME.matcher(place).matches()) {
            return new ServerUrl(product, place, url);
        }
        throw new LivemeterException(
                "storage.malformed_url",
                "The URL of a database on " + product.title + " does not name a server and a database. Write it like "
                        + product.scheme() + "//localhost/livemeter.");
    }

    @Override
    public Dialect dialect() {
        return product == Product.POSTGRESQL ? new PostgresDialect() : new MariaDbDialect();
    }

    /** Makes the driver known to {@link java.sql.DriverManager}, also where a host gives libraries a class loader of their own. */
    void requireDriver() {
        try {
            Class.forName(product.driver);
        } catch (ClassNotFoundException e) {
            throw new LivemeterException(
                    "storage.no_driver",
                    "The driver of " + product.title + " is not on the class path. Add the dependency "
                            + product.artifact + ".",
                    false,
                    e);
        }
    }

    @Override
    public Properties settings(@Nullable String user, Secret password) {
        var all = new Properties();
        if (user != null) {
            all.setProperty("user", user);
            all.setProperty("password", password.reveal());
        }
        // A server that is gone without a word must not hold up a meter for ever. PostgreSQL counts in seconds.
        if (product == Product.POSTGRESQL) {
            all.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
            all.setProperty("socketTimeout", Integer.toString(SILENCE_SECONDS));
            all.setProperty("ApplicationName", "livemeter");
            all.setProperty("reWriteBatchedInserts", "true");
        } else {
            all.setProperty("connectTimeout", Long.toString(TimeUnit.SECONDS.toMillis(CONNECT_SECONDS)));
            all.setProperty("socketTimeout", Long.toString(TimeUnit.SECONDS.toMillis(SILENCE_SECONDS)));
        }
        if (product == Product.MYSQL) {
            // Without it a fetch size means nothing there, and a proof of the books would load them whole.
            all.setProperty("useCursorFetch", "true");
        }
        return all;
    }

    @Override
    public void configure(HikariConfig pool) {
        pool.setMaxLifetime(TimeUnit.MINUTES.toMillis(LIFETIME_MINUTES));
        pool.setConnectionInitSql(
                product == Product.POSTGRESQL
                        ? "SET lock_timeout = '" + LOCK_SECONDS + "s'"
                        // Strict, for a text that is too long is refused then, and not cut.
                        : "SET SESSION innodb_lock_wait_timeout = " + LOCK_SECONDS
                                + ", sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')");
    }
}
