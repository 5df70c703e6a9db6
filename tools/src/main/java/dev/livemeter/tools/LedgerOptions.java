package dev.livemeter.tools;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param user whose statement
 * @param database its URL
 * @param databaseUser who opens it; null where the URL says it, or nobody is needed
 * @param file to write or to check
 * @param chain the hash that the file is expected to end with
 * @param from the first day
 * @param to the day after the last
 * @param apply whether what is wrong is set
 */
record LedgerOptions(
        Command command,
        @Nullable String user,
        @Nullable String database,
        @Nullable String databaseUser,
        @Nullable Path file,
        @Nullable String chain,
        @Nullable LocalDate from,
        @Nullable LocalDate to,
        boolean apply) {

    enum Command {
        HELP,
        VERIFY,
        EXPORT,
        STATEMENT,
        REBUILD
    }

    /** The option that has no value. */
    private static final String APPLY = "--apply";

    static final String HELP = String.join(
            System.lineSeparator(),
            "Proves, mends, exports and reads the books of Livemeter.",
            "",
            "Usage: bin/ledger COMMAND [options]",
            "",
            "  verify --database URL           proves every balance from the postings, and says what is wrong",
            "  verify --file FILE              checks an exported journal: nothing changed, added or left out",
            "         [--chain HASH]           and that it ends with the hash that was kept",
            "  rebuild --database URL          says where a balance is not what its postings come to, and changes"
                    + " nothing",
            "         [--apply]                sets those balances, and proves the books",
            "  export --database URL --file FILE      writes the journal, each line with a hash of all before it",
            "  statement USER --database URL   what came into a wallet and went out of it, the newest first",
            "         [--from DAY] [--to DAY]  from that day on, to before that day, in UTC, such as 2026-11-01",
            "         [--file FILE]            as comma-separated values",
            "",
            "  --user NAME    who opens the database; the password is read from " + Database.PASSWORD,
            "  --help         this text",
            "",
            "A URL is one that the application opens, such as jdbc:h2:./livemeter or jdbc:postgresql://localhost/livemeter.",
            "A database in a file can be opened by one process at a time. Tables of an older version are brought up to date.",
            "Exit code: 0 if everything is right, 1 if something is wrong with the books or the file, 2 if it could not be done.");

    private static final Map<Command, Set<String>> KNOWN = Map.of(
            Command.HELP, Set.of(),
            Command.VERIFY, Set.of("--database", "--user", "--file", "--chain"),
            Command.REBUILD, Set.of("--database", "--user", APPLY),
            Command.EXPORT, Set.of("--database", "--user", "--file"),
            Command.STATEMENT, Set.of("--database", "--user", "--file", "--from", "--to"));

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with a sentence about what was given and what is expected
     */
    static LedgerOptions parse(String... arguments) {
        var words = new ArrayList<String>();
        var values = new HashMap<String, String>();
        for (var i = 0; i < arguments.length; i++) {
            var argument = arguments[i];
            if (argument.equals("--help") || argument.equals("-h")) {
                return new LedgerOptions(Command.HELP, null, null, null, null, null, null, null, false);
            }
            if (!argument.startsWith("--")) {
                words.add(argument);
            } else if (argument.equals(APPLY)) {
                values.put(APPLY, "");
            } else if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("The option " + argument + " needs a value after it.");
            } else if (values.put(argument, arguments[++i]) != null) {
                throw new IllegalArgumentException("The option " + argument + " is given twice; give it once.");
            }
        }
        var command = command(words);
        for (var option : values.keySet()) {
            if (!KNOWN.getOrDefault(command, Set.of()).contains(option)) {
                throw new IllegalArgumentException("The option " + option + " is not known to " + words.get(0)
                        + "; bin/ledger --help lists the options.");
            }
        }
        var options = new LedgerOptions(
                command,
                command == Command.STATEMENT ? words.get(1) : null,
                values.get("--database"),
                values.get("--user"),
                file(values.get("--file")),
                values.get("--chain"),
                day("--from", values.get("--from")),
                day("--to", values.get("--to")),
                values.containsKey(APPLY));
        options.requireFit();
        return options;
    }

    private static Command command(List<String> words) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException(
                    "Say what to do: verify, rebuild, export or statement; bin/ledger --help tells more.");
        }
        var command = switch (words.get(0)) {
            case "verify" -> Command.VERIFY;
            case "rebuild" -> Command.REBUILD;
            case "export" -> Command.EXPORT;
            case "statement" -> Command.STATEMENT;
            default ->
                throw new IllegalArgumentException("The command " + words.get(0)
                        + " is not known; expected verify, rebuild, export or statement.");
        };
        var expected = command == Command.STATEMENT ? 2 : 1;
        if (words.size() < expected) {
            throw new IllegalArgumentException(
                    "Whose statement? Write it like: bin/ledger statement alice --database URL.");
        }
        if (words.size() > expected) {
            throw new IllegalArgumentException("The word " + words.get(expected) + " is one too many for "
                    + words.get(0) + "; bin/ledger --help shows how it is written.");
        }
        return command;
    }

    private void requireFit() {
        if (command == Command.VERIFY && (database == null) == (file == null)) {
            throw new IllegalArgumentException("What is to be verified? Give one of --database URL and --file FILE.");
        }
        if (chain != null && file == null) {
            throw new IllegalArgumentException("The option --chain is for a file; give --file FILE with it.");
        }
        if (command != Command.VERIFY && database == null) {
            throw new IllegalArgumentException("Which books? Give --database URL, such as jdbc:h2:./livemeter.");
        }
        if (command == Command.EXPORT && file == null) {
            throw new IllegalArgumentException("Where to? Give --file FILE.");
        }
    }

    String requiredDatabase() {
        return required(database);
    }

    Path requiredFile() {
        return required(file);
    }

    String requiredUser() {
        return required(user);
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("This was looked at when the command line was read.");
        }
        return value;
    }

    private static @Nullable Path file(@Nullable String text) {
        try {
            return text == null ? null : Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("The option --file was given no name of a file.", e);
        }
    }

    private static @Nullable LocalDate day(String option, @Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "The option " + option + " was given '" + text + "'; expected a day such as 2026-11-01.", e);
        }
    }
}
