package dev.livemeter.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.money.Money;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each program runs once, at a tiny size and on H2: it finishes, its books are right, and it finds something. How fast is not asked. */
@Tag("once") // what takes so long here are servers
class BenchmarksTest {

    static List<Part> parts() {
        return Benchmarks.parts();
    }

    @ParameterizedTest
    @MethodSource("parts")
    void aPartRunsAndItsBooksAreRight(Part part) throws Exception {
        var printed = new ByteArrayOutputStream();
        try (var databases = Databases.embedded()) {
            var report = Benchmarks.run(
                    part, Plan.tiny(), databases, new PrintStream(printed, true, StandardCharsets.UTF_8));
            assertThat(report.figures()).isNotEmpty().allSatisfy(figure -> {
                assertThat(figure.part()).isEqualTo(part.name());
                assertThat(figure.values().min()).as(figure.name()).isFinite();
            });
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("| where | what | median | range | unit | goal |");
    }

    @Test
    void everyFigureIsKeptAsOneLineOfData(@TempDir Path folder) throws Exception {
        var report = new Report("settlement", System.out);
        report.condition("2 cores");
        report.figure("H2", "batches, 1 thread", "charges/s", Samples.of(3, 1, 2), ">= 2");
        report.write(folder);
        assertThat(Files.readAllLines(folder.resolve("settlement.csv")))
                .containsExactly(
                        "# 2 cores",
                        "part,where,measure,unit,median,min,max,values,goal",
                        "settlement,H2,batches; 1 thread,charges/s,2.0000,1.0000,3.0000,3,>= 2");
    }

    @Test
    void aPartThatDoesNotExistIsToldWithThoseThatDo() {
        assertThatThrownBy(() -> Benchmarks.main(new String[] {"setlement"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "There is no part 'setlement'; expected some of settlement, metering, start, meter, rating, reports,"
                                + " relay, memory, delay, cutoff, callbacks, signaling, nodes.");
    }

    @Test
    void booksThatAreShortAreNotPassed() {
        try (var books = Books.inMemory()) {
            var owner = dev.livemeter.identity.UserId.of("alice");
            books.credit(List.of(owner), List.of(Money.of("USD", "10.00")));
            books.prove(Money.of("USD", "10.00"), Money.of("USD", "0.00"));
            assertThatThrownBy(() -> books.prove(Money.of("USD", "10.00"), Money.of("USD", "0.01")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("10.00 USD was paid in and 0.01 USD captured, but 10.00 USD is left in the wallets.");
        }
    }
}
