package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.relay.nginx.Statistics.Count;
import dev.livemeter.relay.nginx.Statistics.Place;
import dev.livemeter.testing.ManualTime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    private static final Place PLACE = new Place("other", "session-1");

    private final ManualTime time = ManualTime.create();
    private String page = page(1_000, 100);
    private int reads;
    private final Statistics statistics = new Statistics(this::open, time);

    private InputStream open() throws IOException {
        reads++;
        if (page.isEmpty()) {
            throw new IOException("gone");
        }
        return text(page);
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String page(long bytes, long millis) {
        return """
                <?xml version="1.0" encoding="utf-8" ?>
                <?xml-stylesheet type="text/xsl" href="stat.xsl" ?>
                <rtmp><bytes_out>7</bytes_out><server>
                  <application><name>live</name><live>
                    <stream><name>session-1</name><time>5000</time><bytes_out>99</bytes_out></stream>
                  </live></application>
                  <application><name>other</name><live>
                    <stream><name>session-1</name><time>%d</time><bw_out>12</bw_out><bw_audio>71344</bw_audio><bw_video>2738392</bw_video><bytes_in>8</bytes_in><bytes_out>%d</bytes_out>
                      <client><id>3</id><address>127.0.0.1:1935/app/SECRET</address><time>1</time><bytes_out>1</bytes_out></client>
                      <meta><video><name>other</name><width>1280</width><height>720</height><frame_rate>30</frame_rate><codec>H264</codec><profile>High</profile></video>
                        <audio><codec>AAC</codec><profile>LC</profile></audio></meta>
                      <nclients>2</nclients></stream>
                    <nclients>2</nclients></live></application>
                </server></rtmp>
                """.formatted(millis, bytes);
    }

    private @Nullable Count count() {
        return statistics.counts().get(PLACE);
    }

    @Test
    void takesBytesAndAgesOfStreamsAndNothingElse() throws IOException {
        assertThat(StatisticsPage.parse(text(page(4_000, 700))))
                .isEqualTo(Map.of(
                        new Place("live", "session-1"),
                        new Count(0, 99, 5_000, Statistics.Media.NONE),
                        PLACE,
                        new Count(
                                8, 4_000, 700, new Statistics.Media("H264", "AAC", 1280, 720, 30, 2_738_392, 71_344))));
    }

    @Test
    void followsNoEntities() {
        var bomb = "<?xml version=\"1.0\"?><!DOCTYPE rtmp [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                + "<rtmp><server><application><name>&x;</name></application></server></rtmp>";
        assertThatThrownBy(() -> StatisticsPage.parse(text(bomb)))
                .isInstanceOf(IOException.class)
                .hasMessage("the page is not well-formed");
    }

    @Test
    void refusesWhatIsTooLongOrTooDeep() {
        assertThatThrownBy(() -> StatisticsPage.parse(text("<rtmp>" + " ".repeat(StatisticsPage.MOST_BYTES))))
                .hasMessage("the page is longer than 8388608 bytes");
        assertThatThrownBy(() -> StatisticsPage.parse(text("<a>".repeat(21))))
                .hasMessage("the page is nested deeper than 20 elements");
    }

    @Test
    void isReadAtMostOnceASecond() {
        count();
        time.advance(Duration.ofMillis(999));
        count();
        assertThat(reads).isEqualTo(1);
        time.advance(Duration.ofMillis(1));
        count();
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void nothingIsToldOnceNginxHasNotAnsweredForLong() {
        count();
        page = "";
        time.advance(Duration.ofSeconds(29));
        assertThat(count()).isNotNull();
        time.advance(Duration.ofSeconds(1));
        assertThat(count()).isNull();
    }
}
