package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.Money;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page as a person uses it, in a real Chromium, while a real encoder streams. Pictures are left in {@code target/screenshots}. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class StudioPageTest {

    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path profile;

    private StudioApplication studio;
    private ChromeDriver browser;

    @BeforeEach
    void open() throws IOException {
        studio = StudioApplication.start(StudioOptions.parse("--demo"), event -> {});
        studio.welcome();
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(Path.of("/usr/bin/chromedriver").toFile())
                        .build(),
                new ChromeOptions()
                        .setBinary("/usr/bin/chromium")
                        .addArguments(
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--window-size=1280,1700",
                                "--user-data-dir=" + profile));
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.quit();
        }
        studio.close();
    }

    @Test
    void anArtistSignsInStreamsWatchesTheMeterAndStops() throws Exception {
        browser.get(studio.invitation());
        until("lm-sign-in", text -> text.contains("Continue as Alice"));
        picture("1-sign-in");
        click("Continue as Alice");
        until("lm-off-air", text -> text.contains("20.00"));
        assertThat(browser.getCurrentUrl())
                .as("the code is gone from the address")
                .doesNotContain("code=");
        picture("2-off-air");

        var live = studio.live();
        var key = live.streamKeys().rotate(StudioApplication.ARTIST).reveal();
        until("lm-event-log", text -> text.contains("was revoked"));
        try (var encoder = TestPicture.publish(live.ingest().url().toString(), key)) {
            until("lm-on-air", text -> text.contains("Live") || text.contains("On air"));
            until("lm-on-air .clock", text -> !text.equals("0:00") && !text.equals("0:01"));
            var first = balanceShown();
            until("lm-on-air", text -> balanceShown().compareTo(first) < 0);
            picture("3-on-air");
            var status = live.sessions().running(StudioApplication.ARTIST).get(0);
            assertThat(balanceShown())
                    .as("the page shows no more than a second's difference from what is metered")
                    .isBetween(
                            amount(status.balance()).subtract(new BigDecimal("0.20")),
                            amount(status.balance()).add(new BigDecimal("0.20")));
            browser.manage().window().setSize(new Dimension(390, 844));
            picture("4-on-air-phone");
            assertThat((Long) browser.executeScript("return document.documentElement.scrollWidth"))
                    .as("nothing to scroll sideways on a phone")
                    .isLessThanOrEqualTo((Long) browser.executeScript("return window.innerWidth"));
            browser.manage().window().setSize(new Dimension(1280, 1700));
            click("Stop the stream");
            picture("5-stop");
            browser.findElements(By.cssSelector("dialog button[value=yes]"))
                    .get(0)
                    .click();
            assertThat(encoder.endsWithin(Duration.ofSeconds(10))).isTrue();
        }
        until("lm-off-air", text -> text.contains("Off air"));
        until("lm-history", text -> text.contains("Platform A (stand-in)"));
        picture("6-history");
        assertThat(live.sessions()
                        .history(StudioApplication.ARTIST, 1)
                        .get(0)
                        .end()
                        .sentence())
                .isEqualTo("Stopped by the user.");
    }

    @Test
    void aWrongCodeIsRefusedInWords() {
        browser.get(studio.invitation().replaceAll("#.*", ""));
        until("lm-sign-in", text -> text.contains("Continue as Alice"));
        type("access-code", "guess");
        click("Continue as Alice");
        until("#sign-in-problem", text -> !text.isBlank());
        assertThat(browser.findElements(By.cssSelector("lm-dashboard"))).isEmpty();
    }

    @Test
    void aDestinationThatCannotWorkIsToldAtTheForm() {
        browser.get(studio.invitation());
        click("Continue as Alice");
        until("lm-destinations", text -> text.contains("Platform A (stand-in)"));
        click("Add a destination");
        type("new-server", "http://media.example/app");
        type("new-key", "abcd-efgh");
        type("new-name", "My server");
        press("lm-destination-form button.primary");
        until(
                "lm-destination-form .problem",
                text -> text.equals(
                        "The server of the destination 'My server' begins with neither rtmp:// nor rtmps://;"
                                + " write it like rtmp://host/app."));
        picture("7-form");
        type("new-server", "rtmp://media.example/app");
        press("lm-destination-form button.primary");
        until("lm-destinations", text -> text.contains("My server"));
        assertThat(browser.getPageSource())
                .doesNotContain(StudioApplication.STAND_IN_KEY)
                .doesNotContain("abcd-efgh");
    }

    private void type(String id, String text) {
        var field = browser.findElement(By.id(id));
        field.clear();
        field.sendKeys(text);
    }

    private void press(String selector) {
        browser.findElement(By.cssSelector(selector)).click();
    }

    private static BigDecimal amount(Money money) {
        return new BigDecimal(money.amount());
    }

    private BigDecimal balanceShown() {
        var facts = browser.findElement(By.cssSelector("lm-on-air")).getText();
        var match = Pattern.compile("(?s)Balance\\D*([0-9]+\\.[0-9]{2})").matcher(facts);
        assertThat(match.find()).as(facts).isTrue();
        return new BigDecimal(match.group(1));
    }

    private void click(String words) {
        waiting()
                .until(driver -> buttons().stream()
                        .filter(button ->
                                button.isDisplayed() && button.getText().contains(words))
                        .findFirst()
                        .map(button -> {
                            button.click();
                            return true;
                        })
                        .orElse(null));
    }

    private List<WebElement> buttons() {
        return browser.findElements(By.tagName("button"));
    }

    private void until(String selector, Predicate<String> shows) {
        waiting()
                .withMessage(() -> selector + " in "
                        + browser.findElement(By.tagName("body")).getText())
                .until(driver -> browser.findElements(By.cssSelector(selector)).stream()
                        .anyMatch(element -> element.isDisplayed() && shows.test(element.getText())));
    }

    private WebDriverWait waiting() {
        var wait = new WebDriverWait(browser, PATIENCE, Duration.ofMillis(100));
        wait.ignoring(StaleElementReferenceException.class);
        return wait;
    }

    private void picture(String name) {
        try {
            Files.createDirectories(PICTURES);
            Files.write(PICTURES.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
