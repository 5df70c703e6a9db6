package dev.livemeter.tools;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.LedgerExport;
import dev.livemeter.billing.LedgerReport;
import dev.livemeter.billing.StatementLine;
import dev.livemeter.identity.UserId;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Proves, mends, exports and reads the books of a database from the command line: {@code bin/ledger}. */
public final class LedgerCommand {

    /** Everything was done, and nothing is wrong. */
    static final int RIGHT = 0;

    /** Something is wrong with the books or the file. */
    static final int WRONG = 1;

    /** It could not be done: a word that is not known, a database that does not answer. */
    static final int NOT_DONE = 2;

    private static final Instant BEGINNING = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("9000-01-01T00:00:00Z");

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * A command.
     *
     * @param environment where the password may be
     * @param out what it finds
     * @param err why it could not be done
     */
    LedgerCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs a command and ends the process with its exit code; see {@code bin/ledger --help}.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        System.exit(new LedgerCommand(System.getenv(), System.out, System.err).run(arguments));
    }

    /** The exit code. */
    int run(String... arguments) {
        try {
            var options = LedgerOptions.parse(arguments);
            return switch (options.command()) {
                case HELP -> say(LedgerOptions.HELP);
                case VERIFY -> options.file() == null ? inBooks(options, this::verify) : verifyFile(options);
                case REBUILD -> inBooks(options, billing -> rebuild(billing, options.apply()));
                case EXPORT -> inBooks(options, billing -> export(billing, options));
                case STATEMENT -> inBooks(options, billing -> statement(billing, options));
            };
        } catch (IllegalArgumentException | LivemeterException e) {
            err.println(e.getMessage());
            return NOT_DONE;
        }
    }

    private int say(String text) {
        out.println(text);
        return RIGHT;
    }

    private int inBooks(LedgerOptions options, ToIntFunction<Billing> work) {
        try (var database = Database.open(options, environment)) {
            return work.applyAsInt(database.billing());
        }
    }

    private int verify(Billing billing) {
        var report = billing.ledger().verify();
        out.println(report.sentence());
        for (LedgerReport.Finding finding : report.findings()) {
            out.println("- " + finding.sentence());
        }
        if (report.furtherFindings() > 0) {
            out.println("- and " + report.furtherFindings() + " more.");
        }
        return report.isClean() ? RIGHT : WRONG;
    }

    private int rebuild(Billing billing, boolean apply) {
        var rebuild = apply ? billing.ledger().rebuild() : billing.ledger().differences();
        out.println(rebuild.sentence());
        for (var difference : rebuild.differences()) {
            out.println("- " + difference.sentence());
        }
        if (apply) {
            return verify(billing);
        }
        if (rebuild.differences().isEmpty()) {
            return RIGHT;
        }
        out.println("Nothing was changed; with --apply it is.");
        return WRONG;
    }

    private int verifyFile(LedgerOptions options) {
        var file = options.requiredFile();
        try (var reader = Files.newBufferedReader(file)) {
            var summary = LedgerExport.check(reader);
            if (!summary.isClean()) {
                out.println("The journal in " + file + " is not as it was written. " + summary.fault());
                return WRONG;
            }
            var kept = options.chain();
            if (kept != null && !kept.equals(summary.chain())) {
                out.println("The journal in " + file + " is whole, but its last hash is " + summary.chain()
                        + " and not the one that was kept; it was written anew.");
                return WRONG;
            }
            out.println("The journal in " + file + " is as it was written: " + lines(summary.lines())
                    + (kept == null ? ", last hash " + summary.chain() + "." : ", with the hash that was kept."));
            return RIGHT;
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "There is no file " + file + "; name one that bin/ledger export wrote.", e);
        } catch (MalformedInputException e) {
            out.println("The file " + file + " is not text in UTF-8; it is no exported journal.");
            return WRONG;
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private int export(Billing billing, LedgerOptions options) {
        var file = options.requiredFile();
        var summary = write(file, to -> billing.export().journal(to));
        out.println("Wrote " + lines(summary.lines()) + " to " + file + ". The last hash is " + summary.chain()
                + "; keep it elsewhere.");
        return RIGHT;
    }

    private int statement(Billing billing, LedgerOptions options) {
        var user = UserId.of(options.requiredUser());
        var from = moment(options.from(), BEGINNING);
        var to = moment(options.to(), END);
        if (options.file() != null) {
            write(options.file(), out -> {
                billing.statements().walletCsv(user, from, to, out);
                return out;
            });
            out.println("Wrote the statement of " + user + " to " + options.file() + ".");
            return RIGHT;
        }
        var lines = billing.statements().wallet(user, from, to);
        out.println(
                lines.isEmpty()
                        ? "Nothing came into the wallet of " + user + " or went out of it in that time."
                        : "What came into the wallet of " + user + " and went out of it, the newest first:");
        lines.forEach(line -> out.println(text(line)));
        return RIGHT;
    }

    private static String text(StatementLine line) {
        var change = line.change();
        var about = line.memo().isEmpty() ? line.subject().value() : line.memo();
        return line.at() + "  " + (change.isPositive() ? "+" : "") + change + "  balance "
                + line.after().posted() + "  " + line.title() + ": " + about;
    }

    private static Instant moment(@Nullable LocalDate day, Instant absent) {
        return day == null ? absent : day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static String lines(long count) {
        return count == 1 ? "1 line" : count + " lines";
    }

    /** What writes a file. */
    @FunctionalInterface
    private interface Writing<T> {

        T to(Appendable out) throws IOException;
    }

    /** Writes a new file; one that is there is somebody's proof, and is left alone. */
    private static <T> T write(Path file, Writing<T> writing) {
        try (var writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
            return writing.to(writer);
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException("The file " + file + " is there already; name a new one.", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
