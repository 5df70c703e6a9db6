package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformAccount.State;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.account.StoredAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.testing.InMemoryPlatform;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebRequest;
import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsTest {

    private static final PlatformIdentity CHANNEL = new PlatformIdentity("UC1", "Alice's channel");
    private static final String BEGIN = "{\"platform\":\"youtube\",\"redirect\":\"https://host.example/connected\"}";

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private URI page(String user) {
        return URI.create(
                host.write(user, "POST", "/accounts/begin", BEGIN).with(200).getString("page"));
    }

    private static String completion(URI back) {
        var query = InMemoryPlatform.query(back);
        return "{\"state\":\"" + query.get("state") + "\",\"code\":\"" + query.get("code") + "\"}";
    }

    private JsonObject connect(String user) {
        var back = host.youtube.allow(page(user), CHANNEL);
        return host.write(user, "POST", "/accounts/complete", completion(back))
                .with(201)
                .getJsonObject("account");
    }

    @Test
    void anAccountIsConnectedListedAndDisconnected() {
        assertThat(host.get("alice", "/accounts").with(200).getJsonArray("accounts"))
                .isEmpty();

        var account = connect("alice");

        assertThat(account.toString())
                .isEqualTo(
                        "{\"id\":\"" + account.getString("id")
                                + "\",\"platform\":\"youtube\",\"platformName\":\"Youtube\",\"name\":\"Alice's channel\",\"state\":\"connected\","
                                + "\"detail\":\"\",\"scopes\":[\"chat:read\",\"stream:manage\"],\"connectedAt\":\"2026-01-01T12:00:00Z\"}");
        var list = host.get("alice", "/accounts");
        assertThat(list.with(200).getJsonArray("accounts")).containsExactly(account);
        assertThat(list.response().body().text()).doesNotContain("secret");
        assertThat(host.get("bob", "/accounts").with(200).getJsonArray("accounts"))
                .isEmpty();

        var path = "/accounts/" + account.getString("id");
        for (var unknown : new String[] {path, "/accounts/acc-none", "/accounts/a.b"}) {
            assertThat(host.write("bob", "DELETE", unknown, "").problem(404, "account.unknown"))
                    .isEqualTo("There is no such account of that user.");
        }
        host.write("alice", "DELETE", path, "").with(204);
        host.write("alice", "DELETE", path, "").problem(404, "account.unknown");
        assertThat(host.youtube.takesAny("UC1")).isFalse();
    }

    @Test
    void whatHappenedToItIsAnEvent() {
        connect("alice");

        var events =
                host.get("alice", "/events").with(200).getJsonArray("events").getValuesAs(JsonObject.class);

        assertThat(events).extracting(event -> event.getString("code")).containsExactly("account_connected");
    }

    @Test
    void oneThatMustBeConnectedAgainSaysSo() {
        var id = new AccountId(connect("alice").getString("id"));
        host.live.accounts().access(id).needsAuthorization("The channel was closed.");

        var account = host.get("alice", "/accounts")
                .with(200)
                .getJsonArray("accounts")
                .getJsonObject(0);

        assertThat(account.getString("state")).isEqualTo("needs_authorization");
        assertThat(account.getString("detail")).isEqualTo("The channel was closed.");
    }

    @Test
    void somebodyElsesConnectionIsRefused() {
        var back = host.youtube.allow(page("alice"), CHANNEL);

        host.write("bob", "POST", "/accounts/complete", completion(back)).problem(403, "account.foreign_state");

        assertThat(host.get("bob", "/accounts").with(200).getJsonArray("accounts"))
                .isEmpty();
    }

    @Test
    void oneThatTookTooLongIsRefused() {
        var back = host.youtube.allow(page("alice"), CHANNEL);
        host.time.advance(Duration.ofMinutes(10));

        host.write("alice", "POST", "/accounts/complete", completion(back)).problem(410, "account.expired_state");
    }

    @Test
    void aCodeIsTakenOnce() {
        var back = host.youtube.allow(page("alice"), CHANNEL);
        host.write("alice", "POST", "/accounts/complete", completion(back)).with(201);

        assertThat(host.write("alice", "POST", "/accounts/complete", completion(back))
                        .problem(409, "account.refused"))
                .isEqualTo("Youtube does not take the code; begin again.");
    }

    @Test
    void whatThePlatformSaysInsteadOfACodeIsTold() {
        var state = InMemoryPlatform.query(host.youtube.deny(page("alice"))).get("state");
        for (var answer : Map.of(
                        "access_denied", 409,
                        "server_error", 503,
                        "invalid_request", 409)
                .entrySet()) {
            var body = "{\"state\":\"" + state + "\",\"error\":\"" + answer.getKey() + "\"}";
            var response = host.write("alice", "POST", "/accounts/complete", body);
            assertThat(response.status()).isEqualTo(answer.getValue());
            assertThat(response.json().getString("detail")).contains("Youtube").endsWith(".");
        }
    }

    @Test
    void aPlatformThatIsAwayIsToldWithItsSentence() {
        var back = host.youtube.allow(page("alice"), CHANNEL);
        host.youtube.fail("Youtube does not answer; try again later.");

        var answer = host.write("alice", "POST", "/accounts/complete", completion(back));

        assertThat(answer.problem(503, "account.unavailable")).isEqualTo("Youtube does not answer; try again later.");
        assertThat(answer.response().headers()).containsEntry("Retry-After", "5");
    }

    @Test
    void anAccountIsConnectedWithACodeOnAnotherDevice() {
        var device = host.write("alice", "POST", "/accounts/device", "{\"platform\":\"youtube\"}")
                .with(201);
        assertThat(device.getString("page")).isEqualTo("https://youtube.invalid/activate");
        assertThat(device.getInt("askIn")).isEqualTo(5);
        assertThat(device.getString("endsAt")).isEqualTo("2026-01-01T12:30:00Z");
        var poll = "{\"device\":\"" + device.getString("device") + "\"}";
        assertThat(host.write("alice", "POST", "/accounts/device/poll", poll)
                        .with(200)
                        .toString())
                .isEqualTo("{\"account\":null,\"askIn\":5}");
        host.write("bob", "POST", "/accounts/device/poll", poll).problem(403, "account.foreign_state");

        host.youtube.enter(device.getString("userCode"), CHANNEL);
        host.time.advance(Duration.ofSeconds(5));

        var done = host.write("alice", "POST", "/accounts/device/poll", poll).with(200);
        assertThat(done.isNull("askIn")).isTrue();
        assertThat(done.getJsonObject("account").getString("name")).isEqualTo("Alice's channel");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "/accounts/begin | {} | request.unfit_field | The field 'platform' is missing",
                "/accounts/begin | {\"platform\":\"youtube\"} | request.unfit_field | The field 'redirect' is missing",
                "/accounts/begin | {\"platform\":\"youtube\",\"redirect\":\"a b\"} | account.malformed_redirect | The address to come back to is not a URL",
                "/accounts/begin | {\"platform\":\"youtube\",\"redirect\":\"https://evil.example/\"} | account.malformed_redirect | The address to come back to is not one of those",
                "/accounts/begin | {\"platform\":\"twitch\",\"redirect\":\"https://host.example/connected\"} | account.unknown_platform | There is no platform 'twitch' that accounts can be connected to; known are youtube.",
                "/accounts/complete | {\"state\":\"x\"} | request.unfit_field | The field 'code' is missing",
                "/accounts/complete | {\"state\":\"x\",\"code\":\"y\"} | account.malformed_state | What came back from the platform does not belong",
                "/accounts/device | {\"platform\":\"custom\"} | account.unknown_platform | There is no platform 'custom'",
                "/accounts/device/poll | {\"device\":\"x\"} | account.malformed_state | What came back from the platform does not belong"
            })
    void whatDoesNotFitIsToldInASentence(String path, String json, String code, String sentence) {
        assertThat(host.write("alice", "POST", path, json).problem(422, code)).startsWith(sentence);
    }

    @Test
    void viewersConnectNothing() {
        host.write("vera", "POST", "/accounts/begin", BEGIN).problem(403, "auth.role");
    }

    @Test
    void aDestinationGoesByAnAccountAndBackToAKey() {
        var store = host.books.accounts().orElseThrow();
        var account = new PlatformAccount(
                new AccountId("acc-show"),
                UserId.of("alice"),
                "show",
                CHANNEL,
                Set.of(),
                State.CONNECTED,
                "",
                host.time.instant());
        store.insert(new StoredAccount(account, "v1.sealed", host.time.instant(), null, 1));

        var added = host.write("alice", "POST", "/destinations", "{\"platform\":\"show\",\"account\":\"acc-show\"}")
                .with(201)
                .getJsonObject("destination");
        assertThat(added.getString("account")).isEqualTo("acc-show");
        assertThat(added.isNull("keyHint")).isTrue();
        assertThat(host.get("alice", "/destinations").with(200).getJsonArray("destinations"))
                .containsExactly(added);

        var path = "/destinations/" + added.getString("id");
        var renamed = host.write("alice", "PATCH", path, "{\"name\":\"Other\"}")
                .with(200)
                .getJsonObject("destination");
        assertThat(renamed.getString("account")).isEqualTo("acc-show");
        var byKey = host.write("alice", "PATCH", path, "{\"key\":\"abcdefgh1234\"}")
                .with(200)
                .getJsonObject("destination");
        assertThat(byKey.isNull("account")).isTrue();
        assertThat(byKey.getString("keyHint")).isEqualTo("····1234");
        var back = host.write("alice", "PATCH", path, "{\"account\":\"acc-show\"}")
                .with(200)
                .getJsonObject("destination");
        assertThat(back.getString("account")).isEqualTo("acc-show");
        assertThat(back.isNull("keyHint")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"platform\":\"twitch\",\"account\":\"acc-1\"} | 422 | destination.malformed | The destination 'Twitch' goes by an account, and Twitch takes streams by a stream key alone; give the key.",
                "{\"platform\":\"show\",\"account\":\"acc-1\"} | 404 | account.unknown | There is no account acc-1 of that user; connect it first.",
                "{\"platform\":\"show\",\"account\":\"a b\"} | 422 | request.unfit_field | The field 'account' is no id of an account; take one that /accounts lists.",
                "{\"platform\":\"show\",\"account\":\"acc-1\",\"key\":\"abcd\"} | 422 | destination.malformed | The destination 'Show' has a stream key and an account; give one of the two."
            })
    void anAccountThatDoesNotFitADestinationIsTold(String json, int status, String code, String sentence) {
        assertThat(host.write("alice", "POST", "/destinations", json).problem(status, code))
                .isEqualTo(sentence);
    }

    @Test
    void peopleWhoComeBackAreSentOnWithWhatCameBack() {
        var handler = AccountReturn.to("/accounts.html");
        var query = Map.of(
                "state", List.of("a-_b"),
                "code", List.of("4/0A b&c#d"),
                "error_description", List.of("<b>anything</b>"));

        var answer = handler.handle(new WebRequest("GET", "/connected", query, Map.of(), WebBody.EMPTY, "192.0.2.7"));

        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.headers())
                .containsEntry("Location", "/accounts.html#state=a-_b&code=4%2F0A+b%26c%23d")
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("Referrer-Policy", "no-referrer");
        assertThat(handler.handle(new WebRequest("POST", "/connected", query, Map.of(), WebBody.EMPTY, "192.0.2.7"))
                        .status())
                .isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example/", "//evil.example/", "accounts.html", "/a#b", "/a b", ""})
    void theyAreSentToPagesOfThisSiteAlone(String page) {
        assertThatThrownBy(() -> AccountReturn.to(page))
                .hasMessage("The page '" + page
                        + "' to send people on to is not one of this site; write it like /accounts.html, without #.");
    }
}
