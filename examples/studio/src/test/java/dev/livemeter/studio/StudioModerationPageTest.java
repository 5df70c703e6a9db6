package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** Who is banned where and why, in a real Chromium: by a broadcaster from the own rooms, by an administrator from everywhere. */
@Tag("once")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class StudioModerationPageTest extends StudioPage {

    private static final String VERA = ".orders li[data-person='user:vera']";

    /** Signs in on that page, with an invitation to another one. */
    private void comeIn(String invitation, String words) {
        browser.driver().manage().deleteAllCookies();
        browser.open("about:blank");
        browser.open(studio.pageUrl() + "moderation" + invitation.substring(invitation.indexOf('#')));
        browser.click(words);
        browser.until("h1", "Moderation"::equals);
    }

    private boolean mayMeet(String broadcaster) {
        return studio.live()
                .moderation()
                .objectionTo(PersonId.of(UserId.of(StudioApplication.VIEWER)), UserId.of(broadcaster))
                .isEmpty();
    }

    @Test
    void aBroadcasterBansAndLiftsAndAnAdministratorSeesIt() {
        comeIn(studio.callInvitation(StudioApplication.ARTIST), "Continue as Alice");
        browser.until(".orders", "Nobody."::equals);
        assertThat(browser.driver().findElements(By.id("place"))).isEmpty();

        browser.type("person", "alice");
        browser.type("reason", "testing");
        browser.click("form", "Ban");
        browser.until(".problem", text -> !text.isEmpty());

        browser.type("person", "Vera");
        browser.type("reason", "<b>insults</b>");
        browser.choose("lasting", "86400");
        browser.click("form", "Ban");
        browser.until("[role=status]", "Vera is banned."::equals);
        browser.until(
                VERA,
                text -> text.contains("Vera is banned from Alice’s rooms")
                        && text.contains("<b>insults</b>")
                        && text.contains("By Alice")
                        && text.contains("until"));
        assertThat(mayMeet(StudioApplication.ARTIST)).isFalse();
        assertThat(mayMeet(StudioApplication.FRIEND)).isTrue();
        browser.picture("30-moderation");
        browser.size(StudioBrowser.LONG_PHONE);
        browser.picture("31-moderation-phone");
        browser.requireNothingSideways();
        browser.size(StudioBrowser.DESK);

        comeIn(studio.administration(), "Continue as Olga");
        browser.until(VERA, text -> text.contains("from Alice’s rooms"));
        browser.type("person", "vera");
        browser.type("reason", "a walk outside");
        browser.choose("place", StudioApplication.FRIEND);
        browser.click("form", "Kick");
        browser.until("[role=status]", "Vera is sent out."::equals);
        browser.until("summary", "Over: 1"::equals);
        assertThat(mayMeet(StudioApplication.FRIEND)).isTrue();

        // With the keyboard alone.
        var lift = browser.driver().findElement(By.cssSelector(VERA + " button"));
        assertThat(lift.getAccessibleName()).isEqualTo("Lift the ban of Vera from Alice’s rooms");
        lift.sendKeys(Keys.ENTER);
        browser.until("dialog", text -> text.contains("Lift the ban of Vera?"));
        browser.driver().switchTo().activeElement().sendKeys("made up", Keys.ENTER);
        browser.until("[role=status]", "The ban of Vera is lifted."::equals);
        assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("Who is banned");
        browser.until("summary", "Over: 2"::equals);
        assertThat(mayMeet(StudioApplication.ARTIST)).isTrue();
        browser.click("details", "Over: 2");
        browser.until(
                VERA,
                text -> text.contains("was banned from Alice’s rooms")
                        && text.contains("lifted by Olga")
                        && text.contains("made up"));
        browser.picture("32-moderation-over");

        browser.type("person", "vera");
        browser.type("reason", "again");
        browser.choose("place", "*");
        browser.choose("lasting", "");
        browser.click("form", "Ban");
        browser.until(VERA, text -> text.contains("is banned from everywhere") && text.contains("for ever"));
        assertThat(mayMeet(StudioApplication.FRIEND)).isFalse();
    }
}
