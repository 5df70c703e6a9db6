package dev.livemeter.studio;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.DebitRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebDriverException;

/** For tests of two people who talk: a studio of its own for each test, and both people's browsers, signed in. */
@TestInstance(Lifecycle.PER_CLASS) // a browser takes longer to start than most tests last
abstract class StudioTalk {

    /** Tag of tests in which tokens last for eight seconds. */
    static final String SHORT_TOKENS = "short-tokens";

    /** Tag of tests in which a call whose money is used up ends after five seconds. */
    static final String SHORT_PREVIEWS = "short-previews";

    /** Tag of tests in which people pay in at {@link #COINS}. */
    static final String TOP_UP_PAGE = "top-up-page";

    /** A page of somebody else, which needs not answer. */
    static final String COINS = "https://shop.invalid/coins";

    private static final Map<String, List<String>> OPTIONS = Map.of(
            SHORT_TOKENS, List.of("--token-for", "8"),
            SHORT_PREVIEWS, List.of("--preview-for", "5"),
            TOP_UP_PAGE, List.of("--top-up-page", COINS));

    /** Where all browsers have their profiles. */
    Path profiles;

    StudioApplication studio;
    TwoPeople people;

    private int opened;
    private @Nullable StudioBrowser desk;
    private @Nullable StudioBrowser phone;

    @BeforeAll
    void placeProfiles(@TempDir Path folder) {
        profiles = folder;
    }

    @BeforeEach
    void open(TestInfo test) throws IOException {
        var options = StudioOptions.parse(Stream.concat(
                        Stream.of("--demo"),
                        OPTIONS.entrySet().stream()
                                .filter(option -> test.getTags().contains(option.getKey()))
                                .flatMap(option -> option.getValue().stream()))
                .toArray(String[]::new));
        studio = StudioApplication.start(options, event -> {});
        studio.welcome();
        if (desk == null) {
            desk = StudioBrowser.withCamera(profile("desk"));
        }
        if (phone == null) {
            phone = new StudioBrowser(profile("phone"));
        }
        people = TwoPeople.at(studio, desk, phone);
    }

    /** With so much left in Vera's wallet as buys that many seconds of the demo's ten cents each. */
    void veraHasMoneyFor(int seconds) {
        studio.live()
                .wallets()
                .debit(new DebitRequest(
                        new TransferId("test-spent"),
                        UserId.of(StudioApplication.VIEWER),
                        Money.of("USD", "20.00").minus(Money.of("USD", seconds / 10 + "." + seconds % 10)),
                        "spent elsewhere",
                        new Subject("test-spent"),
                        null));
    }

    /** Each of its own: of one that was killed, a lock may be left. */
    private Path profile(String name) throws IOException {
        return Files.createDirectories(profiles.resolve(name + "-" + ++opened));
    }

    @AfterEach
    void close() {
        desk = forgotten(desk);
        phone = forgotten(phone);
        if (studio != null) {
            studio.close();
        }
    }

    private static @Nullable StudioBrowser forgotten(@Nullable StudioBrowser browser) {
        if (browser == null) {
            return null;
        }
        try {
            browser.forget();
            return browser;
        } catch (WebDriverException killed) {
            browser.close();
            return null;
        }
    }

    @AfterAll
    void closeBrowsers() {
        if (desk != null) {
            desk.close();
        }
        if (phone != null) {
            phone.close();
        }
    }
}
