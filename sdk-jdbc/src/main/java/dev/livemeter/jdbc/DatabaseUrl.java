package dev.livemeter.jdbc;

import com.zaxxer.hikari.HikariConfig;
import dev.livemeter.LivemeterException;
import dev.livemeter.secret.Secret;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A JDBC URL of a database that Livemeter knows. Its settings can hold a password, so that only {@link #place()} is ever shown. */
sealed interface DatabaseUrl permits H2Url, ServerUrl {

    /** For sentences: the databases that Livemeter knows. */
    String KNOWN = "H2, PostgreSQL or MariaDB";

    /** For sentences: the part of it that tells which database it is, without settings. */
    String place();

    /** How to speak with that database. */
    Dialect dialect();

    /** The URL to connect with. */
    String complete();

    /** What to give the driver beside the URL; the URL's own settings win. */
    Properties settings(@Nullable String user, Secret password);

    /** How a pool of connections to it is kept. */
    void configure(HikariConfig pool);

    /** The database's file without its ending; empty where it is not in a file of this machine. */
    default Optional<Path> file() {
        return Optional.empty();
    }

    /** Whether no other process can use the database while this one does. */
    default boolean isExclusive() {
        return false;
    }

    /** The file that the key of the secrets is kept in: beside the database, under its name. Empty where there is no such place. */
    default Optional<Path> secretKeyFile() {
        return Optional.empty();
    }

    /**
     * Reads a URL.
     *
     * @throws LivemeterException {@code storage.unknown_database}, {@code storage.malformed_url}
     */
    static DatabaseUrl parse(String url) {
        if (url.startsWith(H2Url.SCHEME)) {
            return H2Url.parse(url);
        }
        for (var product : ServerUrl.Product.values()) {
            if (url.startsWith(product.scheme())) {
                return ServerUrl.parse(product, url);
            }
        }
        var scheme = Pattern.compile("(jdbc:)?[a-zA-Z0-9+.-]{1,32}:", Pattern.CASE_INSENSITIVE)
                .matcher(url);
        throw new LivemeterException(
                "storage.unknown_database",
                "The URL of a database begins with "
                        + (scheme.lookingAt() ? "'" + scheme.group() + "'" : "no scheme that is known")
                        + "; Livemeter keeps its data in " + KNOWN + ". Write it like jdbc:h2:./livemeter,"
                        + " jdbc:postgresql://localhost/livemeter or jdbc:mariadb://localhost/livemeter.");
    }
}
