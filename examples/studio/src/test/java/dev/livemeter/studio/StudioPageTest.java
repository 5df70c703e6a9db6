package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;

/** The page as a person uses it, in a real Chromium, while a real encoder streams. Pictures are left in {@code target/screenshots}. */
@Tag("once")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class StudioPageTest extends StudioPage {

    private static final String GOING_TO = "lm-on-air .going-to";

    @Test
    void anArtistSignsInStreamsWatchesTheMeterAndStops() throws Exception {
        browser.open(studio.invitation());
        browser.until("lm-sign-in", text -> text.contains("Continue as Alice"));
        browser.picture("1-sign-in");
        browser.click("Continue as Alice");
        browser.until("lm-off-air", text -> text.contains("20.00"));
        assertThat(browser.driver().getCurrentUrl())
                .as("the code is gone from the address")
                .doesNotContain("code=");
        browser.picture("2-off-air");

        var live = studio.live();
        var key = live.streamKeys().rotate(StudioApplication.ARTIST).reveal();
        browser.until("lm-event-log", text -> text.contains("was revoked"));
        try (var encoder = TestPicture.publish(live.ingest().url().toString(), key)) {
            browser.until("lm-on-air", text -> text.contains("Live") || text.contains("On air"));
            browser.until("lm-on-air .clock", text -> !text.equals("0:00") && !text.equals("0:01"));
            var first = balanceShown();
            browser.until("lm-on-air", text -> balanceShown().compareTo(first) < 0);
            browser.picture("3-on-air");
            var status = live.sessions().running(StudioApplication.ARTIST).get(0);
            assertThat(balanceShown())
                    .as("the page shows no more than a second's difference from what is metered")
                    .isBetween(
                            amount(status.balance()).subtract(new BigDecimal("0.20")),
                            amount(status.balance()).add(new BigDecimal("0.20")));
            browser.click("lm-on-air", "Record");
            browser.until(
                    "lm-on-air .on-air-orders",
                    text -> text.contains("Recording 0:0") && text.contains("Stop recording"));
            browser.until("lm-recordings", text -> text.contains("Recording"));
            browser.picture("12-recording");
            browser.size(StudioBrowser.PHONE);
            browser.picture("4-on-air-phone");
            browser.requireNothingSideways();
            browser.size(StudioBrowser.DESK);
            browser.until(GOING_TO, text -> text.contains("bit/s"));
            browser.click(GOING_TO, "Stop");
            browser.until(GOING_TO, text -> text.contains("Stopped"));
            browser.picture("8-destination-stopped");
            browser.click(GOING_TO, "Start again");
            browser.until(GOING_TO, text -> !text.contains("Stopped"));
            browser.click("lm-on-air", "Stop recording");
            browser.until("lm-recordings", text -> text.contains("Ready") && text.contains("MB, kept until"));
            browser.click("Stop the stream");
            browser.picture("5-stop");
            browser.driver()
                    .findElements(By.cssSelector("dialog button[value=yes]"))
                    .get(0)
                    .click();
            assertThat(encoder.endsWithin(Duration.ofSeconds(60))).isTrue();
        }
        browser.until("lm-off-air", text -> text.contains("Off air"));
        browser.until("lm-history", text -> text.contains("Platform A (stand-in)"));
        browser.picture("6-history");
        browser.click("lm-history", "Platform A (stand-in)");
        browser.until("lm-history", text -> text.contains("live for 0:"));
        browser.picture("9-history-places");
        assertThat(live.sessions()
                        .history(StudioApplication.ARTIST, 1)
                        .get(0)
                        .end()
                        .sentence())
                .isEqualTo("Stopped by the user.");
        aRecordingIsLoadedAndDeleted();
    }

    private void aRecordingIsLoadedAndDeleted() throws IOException {
        var loaded = profile.resolve("loaded");
        browser.loadInto(loaded);
        browser.picture("13-recordings");
        browser.size(StudioBrowser.LONG_PHONE);
        browser.picture("14-recordings-phone");
        browser.requireNothingSideways();
        browser.size(StudioBrowser.DESK);
        browser.click("lm-recordings", "Download");
        var file = browser.loaded(loaded, ".mp4");
        assertThat(new String(Files.readAllBytes(file), 4, 4, StandardCharsets.US_ASCII))
                .isEqualTo("ftyp");
        browser.click("lm-recordings", "Delete");
        browser.press("dialog button[value=yes]");
        browser.until("lm-recordings", text -> text.contains("Nothing yet."));
        assertThat(studio.live().recordings().of(StudioApplication.ARTIST, 10)).isEmpty();
    }

    @Test
    void aStreamWithoutAPictureIsWarnedOf() throws Exception {
        browser.open(studio.invitation());
        browser.click("Continue as Alice");
        browser.until("lm-off-air", text -> text.contains("20.00"));
        var live = studio.live();
        var key = live.streamKeys().rotate(StudioApplication.ARTIST).reveal();
        var encoder = new ProcessBuilder(
                        "ffmpeg",
                        "-nostdin",
                        "-loglevel",
                        "error",
                        "-re",
                        "-f",
                        "lavfi",
                        "-i",
                        "sine=frequency=440",
                        "-c:a",
                        "aac",
                        "-f",
                        "flv",
                        live.ingest().url() + "/" + key)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            browser.until("lm-on-air .warnings", text -> text.contains("No picture comes in, only sound at most"));
            browser.picture("10-warning");
            browser.size(StudioBrowser.PHONE);
            browser.picture("11-warning-phone");
            browser.requireNothingSideways();
            browser.size(StudioBrowser.DESK);
        } finally {
            encoder.destroy();
            encoder.waitFor(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aWrongCodeIsRefusedInWords() {
        browser.open(studio.invitation().replaceAll("#.*", ""));
        browser.until("lm-sign-in", text -> text.contains("Continue as Alice"));
        browser.type("access-code", "guess");
        browser.click("Continue as Alice");
        browser.until("#sign-in-problem", text -> !text.isBlank());
        assertThat(browser.driver().findElements(By.cssSelector("lm-dashboard")))
                .isEmpty();
    }

    @Test
    void aDestinationThatCannotWorkIsToldAtTheForm() {
        browser.open(studio.invitation());
        browser.click("Continue as Alice");
        browser.until("lm-destinations", text -> text.contains("Platform A (stand-in)"));
        browser.click("Add a destination");
        browser.type("new-server", "http://media.example/app");
        browser.type("new-key", "abcd-efgh");
        browser.type("new-name", "My server");
        browser.press("lm-destination-form button.primary");
        browser.until(
                "lm-destination-form .problem",
                text -> text.equals(
                        "The server of the destination 'My server' begins with neither rtmp:// nor rtmps://;"
                                + " write it like rtmp://host/app."));
        browser.picture("7-form");
        browser.type("new-server", "rtmp://media.example/app");
        browser.press("lm-destination-form button.primary");
        browser.until("lm-destinations", text -> text.contains("My server"));
        assertThat(browser.driver().getPageSource())
                .doesNotContain(StudioApplication.STAND_IN_KEY)
                .doesNotContain("abcd-efgh");
    }

    private static BigDecimal amount(Money money) {
        return new BigDecimal(money.amount());
    }

    private BigDecimal balanceShown() {
        var facts = browser.driver().findElement(By.cssSelector("lm-on-air")).getText();
        var match = Pattern.compile("(?s)Balance\\D*([0-9]+\\.[0-9]{2})").matcher(facts);
        assertThat(match.find()).as(facts).isTrue();
        return new BigDecimal(match.group(1));
    }
}
