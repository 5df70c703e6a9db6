package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.ElementClickInterceptedException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real Chromium, used as a person would: by words on buttons and what is seen. Pictures are left in {@code target/screenshots}. */
final class StudioBrowser implements AutoCloseable {

    static final Dimension DESK = new Dimension(1280, 1700);
    static final Dimension PHONE = new Dimension(390, 844);

    /** As wide as a phone, and high enough that a picture shows all. */
    static final Dimension LONG_PHONE = new Dimension(390, 3200);

    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String DEEP = """
            function all(root) {
                const found = [...root.querySelectorAll('button, a')];
                for (const one of root.querySelectorAll('*')) {
                    if (one.shadowRoot) {
                        found.push(...all(one.shadowRoot));
                    }
                }
                return found;
            }
            """;

    private final ChromeDriver driver;

    /**
     * A browser that has never been used.
     *
     * @param profile an empty folder
     */
    StudioBrowser(Path profile) {
        this(profile, List.of());
    }

    /** One whose camera and microphone are played, some cameras of different kinds, and allowed to every page; calls reach each other on this machine alone. */
    static StudioBrowser withCamera(Path profile) {
        return new StudioBrowser(
                profile,
                List.of("--use-fake-device-for-media-stream=device-count=4", "--use-fake-ui-for-media-stream"));
    }

    private StudioBrowser(Path profile, List<String> more) {
        driver = new ChromeDriver(
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
                                "--autoplay-policy=no-user-gesture-required",
                                "--allow-loopback-in-peer-connection",
                                "--disable-features=WebRtcHideLocalIpsWithMdns",
                                "--user-data-dir=" + profile)
                        .addArguments(more));
    }

    ChromeDriver driver() {
        return driver;
    }

    void open(String address) {
        driver.get(address);
    }

    void size(Dimension size) {
        driver.manage().window().setSize(size);
    }

    /** On a phone, nothing may be there to scroll sideways. */
    void requireNothingSideways() {
        assertThat((Long) driver.executeScript("return document.documentElement.scrollWidth"))
                .as("nothing to scroll sideways")
                .isLessThanOrEqualTo((Long) driver.executeScript("return window.innerWidth"));
    }

    void type(String id, String text) {
        var field = driver.findElement(By.id(id));
        field.clear();
        field.sendKeys(text);
    }

    void choose(String id, String value) {
        driver.findElement(By.cssSelector("#" + id + " option[value='" + value + "']"))
                .click();
    }

    void press(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    /** Presses the first button or link of those words that can be seen. */
    void click(String words) {
        click("", words);
    }

    /** The same within a part of the page. */
    void click(String within, String words) {
        waiting()
                .until(ignored -> clickables(within).stream()
                        .filter(button ->
                                button.isDisplayed() && button.getText().contains(words))
                        .findFirst()
                        .map(button -> {
                            button.click();
                            return true;
                        })
                        .orElse(null));
    }

    private List<WebElement> clickables(String within) {
        return driver.findElements(By.cssSelector(within + " button, " + within + " nav a, " + within + " summary"));
    }

    /** Presses the first button or link of those words that can be seen, within widgets too. */
    void clickInside(String words) {
        waiting().withMessage("a button '" + words + "'").until(ignored -> driver.executeScript(DEEP + """
                const found = all(document).find(one => one.textContent.trim().startsWith(arguments[0]) && one.offsetParent !== null && !one.disabled);
                found?.click();
                return found !== undefined ? true : null;
                """, words));
    }

    /** Goes on by the key Tab alone until it is at a button of those words, and presses Enter. */
    void pressByKeyboard(String words) {
        waiting().withMessage("by Tab at '" + words + "'").until(ignored -> {
            new Actions(driver).sendKeys(Keys.TAB).perform();
            return Boolean.TRUE.equals(driver.executeScript("""
                let at = document.activeElement;
                while (at?.shadowRoot?.activeElement) {
                  at = at.shadowRoot.activeElement;
                }
                return at?.textContent.trim() === arguments[0];
                """, words)) ? true : null;
        });
        new Actions(driver).sendKeys(Keys.ENTER).perform();
    }

    /** What a script gives, as soon as it gives anything but null and false. */
    Object script(String body, Object... arguments) {
        return script(body, PATIENCE, arguments);
    }

    /** The same for what takes others their time. */
    Object script(String body, Duration patience, Object... arguments) {
        return waiting(patience).withMessage(body).until(ignored -> {
            var found = driver.executeScript(body, arguments);
            return Boolean.FALSE.equals(found) ? null : found;
        });
    }

    void until(String selector, Predicate<String> shows) {
        until(selector, shows, PATIENCE);
    }

    /** For what takes others their time, such as platforms. */
    void until(String selector, Predicate<String> shows, Duration patience) {
        waiting(patience)
                .withMessage(() -> selector + " in "
                        + driver.findElement(By.tagName("body")).getText())
                .until(ignored -> driver.findElements(By.cssSelector(selector)).stream()
                        .anyMatch(element -> element.isDisplayed() && shows.test(element.getText())));
    }

    /** The address in the bar, as soon as it begins like that. */
    URI at(String beginning) {
        return URI.create(waiting().withMessage("at " + beginning).until(ignored -> {
            var address = driver.getCurrentUrl();
            return address != null && address.startsWith(beginning) ? address : null;
        }));
    }

    /** The tab that one looks at. */
    String tab() {
        return driver.getWindowHandle();
    }

    /** One more tab, which one looks at from then on. */
    String newTab(URI address) {
        driver.switchTo().newWindow(WindowType.TAB);
        driver.get(address.toString());
        return tab();
    }

    /** The tab that one does not look at, of two, as soon as it is there. */
    String otherTab() {
        return waiting()
                .withMessage("one more tab")
                .until(ignored -> driver.getWindowHandles().stream()
                        .filter(tab -> !tab.equals(tab()))
                        .findFirst()
                        .orElse(null));
    }

    void turnTo(String tab) {
        driver.switchTo().window(tab);
    }

    private WebDriverWait waiting() {
        return waiting(PATIENCE);
    }

    private WebDriverWait waiting(Duration patience) {
        var wait = new WebDriverWait(driver, patience, Duration.ofMillis(100));
        wait.ignoring(StaleElementReferenceException.class, ElementClickInterceptedException.class);
        return wait;
    }

    /** From now on files that are loaded come there. */
    void loadInto(Path folder) {
        driver.executeCdpCommand(
                "Page.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
    }

    /** The first file with that ending that is loaded whole. */
    Path loaded(Path folder, String ending) {
        return waiting().until(ignored -> {
            try (var files = Files.list(folder)) {
                return files.filter(file -> file.toString().endsWith(ending))
                        .findFirst()
                        .orElse(null);
            } catch (IOException notYet) {
                return null;
            }
        });
    }

    /** A picture of what is seen where one scrolls to a part of the page. */
    void picture(String name, String part) {
        driver.executeScript("document.querySelector(arguments[0]).scrollIntoView()", part);
        picture(name);
    }

    void picture(String name) {
        try {
            Files.createDirectories(PICTURES);
            Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As good as one that has never been used: one empty tab, nobody signed in, the usual size, a network. */
    void forget() {
        var tabs = new ArrayList<>(driver.getWindowHandles());
        for (var tab : tabs.subList(1, tabs.size())) {
            driver.switchTo().window(tab).close();
        }
        driver.switchTo().window(tabs.get(0));
        driver.get("about:blank");
        offline(false);
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        size(DESK);
    }

    /** Cuts what a page asks the server, or lets it through again; connections to other browsers stay. */
    void offline(boolean offline) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
