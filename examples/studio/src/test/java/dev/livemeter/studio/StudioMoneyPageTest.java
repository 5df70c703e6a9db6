package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.Session;
import dev.livemeter.thumbnail.Thumbnail;
import dev.livemeter.thumbnail.ThumbnailContent;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The money side of the page, in a real Chromium, after a real stream: the account of an artist, and the administration. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@Tag("once") // what takes so long here is Chromium
class StudioMoneyPageTest extends StudioPage {

    /** Alice streams until something is charged. */
    private Session aliceStreams() throws Exception {
        var live = studio.live();
        var key = live.streamKeys().rotate(StudioApplication.ARTIST).reveal();
        try (var encoder = TestPicture.publish(live.ingest().url().toString(), key)) {
            var limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
            while (live.sessions().running(StudioApplication.ARTIST).stream()
                    .noneMatch(status -> status.session().metering().captures() > 1)) {
                assertThat(System.nanoTime())
                        .as("something is charged within 90 s")
                        .isLessThan(limit);
                TimeUnit.MILLISECONDS.sleep(100);
            }
            var id = live.sessions()
                    .running(StudioApplication.ARTIST)
                    .get(0)
                    .session()
                    .id();
            live.sessions().stop(id, "the test", "");
            assertThat(encoder.endsWithin(Duration.ofSeconds(60))).isTrue();
            while (!live.sessions().find(id).orElseThrow().state().isOver()) {
                assertThat(System.nanoTime())
                        .as("the stream is over within 90 s")
                        .isLessThan(limit);
                TimeUnit.MILLISECONDS.sleep(100);
            }
            return live.sessions().find(id).orElseThrow();
        }
    }

    private static String shown(Money money) {
        return "$" + money.amount();
    }

    @Test
    void anArtistReadsTheAccountAsksForPricesAndSeesWhyAStreamCostWhatItCost() throws Exception {
        var session = aliceStreams();
        var charged = shown(session.metering().charged());
        browser.open(studio.invitation());
        browser.click("Continue as Alice");
        browser.until("lm-history", text -> text.contains("Why?"));
        browser.click("lm-history", "Why?");
        browser.until("dialog h2", text -> text.equals("Why it cost " + charged));
        browser.until("dialog", text -> text.contains("which is what was charged. The books have the same."));
        browser.click("dialog", "The entries in the books");
        browser.until("dialog .entries", text -> text.contains(session.id() + "/capture-1"));
        browser.picture("10-explanation");
        browser.size(StudioBrowser.PHONE);
        browser.picture("11-explanation-phone");
        browser.size(StudioBrowser.DESK);
        browser.click("dialog", "Close");

        browser.click("Account");
        browser.until("lm-account .facts", text -> text.contains("Available"));
        browser.until("lm-statement", text -> text.contains("Streaming") && text.contains("-" + charged));
        browser.until("lm-prices", text -> text.contains("A minute costs 6.00 USD; it is counted by the second."));
        browser.type("quote-minutes", "60");
        browser.type("quote-destinations", "3");
        browser.click("Work it out");
        browser.until("lm-prices .quote", text -> text.contains("60 minutes to 3 destinations cost 360.00 USD."));

        browser.type("tip-payee", "bpb");
        browser.type("tip-amount", "2.50");
        browser.type("tip-message", "encore");
        browser.click("lm-earnings", "Give");
        browser.until(
                "lm-earnings .problem",
                text -> text.equals("Nobody of that name can be tipped; check how it is spelt."));
        browser.type("tip-payee", "bob");
        browser.click("lm-earnings", "Give");
        browser.until("lm-earnings", text -> text.contains("Thank you. $2.50 went to bob."));
        browser.until("lm-statement", text -> text.contains("Tip for bob: encore") && text.contains("-$2.50"));
        browser.picture("12-account");
        browser.size(StudioBrowser.LONG_PHONE);
        browser.picture("13-account-phone");
        browser.requireNothingSideways();
        assertThat(studio.wallet()
                        .billing()
                        .earnings()
                        .accrued(
                                UserId.of(StudioApplication.FRIEND),
                                session.metering().tariff().currency()))
                .isEqualTo(Money.of("USD", "2.00"));
        browser.size(StudioBrowser.DESK);
        minutesAreBoughtAndUsedBeforeMoney();
    }

