package dev.livemeter.testing.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.livemeter.LivemeterException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Plays worlds in memory. A failure gives a script; {@code -Dlivemeter.simulation.seed=...} adds worlds of another seed. */
final class SimulationTest {

    private final Logger log = (Logger) LoggerFactory.getLogger("dev.livemeter.session");

    @BeforeEach
    void leaveOutWhatFaultsAreLoggedWith() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void logAgain() {
        log.setLevel(null);
    }

    @Test
    void findsNothingInFiftyThousandEvents() {
        var report = Simulation.inMemory()
                .seed(Long.getLong("livemeter.simulation.seed", 1))
                .events(50_000)
                .run();

        System.out.println(report.sentence());
        assertThat(report.events()).isEqualTo(50_000);
        assertThat(report.sessions()).isGreaterThan(1_000);
        assertThat(report.settlements()).isGreaterThan(10_000);
        // Two nodes run, and one goes on with what the other no longer has.
        assertThat(report.takeovers()).isGreaterThan(20);
        assertThat(report.faults())
                .containsOnlyKeys(
                        "signal lost",
                        "signal twice",
                        "signal late",
                        "call lost",
                        "answer lost",
                        "undone",
                        "away",
                        "unanswered",
                        "crash",
                        "crash before call",
                        "crash after call",
                        "pause",
                        "wake",
                        "freeze",
                        "thaw",
                        "clock")
                .doesNotContainValue(0L);
    }

    /** Two runs at a time: this module is tested while there is little else to do. */
    @Tag("once")
    @Test
    void findsNothingInAMillionEvents() throws Exception {
        var threads = Executors.newFixedThreadPool(2);
        try {
            var runs = Stream.of(1_000, 2_000, 3_000, 4_000)
                    .map(seed -> threads.submit(() ->
                            Simulation.inMemory().seed(seed).events(250_000).run()))
                    .toList();
            var events = 0L;
            for (var run : runs) {
                System.out.println(run.get().sentence());
                events += run.get().events();
            }
            assertThat(events).isEqualTo(1_000_000);
        } finally {
            threads.shutdownNow();
        }
    }

    /** What would be wrong for the length of a few events alone, the usual proof after each 500 could miss. */
    @Test
    void findsNothingWhereTheBooksAreProvedAfterEachEvent() {
        assertThat(Simulation.inMemory()
                        .seed(5_000)
                        .events(4_000)
                        .provingEvery(1)
                        .run()
                        .events())
                .isEqualTo(4_000);
    }

    /** The price of minutes that are given back makes a payer richer, who may be warned once more when it is spent. */
    @Test
    void findsNothingWhereMinutesAreGivenBackAfterAWarning() {
        assertThat(Simulation.inMemory()
                        .replay(
                                "31359: credit 2 549 0; credit 2 108 0; pass 153167; credit 0 2377 0; pass 3690; pass 2184;"
                                        + " pause 0; pass 3000; open 3 2 3 882345; deliver 3 0; pass 2000; pass 5551;"
                                        + " buy 2 96 231 0; pass 2819; buy 0 18 253 70; pass 3000; freeze 1 1 17860; pass 2624;"
                                        + " pass 2000; purchase 2 149 0; buy 0 337 170 925; minutes_back 2")
                        .worlds())
                .isEqualTo(1);
    }

    @Test
    void playsTheSameAgainFromTheSameSeed() {
        var one = Simulation.inMemory().seed(7).events(2_000).run();
        var other = Simulation.inMemory().seed(7).events(2_000).run();

        assertThat(other.settlements()).isEqualTo(one.settlements());
        assertThat(other.entries()).isEqualTo(one.entries());
        assertThat(other.faults()).isEqualTo(one.faults());
    }

