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
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code <livemeter-room>} in a real Chromium, with a list of viewers that the test tells. */
@Tag("once") // what is tried is the browser's
@Timeout(180)
class RoomWidgetTest {

    private static final String HOSTILE = "<img src=x onerror='window.hacked = 1'><b>Gus</b> \" & (guest)";

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
    void viewersAreListedByTheirNamesAsTextAndSentOutByTheirIds(@TempDir Path profile) {
        try (var page = new WidgetPage(profile, "livemeter-room")) {
            page.size(WidgetPage.PHONE);
            page.open(server.url() + "room.html");
            page.shows("[role='status']", "Tea is open, and nobody sees you.");
            shows(page, List.of(viewer("guest-1", HOSTILE), viewer("vera", "Vera")));
            page.shows("[role='status']", "Tea: 2 of 5 places are taken.");
            assertThat(
                            page.script(
                                    "return [...root.querySelectorAll('[aria-label=\"Who watches\"] .grow')].map(one => one.firstChild.data)"))
                    .isEqualTo(List.of(HOSTILE, "Vera"));
            assertThat(page.script("return root.querySelectorAll('img, b').length"))
                    .isEqualTo(0L);
            assertThat(
                            page.script(
                                    "return root.querySelector('[aria-label=\"Who watches\"] button').getAttribute('aria-label')"))
                    .isEqualTo("Send " + HOSTILE + " out");
            assertThat(page.isNothingSideways()).isTrue();
            page.picture("room-viewers-phone");
            page.press("[aria-label='Who watches'] button");
            page.untilPage("window.sentOut === 'guest-1'");
            // Whoever is called otherwise meanwhile is shown so.
            shows(page, List.of(viewer("guest-1", "Gus")));
            page.shows("[aria-label='Who watches']", "Gus");
            assertThat(page.runOnPage("return window.hacked ?? null")).isNull();
        }
    }

    private static void shows(WidgetPage page, List<Map<String, String>> viewers) {
        page.runOnPage(
                "window.shows(arguments[0].map(one => ({ ...one, session: null, low: false, at: '2026-01-01T00:01:00Z', joinedAt: '2026-01-01T00:00:00Z' })))",
                viewers);
    }

    private static Map<String, String> viewer(String id, String name) {
        return Map.of("viewer", id, "viewerName", name);
    }
}
