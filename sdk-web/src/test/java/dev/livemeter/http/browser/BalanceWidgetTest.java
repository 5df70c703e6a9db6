package dev.livemeter.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.http.StaticFiles;
import dev.livemeter.http.jetty.WebServer;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.time.TimeSource;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code <livemeter-balance>} in a real Chromium, with a wallet that the test tells. */
@Tag("once") // what is tried is the browser's
@Timeout(180)
class BalanceWidgetTest {

    private static final String SHOWN = ".figure";

    private final Livemeter live = Livemeter.builder()
            .wallet(InMemoryBooks.create(TimeSource.system()))
            .tariff(Tariff.perMinute("USD", "0.10"))
            .build();
    private final WebServer server = WebServer.builder(live)
            .port(0)
            .handler("", new StaticFiles(getClass().getClassLoader(), "dev/livemeter/http/widget"))
            .start();

    @AfterEach
    void stop() {
        server.close();
        live.close();
    }

    @Test
    void itFollowsACallByWhatThatTellsAndAsksForTheRest(@TempDir Path profile) {
        try (var page = new WidgetPage(profile, "livemeter-balance")) {
            page.open(server.url() + "balance.html");
            page.untilPage("window.asked?.() === 1");
            answers(page, 1, "9.849", "0.00");
            page.shows(SHOWN, "$9.84");
            assertThat(page.runOnPage("return window.waits")).isEqualTo(15_000L);

            // While a call tells what is left nobody is asked, and the warning is said once.
            for (var left : List.of("9.70", "5.10", "4.90", "4.80", "4.70")) {
                page.runOnPage("window.tells('balance', arguments[0])", left);
                page.shows(SHOWN, "$" + left);
            }
            page.shows("[role='status']", "Running low");
            assertThat(page.runOnPage("return window.asked()")).isEqualTo(1L);
            assertThat(page.runOnPage("return window.spoken")).isEqualTo(List.of("Running low"));
            assertThat(page.script(
                            "return root.querySelector('.figure').closest('[role], [aria-live], output') === null"))
                    .as("figures that change each second are no live region")
                    .isEqualTo(true);

            // After it the wallet is asked; what is told before the answer comes is newer.
            page.runOnPage("window.tells('money')");
            page.untilPage("window.asked() === 2");
            page.runOnPage("window.tells('balance', '4.60')");
            answers(page, 2, "9.00", "0.00");
            page.runOnPage("window.tells('money')");
            page.untilPage("window.asked() === 3");
            page.shows(SHOWN, "$4.60");

            // Money that is held is a stream's, of which the page hears nothing.
            answers(page, 3, "8.00", "1.00");
            page.shows(SHOWN, "$8.00");
            assertThat(page.runOnPage("return window.waits")).isEqualTo(2_000L);
            page.untilPage("window.asked() > 3");
        }
    }

    private static void answers(WidgetPage page, int number, String left, String held) {
        page.runOnPage("window.answers(arguments[0], arguments[1], arguments[2])", number, left, held);
    }
}
