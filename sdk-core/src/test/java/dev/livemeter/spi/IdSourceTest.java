package dev.livemeter.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.session.SessionId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdSourceTest {

    @Test
    void randomIdsHave26CharactersAndAreNeverTheSame() {
        assertThat(Stream.generate(IdSource.random()::next).limit(1_000))
                .allMatch(id -> id.matches("[0-9a-z]{26}"))
                .doesNotHaveDuplicates();
    }

    @Test
    void orderedIdsHaveARandomPartAsLong() {
        var ids = ordered("2026-11-22T17:00:00Z");
        assertThat(Stream.generate(ids::next).limit(1_000))
                .allMatch(id -> id.matches("[0-9a-z]{33}"))
                .extracting(id -> id.substring(7))
                .doesNotHaveDuplicates();
        assertThat(new SessionId(ids.next()).value()).hasSize(33);
    }

    @Test
    void orderedIdsComeInTheOrderOfTheirSeconds() {
        var moments = Stream.of(
                "1970-01-01T00:00:01Z",
                "2026-11-22T17:00:00Z",
                "2026-11-22T17:00:01Z",
                "2038-01-19T03:14:08Z",
                "3000-01-01T00:00:00Z");
        assertThat(moments.map(moment -> ordered(moment).next())).isSorted();
    }

    @Test
    void orderedIdsOfOneSecondLieTogether() {
        var ids = ordered("2026-11-22T17:00:00.999Z");
        assertThat(ids.next().substring(0, 7)).isEqualTo(ids.next().substring(0, 7));
    }

    private static IdSource ordered(String moment) {
        var instant = Instant.parse(moment);
        InstantSource time = () -> instant;
        return IdSource.ordered(time);
    }
}
