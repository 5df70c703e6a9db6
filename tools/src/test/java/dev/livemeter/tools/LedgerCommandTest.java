package dev.livemeter.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once") // servers
class LedgerCommandTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String url = "";

    @BeforeEach
    void booksWithTwoEntries() {
        url = "jdbc:h2:" + folder.resolve("books");
        try (var wallet = JdbcWallet.open(url)) {
            wallet.credit(
                    new CreditRequest(new TransferId("order-1"), UserId.of("alice"), Money.of("USD", "20.00"), "card"));
            wallet.debit(new DebitRequest(
                    new TransferId("tip/alice/1"),
                    UserId.of("alice"),
                    Money.of("USD", "2.50"),
                    "Tip for bob",
                    new Subject("tip/alice/1"),
                    null));
        }
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
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

    private void damage(String statement) throws Exception {
        try (var connection = DriverManager.getConnection(url, "sa", "");
                var work = connection.createStatement()) {
            work.execute(statement);
        }
    }

    @Test
    void booksThatAreRightAreProvenSo() {
        assertThat(run("verify", "--database", url)).isZero();
        assertThat(told())
                .containsExactly("The books are right: 2 entries with 2 postings, 1 wallet and 0 holds were looked at,"
                        + " and every balance is the sum of its postings.");
        assertThat(refusal()).isEmpty();
    }

    @Test
    void booksThatAreWrongAreSaidToBeAndWhere() throws Exception {
        damage("UPDATE livemeter_wallet SET posted_micros = posted_micros + 1 WHERE owner = 'alice'");
        assertThat(run("verify", "--database", url)).isEqualTo(1);
        assertThat(told().get(0))
                .startsWith("The books are wrong: 2 entries with 2 postings")
                .endsWith("1 thing is wrong.");
        assertThat(told().get(1))
                .isEqualTo("- The account wallet/alice says that 17.500001 USD is posted; its postings sum to 17.5.");
    }

    @Test
    void aBalanceThatIsWrongIsToldFirstAndSetWhenAskedTo() throws Exception {
        assertThat(run("rebuild", "--database", url)).isZero();
        assertThat(told()).containsExactly("Every balance is what its postings come to; there is nothing to set.");
        damage("UPDATE livemeter_wallet SET posted_micros = posted_micros + 1 WHERE owner = 'alice'");
        var difference =
                "- Of the account wallet/alice, 17.500001 is kept as posted; 17.5 USD follows from the postings.";

        assertThat(run("rebuild", "--database", url)).isEqualTo(1);
        assertThat(told())
                .containsExactly(
                        "1 figure is not what the postings come to; 1 can be set.",
                        difference,
                        "Nothing was changed; with --apply it is.");
        assertThat(run("verify", "--database", url)).isEqualTo(1);

        assertThat(run("rebuild", "--apply", "--database", url)).isZero();
        assertThat(told())
                .containsExactly(
                        "1 figure is not what the postings come to; 1 was set.",
                        difference,
                        "The books are right: 2 entries with 2 postings, 1 wallet and 0 holds were looked at, and every"
                                + " balance is the sum of its postings.");
        assertThat(run("rebuild", "--database", url)).isZero();
        assertThat(run("verify", "--apply", "--database", url)).isEqualTo(2);
        assertThat(refusal()).startsWith("The option --apply is not known to verify");
    }

    @Test
    void anExportedJournalIsCheckedWithoutADatabase() throws Exception {
        var file = folder.resolve("journal.csv");
        assertThat(run("export", "--database", url, "--file", file.toString())).isZero();
        assertThat(told().get(0))
                .matches("Wrote 2 lines to .*journal\\.csv\\. The last hash is [0-9a-f]{64}; keep it elsewhere\\.");
        var hash = told().get(0).replaceAll(".*is ([0-9a-f]{64}).*", "$1");
        Files.delete(folder.resolve("books.mv.db"));

        assertThat(run("verify", "--file", file.toString())).isZero();
        assertThat(told())
                .containsExactly("The journal in " + file + " is as it was written: 2 lines, last hash " + hash + ".");
        assertThat(run("verify", "--file", file.toString(), "--chain", hash)).isZero();
        assertThat(told())
                .containsExactly(
                        "The journal in " + file + " is as it was written: 2 lines, with the hash that was kept.");
        assertThat(run("verify", "--file", file.toString(), "--chain", "0".repeat(64)))
                .isEqualTo(1);
        assertThat(told().get(0)).endsWith("and not the one that was kept; it was written anew.");

        Files.writeString(file, Files.readString(file).replace("20.00", "2.00"));
        assertThat(run("verify", "--file", file.toString())).isEqualTo(1);
        assertThat(told())
                .containsExactly("The journal in " + file + " is not as it was written. Line 1 does not follow from the"
                        + " one before it; it was changed, or lines were added or left out before it.");
    }

    @Test
    void aFileThatIsThereIsLeftAlone() throws Exception {
        var file = folder.resolve("kept.csv");
        Files.writeString(file, "somebody's proof");
        assertThat(run("export", "--database", url, "--file", file.toString())).isEqualTo(2);
        assertThat(refusal()).isEqualTo("The file " + file + " is there already; name a new one.");
        assertThat(file).hasContent("somebody's proof");
    }

    @Test
    void aStatementTellsEachMovementWithTheBalanceAfterIt() {
        assertThat(run("statement", "alice", "--database", url)).isZero();
        assertThat(told()).hasSize(3);
        assertThat(told().get(0)).isEqualTo("What came into the wallet of alice and went out of it, the newest first:");
        assertThat(told().get(1)).matches("[0-9T:.-]+Z  -2\\.50 USD  balance 17\\.50 USD  Tip: Tip for bob");
        assertThat(told().get(2)).matches("[0-9T:.-]+Z  \\+20\\.00 USD  balance 20\\.00 USD  Paid in: card");
        assertThat(run("statement", "alice", "--database", url, "--to", "2020-01-01"))
                .isZero();
        assertThat(told()).containsExactly("Nothing came into the wallet of alice or went out of it in that time.");
        var file = folder.resolve("alice.csv");
        assertThat(run("statement", "alice", "--database", url, "--file", file.toString()))
                .isZero();
        assertThat(file)
                .content()
                .startsWith("at,kind,title,about,memo,amount")
                .contains("Tip for bob,-2.50,USD,17.50");
    }

    @Test
    void aDatabaseThatIsMisspeltIsNotMade() {
        var missing = folder.resolve("boks");
        assertThat(run("verify", "--database", "jdbc:h2:" + missing)).isEqualTo(2);
        assertThat(refusal())
                .isEqualTo("There is no database in " + missing + ".mv.db; give the URL that the application opens.");
        assertThat(folder.resolve("boks.mv.db")).doesNotExist();
        assertThat(run("verify", "--database", "jdbc:oracle:thin:x")).isEqualTo(2);
        assertThat(refusal()).contains("H2, PostgreSQL or MariaDB");
    }
}
