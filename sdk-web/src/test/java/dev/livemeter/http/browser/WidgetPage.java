package dev.livemeter.http.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A page with one widget in a real Chromium; the test looks into the widget's own tree. Pictures are left in {@code target/screenshots}. */
final class WidgetPage implements AutoCloseable {

    static final Dimension DESK = new Dimension(900, 700);
    static final Dimension PHONE = new Dimension(390, 700);

    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChromeDriver driver;
    private final String widget;

    WidgetPage(Path profile, String widget) {
        this.widget = widget;
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
                                "--window-size=900,700",
                                "--user-data-dir=" + profile));
    }

    void open(String address) {
        driver.get(address);
    }

    void size(Dimension size) {
        driver.manage().window().setSize(size);
    }

    /** What a script gives, to which the widget's tree is known as {@code root}. */
    Object script(String body, Object... arguments) {
        return driver.executeScript(
                "const root = document.querySelector('" + widget + "').shadowRoot; " + body, arguments);
    }

    /** Waits until a script, to which the widget's tree is known as {@code root}, gives true. */
    void until(String condition, Object... arguments) {
        new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50))
                .withMessage(() -> condition + " in " + script("return root?.textContent"))
                .until(ignored ->
                        Boolean.TRUE.equals(script("return root !== null && (" + condition + ");", arguments)));
    }

    /** What a script gives, on the page as a whole. */
    Object runOnPage(String body, Object... arguments) {
        return driver.executeScript(body, arguments);
    }

    /** Waits until a script gives true, on the page as a whole. */
    void untilPage(String condition, Object... arguments) {
        new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50))
                .withMessage(() -> condition + " on the page '" + driver.getTitle() + "'")
                .until(ignored -> Boolean.TRUE.equals(runOnPage("return (" + condition + ");", arguments)));
    }

    /** Waits until something in the widget shows that text, and is seen. */
    void shows(String selector, String text) {
        until(
                "[...root.querySelectorAll(arguments[0])].some(one => one.checkVisibility() && one.textContent.includes(arguments[1]))",
                selector,
                text);
    }

    void press(String selector) {
        script("root.querySelector(arguments[0]).click()", selector);
    }

    /** Writes as a person would, key by key as far as the page can tell. */
    void write(String selector, String text) {
        script("""
                const input = root.querySelector(arguments[0]);
                input.focus();
                input.value = arguments[1];
                input.dispatchEvent(new Event('input', { bubbles: true }));
                """, selector, text);
    }

    void choose(String selector, String value) {
        script("""
                const select = root.querySelector(arguments[0]);
                select.value = arguments[1];
                select.dispatchEvent(new Event('change', { bubbles: true }));
                """, selector, value);
    }

    boolean isNothingSideways() {
        return Boolean.TRUE.equals(
                driver.executeScript("return document.documentElement.scrollWidth <= window.innerWidth"));
    }

    void picture(String name) {
        try {
            Files.createDirectories(PICTURES);
            Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