    /** What the simulator found and what was mended since. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1: credit 2 1824 0; open 2 2 0 550075; away 1 6352; deliver 2 0",
                "6: credit 1 1383 0; pass 753; pass 1387; pass 3000; pass 3753; pass 2945; pass 1000; open 4 1 0 352873;"
                        + " deliver 4 0; pass 16000; away 1 6711; pass 2475; pass 3783",
                "1006: credit 2 1921 0; open 0 2 1 240041; open 0 2 4 927457; deliver 0 0; open 5 2 1 0; open 3 2 3 974586;"
                        + " deliver 3 0; pass 3000; pass 2297; pass 140; pass 3000; pass 3000; pass 819; pass 136; pass 217;"
                        + " pass 3995; pass 3050; pass 1000; pass 2000; pass 1916; pass 118; pass 634; pass 1284; pass 2000;"
                        + " pass 294; pass 2000; pass 62; pass 235; pass 126; pass 3000; pass 2000; pass 3048; pass 3234;"
                        + " pass 3000; pass 19396; pass 1549; pass 73; pass 19661; pass 3188; pass 2000; pass 225; pass 3474;"
                        + " pass 1000; pass 1000; pass 10652; pass 204; pass 2000; pass 3434; pass 3000; pass 2615; pass 3116;"
                        + " pass 321; fail 0 5 1; pass 2000; pass 953; pass 229; pass 4484; stop 0 0; pass 1464; pass 2000",
                "2059: credit 2 4678 0; open 1 2 4 0; deliver 1 0; pass 2000; beats 0; pass 4273; pass 124; pass 177; pass 152;"
                        + " pass 1191; pass 1000; fail 0 3 2; pass 1000; destinations 1 3 0",
                "2028: pause 1; fail 1 1 1; freeze 0 0 23370; credit 0 180 0; open 0 0 0 639128; wake 1",
                "2110: freeze 0 0 13564; credit 3 3029 0; wall -46; freeze 0 5 17648; price 0 82; pass 4000; pass 3000;"
                        + " open 5 3 1 0; deliver 5 0; open 3 3 4 0; pass 1000; pass 5223; deliver 3 0; pass 1931; pass 3000;"
                        + " open 1 3 0 0; deliver 1 0; freeze 1 0 46673; pass 3000; beats 0; freeze 0 0 29950; pass 3000",
                "1117: credit 2 2734 0; fail 0 2 2; fail 0 3 0; crash 0 5 1; open 2 2 2 0; deliver 2 0; pass 3000; beats 0; pass 8000",
                "1001: wall -60; credit 3 158 0; price 1 230; open 0 3 1 819963; deliver 0 0; beats 290; away 1 64023; pass 4000;"
                        + " pass 6000; pass 3418; pass 19745",
                "4080: credit 2 135 0; open 3 2 1 227140; deliver 3 0; pass 2124; pass 2000; pass 1450; pass 3319; pass 3304;"
                        + " destinations 3 2 0; pause 0; pass 873; pass 278; beats 0; destinations 3 4 0; pass 2000; pass 1000;"
                        + " destinations 3 2 0; pass 2826",
                "2068: price 0 248; credit 0 1000 8721; pass 2000; pass 6000; open 4 0 0 1020569; deliver 4 0; pass 3265;"
                        + " pass 860; pass 5918; pass 3136; pass 3322; pass 929; pass 1000; pass 2000; pass 2646; pass 80734;"
                        + " beats 0; pass 888; away 1 62086; pass 9613; away 0 5871; pass 4408; fail 0 5 2; pass 3578",
                "1069: pass 4000; price 3 755; pass 203; credit 3 159 0; pass 2000; pass 277; pass 1000; pass 3056; away 0 38868;"
                        + " pass 190; pass 1000; pass 253; pass 1186; pass 3000; crash 1 1 1; pass 2000; pass 3000; freeze 0 3 12045;"
                        + " freeze 0 5 20019; fail 0 0 1; pass 4317; pass 18677; pass 3000; pass 2871; open 1 3 3 156484; deliver 1 0;"
                        + " pass 2000; destinations 1 3 0; destinations 1 2 0",
            })
    void findsNothingWhereItFoundSomethingBefore(String script) {
        assertThat(Simulation.inMemory().replay(script).worlds()).isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoScript() {
        assertThatThrownBy(() -> Simulation.inMemory().replay("1: credit 1"))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("The step ' credit 1' was given; expected an act and its numbers, such as 'pass 1500'.");
        assertThatThrownBy(() -> Simulation.inMemory().replay("pass 1"))
                .isInstanceOf(LivemeterException.class)
                .hasMessage(
                        "The script does not begin with the seed of its world; expected the form '42: credit 0 500 0; pass 1500'.");
    }
}