    private void minutesAreBoughtAndUsedBeforeMoney() throws Exception {
        browser.until("lm-bundles .big", "No minutes left."::equals);
        browser.click("lm-bundles", "Buy 120 minutes for $9.00");
        browser.until("lm-bundles", text -> text.contains("You have 120 minutes more. They cost $9.00."));
        browser.until("lm-bundles .big", "2 h left."::equals);
        browser.until(
                "lm-account .facts",
                text -> text.contains("Enough to stream for")
                        && text.contains("2 h of it in minutes, the rest in money."));
        browser.picture("17-minutes", "lm-account");
        var live = studio.live();
        var before = aliceHas();
        var key = live.streamKeys().rotate(StudioApplication.ARTIST).reveal();
        try (var encoder = TestPicture.publish(live.ingest().url().toString(), key)) {
            // What it has reserved stays reserved to its end, and is used up meanwhile.
            browser.until("lm-bundles .big", "2 h reserved by what runs."::equals);
            browser.until(
                    "lm-account .facts",
                    text -> text.contains("Your stream can go on for")
                            && text.contains("1 h 59 min of it in minutes, the rest in money."));
            browser.picture("18-minutes-on-air", "lm-account");
            browser.size(StudioBrowser.LONG_PHONE);
            browser.requireNothingSideways();
            browser.picture("19-minutes-on-air-phone", "lm-account");
            browser.click("Studio");
            browser.until("lm-on-air .words", text -> text.contains("Your minutes go before your money; 1 h 59 min"));
            browser.requireNothingSideways();
            var session =
                    live.sessions().running(StudioApplication.ARTIST).get(0).session();
            studio.wallet()
                    .thumbnails()
                    .orElseThrow()
                    .save(new Thumbnail(session.id(), session.openedAt(), new ThumbnailContent.Picture(picture())));
            live.sessions().stop(session.id(), "the test", "");
            assertThat(encoder.endsWithin(Duration.ofSeconds(60))).isTrue();
        }
        browser.script("document.querySelector('lm-history').scrollIntoView();"
                + " return document.querySelector('lm-history img.picture')?.naturalWidth === 320");
        browser.picture("20-history-phone", "lm-history");
        browser.requireNothingSideways();
        browser.size(StudioBrowser.DESK);
        browser.picture("21-history", "lm-history");
        browser.click("Account");
        browser.until("lm-bundles .big", "1 h 59 min left."::equals);
        assertThat(aliceHas()).as("it cost no money").isEqualTo(before);
    }

    private Money aliceHas() {
        return studio.live()
                .wallets()
                .balance(StudioApplication.ARTIST)
                .orElseThrow()
                .posted();
    }

    /** As the relay makes one; that it does is proved where relays are. */
    private static byte[] picture() throws IOException {
        var picture = new BufferedImage(320, 180, BufferedImage.TYPE_INT_RGB);
        var pen = picture.createGraphics();
        pen.setPaint(new GradientPaint(0, 0, Color.ORANGE, 320, 180, Color.BLUE));
        pen.fillRect(0, 0, 320, 180);
        pen.dispose();
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "jpeg", bytes);
        return bytes.toByteArray();
    }

    @Test
    void anAdministratorGivesBackPaysOutPublishesAndProvesTheBooks() throws Exception {
        var session = aliceStreams();
        var charged = shown(session.metering().charged());
        var tip = new TransferId("tip/alice/1");
        studio.live()
                .wallets()
                .debit(new DebitRequest(
                        tip,
                        UserId.of(StudioApplication.ARTIST),
                        Money.of("USD", "5.00"),
                        "Tip for bob",
                        new Subject(tip.value()),
                        new Allotment(UserId.of(StudioApplication.FRIEND), Money.of("USD", "4.00"))))
                .orElseThrow();
        browser.open(studio.administration());
        browser.click("Continue as Olga");
        browser.until("lm-person", text -> text.contains("A person’s money"));

        browser.click("lm-person", "Show");
        browser.until("lm-person .sum", text -> text.contains("Stream of") && text.contains("Tip for bob"));
        browser.click("lm-person .sum", "Give back…");
        browser.until("lm-refund", text -> text.contains("Alice paid " + charged + " for the stream."));
        browser.type("refund-reason", "no picture");
        browser.picture("14-refund");
        browser.press("lm-refund button.danger");
        browser.until("lm-refund", text -> text.equals(charged + " is back in the wallet of Alice."));
        assertThat(aliceHas()).isEqualTo(Money.of("USD", "15.00"));

        browser.type("payout-batch", "first");
        browser.click("Prepare payouts");
        browser.until("lm-payouts", text -> text.contains("The batch first has 1 payout of $4.00 in all."));
        browser.click("lm-payouts", "first:");
        browser.click("lm-payouts", "Paid…");
        browser.until("dialog", text -> text.contains("$4.00 to Bob was paid?"));
        browser.press("dialog input");
        browser.driver().switchTo().activeElement().sendKeys("SEPA 17");
        browser.click("dialog", "It was paid");
        browser.until("lm-payouts .sum", text -> text.contains("paid, SEPA 17"));

        browser.choose("report-by", "payer");
        browser.click("Sum up");
        browser.until("lm-reports table", text -> text.contains("alice") && text.contains(charged));

        browser.type("tariff-price", "5.00");
        browser.type("tariff-more", "tiers=36000s:20%");
        browser.click("What would that mean?");
        browser.until(
                "lm-tariffs .quote",
                text -> text.contains("20 % off for what comes after 600 minutes in a calendar month."));
        browser.click("Publish it…");
        browser.click("dialog", "Publish");
        browser.until("lm-tariffs", text -> text.contains("It is published.") && text.contains("Version 1: 5.00 USD"));

        browser.click("Prove the books");
        browser.until("lm-administration", text -> text.contains("The books are right:"));
        browser.picture("15-administration");
        browser.size(StudioBrowser.LONG_PHONE);
        browser.picture("16-administration-phone");
        browser.requireNothingSideways();
    }
}
