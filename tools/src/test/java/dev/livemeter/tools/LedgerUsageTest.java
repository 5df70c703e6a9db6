package dev.livemeter.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the command is written. */
class LedgerUsageTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return new LedgerCommand(Map.of(), print(out), print(err)).run(arguments);
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private List<String> told() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String refusal() {
        return err.toString(StandardCharsets.UTF_8).strip();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|Say what to do: verify, rebuild, export or statement; bin/ledger --help tells more.",
                "burn|The command burn is not known; expected verify, rebuild, export or statement.",
                "verify|What is to be verified? Give one of --database URL and --file FILE.",
                "verify --database a --file b|What is to be verified? Give one of --database URL and --file FILE.",
                "verify --database a --chain b|The option --chain is for a file; give --file FILE with it.",
                "verify all --database a|The word all is one too many for verify; bin/ledger --help shows how it is written.",
                "verify --from 2026-01-01|The option --from is not known to verify; bin/ledger --help lists the options.",
                "verify --file nothing-here.csv|There is no file nothing-here.csv; name one that bin/ledger export wrote.",
                "export --database a|Where to? Give --file FILE.",
                "export --file a|Which books? Give --database URL, such as jdbc:h2:./livemeter.",
                "statement|Whose statement? Write it like: bin/ledger statement alice --database URL.",
                "statement alice --database|The option --database needs a value after it.",
                "statement alice --database a --database b|The option --database is given twice; give it once.",
                "statement alice --database a --to now|The option --to was given 'now'; expected a day such as 2026-11-01."
            })
    void aCommandLineThatDoesNotFitIsRefusedInASentence(String line, String sentence) {
        assertThat(run(line == null ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(refusal()).isEqualTo(sentence);
        assertThat(told()).isEmpty();
    }

    @Test
    void helpTellsHowItIsUsed() {
        assertThat(run("--help")).isZero();
        assertThat(told()).contains("Usage: bin/ledger COMMAND [options]");
        assertThat(run("verify", "--help")).isZero();
    }
}
