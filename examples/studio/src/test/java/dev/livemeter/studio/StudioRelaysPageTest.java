package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.relay.nginx.NginxRelayConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;

/** Two relay hosts and a third that cannot start, in a real Chromium: an administrator empties one, and the artist is shown the other. */
@Tag("once")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class StudioRelaysPageTest extends StudioPage {

    private ServerSocket taken;

    @Override
    StudioApplication start() throws IOException {
        taken = new ServerSocket(0);
        var fleet = RelayFleet.builder()
                .host("relay1", relay(0), HostCapacity.megabits(30))
                .host("relay2", relay(taken.getLocalPort()), HostCapacity.megabits(1000))
                .standby("relay3", relay(0), HostCapacity.megabits(500))
                .lookEvery(Duration.ofMillis(500))
                .build();
        return StudioApplication.start(StudioOptions.parse("--demo"), fleet, event -> {});
    }

    private static NginxRelay relay(int port) {
        return NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(port)
                .heartbeat(Duration.ofSeconds(1))
                .allowPrivateDestinations(true)
                .build());
    }

    @AfterEach
    void givePortBack() throws IOException {
        taken.close();
    }

    /** An encoder that was let in; as encoders do, it tries again where the machine was too busy to decide in time. */
    private TestPicture onAir(String ingest, String key) throws Exception {
        for (var attempt = 0; attempt < 10; attempt++) {
            var encoder = TestPicture.publish(ingest, key);
            while (!encoder.endsWithin(Duration.ofMillis(100))) {
                if (!studio.live().sessions().running().isEmpty()) {
                    return encoder;
                }
            }
            encoder.close();
        }
        throw new AssertionError("Nobody let the encoder in.");
    }

    private static String row(String host) {
        return "lm-relays tr[data-host=" + host + "]";
    }

    @Test
    void aHostIsEmptiedWhileItsStreamGoesOnAndTheArtistIsShownAnother() throws Exception {
        var live = studio.live();
        var key = live.streamKeys().rotate(StudioApplication.ARTIST).reveal();
        var before = live.ingest(StudioApplication.ARTIST).url().toString();
        try (var encoder = onAir(before, key)) {
            browser.open(studio.administration());
            browser.click("Continue as Olga");
            browser.until(row("relay1"), text -> text.contains("1 stream to 2 places") && text.contains("24 Mbit/s"));
            browser.until(row("relay1") + " .cpu", text -> text.contains("%"));
            browser.until(
                    row("relay2"), text -> text.contains("Down") && text.contains("is in use by another program"));
            browser.until(row("relay3"), text -> text.contains("standby") && text.contains("Up"));
            browser.picture("17-relays");
            browser.click(row("relay1"), "Drain");
            browser.until("dialog", text -> text.contains("Empty relay1 for maintenance?"));
            browser.picture("18-relays-drain");
            browser.click("dialog", "Cancel");
            assertThat(live.relays().hosts().get(0).drain()).isNull();
            browser.click(row("relay1"), "Drain");
            browser.click("dialog", "Empty it");
            browser.until(row("relay1"), text -> text.contains("Draining") && text.contains("1 stream still runs."));
            browser.size(StudioBrowser.LONG_PHONE);
            browser.picture("19-relays-phone");
            browser.requireNothingSideways();
            browser.size(StudioBrowser.DESK);
            assertThat(encoder.endsWithin(Duration.ZERO))
                    .as("the stream goes on")
                    .isFalse();

            browser.driver().manage().deleteAllCookies();
            browser.open("about:blank");
            browser.open(studio.invitation());
            browser.click("Continue as Alice");
            var now = live.ingest(StudioApplication.ARTIST).url().toString();
            assertThat(now).isNotEqualTo(before);
            browser.until("lm-quick-start .copyable", text -> text.equals(now));
            browser.until(
                    "lm-quick-start .moved",
                    text -> text.equals("The server " + before
                            + " is in maintenance. Your stream there goes on; for the next one, enter " + now
                            + " in your encoder instead; your stream key stays the same."));
            browser.picture("20-moved");
            browser.size(StudioBrowser.PHONE);
            browser.driver().executeScript("document.querySelector('#quick-start').scrollIntoView()");
            browser.picture("21-moved-phone");
            browser.requireNothingSideways();
            browser.size(StudioBrowser.DESK);
        }

        browser.driver().manage().deleteAllCookies();
        browser.open("about:blank");
        browser.open(studio.administration());
        browser.click("Continue as Olga");
        browser.until(row("relay1"), text -> text.contains("Drained"));
        browser.picture("22-relays-drained");
        browser.click(row("relay1"), "Use again");
        browser.click("dialog", "Use it again");
        browser.until(row("relay1"), text -> text.contains("Up"));
        assertThat(browser.driver().findElements(By.cssSelector("lm-relays .problem:not(:empty)")))
                .isEmpty();
    }
}
