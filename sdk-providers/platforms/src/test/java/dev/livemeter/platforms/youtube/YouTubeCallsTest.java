package dev.livemeter.platforms.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YouTubeCallsTest {

    @ParameterizedTest
    @CsvSource({"a, 5000, 5000", "\u00e9, 5000, 5000", "\u4e2d, 5000, 4998", "\ud83d\ude00, 4000, 5000"})
    void aDescriptionIsCutToTheBytesThatYouTubeTakesBetweenCharacters(String letter, int times, int bytes) {
        var description =
                YouTubeCalls.description(new StreamDetails("Title", letter.repeat(times), "", Privacy.PUBLIC));
        assertThat(description.getBytes(StandardCharsets.UTF_8)).hasSize(bytes);
        assertThat(description).isEqualTo(letter.repeat(description.length() / letter.length()));
    }
}
