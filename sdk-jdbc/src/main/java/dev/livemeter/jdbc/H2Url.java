package dev.livemeter.jdbc;

import com.zaxxer.hikari.HikariConfig;
import dev.livemeter.LivemeterException;
import dev.livemeter.secret.Secret;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JDBC URL of H2, in its parts. Its settings can hold a password, so that only {@link #place()} is ever shown.
 *
 * @param place such as {@code ./livemeter} or {@code mem:test}
 * @param settings what follows the first semicolon; may be empty
 */
record H2Url(String place, String settings) implements DatabaseUrl {

    static final String SCHEME = "jdbc:h2:";

    /** Where a host gives none: what H2 calls its first user by custom. */
    private static final String DEFAULT_USER = "sa";

    // One letter before the colon is a drive of Windows.
    private static final Pattern FILE_SYSTEM = Pattern.compile("[a-zA-Z]{2,}:.*");

    static H2Url parse(String url) {
        var rest = url.substring(SCHEME.length());
        var semicolon = rest.indexOf(';');
        var parsed = semicolon < 0
                ? new H2Url(rest, "")
                : new H2Url(rest.substring(0, semicolon), rest.substring(semicolon));
        parsed.requireRightForm();
        return parsed;
    }

    private void requireRightForm() {
        if (isFile()
                && !path().startsWith("./")
                && !path().startsWith("~/")
                && !Path.of(path()).isAbsolute()
                && !path().startsWith("../")) {
            throw new LivemeterException(
                    "storage.malformed_url",
                    "The URL jdbc:h2:" + place + " does not say which folder it means; write jdbc:h2:./" + path()
                            + " for the working folder, or an absolute path.");
        }
        for (var setting : List.of("WRITE_DELAY", "RETENTION_TIME")) {
            if (has(setting)) {
                throw new LivemeterException(
                        "storage.malformed_url",
                        "The URL jdbc:h2:" + place + " sets " + setting
                                + ", which is Livemeter's to set, so that no commit is"
                                + " lost when the process dies and the file stays whole. Remove that setting.");
            }
        }
    }

    /** Whether the database is a plain file of this machine, opened in this process. */
    boolean isFile() {
        return place.startsWith("file:") || !FILE_SYSTEM.matcher(place).matches();
    }

    @Override
    public boolean isExclusive() {
        // With AUTO_SERVER, H2 lets other processes in.
        return (isFile() || place.startsWith("mem:")) && !has("AUTO_SERVER");
    }

    boolean has(String setting) {
        return settings.toUpperCase(Locale.ROOT).contains(";" + setting + "=");
    }

    @Override
    public Dialect dialect() {
        return new H2Dialect();
    }

    @Override
    public Properties settings(@Nullable String user, Secret password) {
        var all = new Properties();
        all.setProperty("user", user == null ? DEFAULT_USER : user);
        all.setProperty("password", password.reveal());
        return all;
    }

    @Override
    public void configure(HikariConfig pool) {
        // Embedded, a connection is an object and not a socket: there is nothing to gain from closing one and making
        // another, and a database in memory is gone with its last.
        pool.setMaxLifetime(0);
    }

    @Override
    public String complete() {
        var url = new StringBuilder(SCHEME).append(place).append(settings);
        if (!has("LOCK_TIMEOUT")) {
            // A wallet that everybody pays from is waited for in turn; a second, H2's default, is short for that.
            url.append(";LOCK_TIMEOUT=10000");
        }
        if (isFile() && !has("DB_CLOSE_ON_EXIT")) {
            // Else H2 closes the file in its own shutdown hook, under a host that is still working in another.
            url.append(";DB_CLOSE_ON_EXIT=FALSE");
        }
        return url.toString();
    }

    @Override
    public Optional<Path> secretKeyFile() {
        return file().map(file -> file.resolveSibling(file.getFileName() + ".secret.key"));
    }

    @Override
    public Optional<Path> file() {
        if (!isFile()) {
            return Optional.empty();
        }
        try {
            var path = path();
            return Optional.of(
                    path.startsWith("~/")
                            ? Path.of(System.getProperty("user.home"), path.substring(2))
                            : Path.of(path).toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            throw new LivemeterException(
                    "storage.malformed_url", "The URL jdbc:h2:" + place + " is not a path of this machine.", false, e);
        }
    }

    private String path() {
        return place.startsWith("file:") ? place.substring("file:".length()) : place;
    }
}
