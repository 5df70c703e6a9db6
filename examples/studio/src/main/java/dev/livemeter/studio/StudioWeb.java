package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.billing.BundleOffer;
import dev.livemeter.http.AccountReturn;
import dev.livemeter.http.Caller;
import dev.livemeter.http.StaticFiles;
import dev.livemeter.http.TipRules;
import dev.livemeter.http.jetty.WebServer;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.IdSource;
import dev.livemeter.studio.StudioSignIn.Person;
import dev.livemeter.time.TimeSource;
import jakarta.json.Json;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** The studio's page and API. Who knows a person's access code, which only the console shows, may come in as that person. */
final class StudioWeb implements AutoCloseable {

    /** What a payee gets of a tip; the studio keeps the rest. */
    private static final Share TIPS = Share.percent("80");

    /** Sold on the page of one's account. */
    private static final BundleOffer HOURS = new BundleOffer(
            "two-hours", "120 minutes", Duration.ofHours(2), Money.of("USD", "9.00"), Duration.ofDays(365));

    private final WebServer server;
    private final URI address;
    private final List<Person> people;

    private StudioWeb(WebServer server, URI address, List<Person> people) {
        this.server = server;
        this.address = address;
        this.people = people;
    }

    /** Serves the page at that address. */
    static StudioWeb start(
            Livemeter live, JdbcWallet wallet, StudioCalls calls, StudioAddress address, StudioPlatforms platforms) {
        var artists = List.of(StudioApplication.ARTIST, StudioApplication.FRIEND);
        var people = List.of(
                person(Caller.broadcaster(StudioApplication.ARTIST)),
                person(Caller.broadcaster(StudioApplication.FRIEND)),
                person(Caller.viewer(StudioApplication.VIEWER)),
                person(Caller.administrator(StudioApplication.OPERATOR)));
        var signIn = new StudioSignIn(people, calls.guests(), TimeSource.system());
        var files = new StaticFiles(StudioWeb.class.getClassLoader(), "dev/livemeter/studio/web");
        var web = WebServer.builder(live)
                .port(address.port())
                .billing(wallet.billing())
                .reports(wallet.reports())
                .payouts(StudioApplication.PAYOUTS)
                .bundles(HOURS)
                .tips(new TipRules(TIPS, user -> artists.contains(user.value())))
                .authenticator(signIn)
                .handler("/studio", signIn)
                .handler("/studio/till", new StudioTill(live, signIn, calls.topUpPage()))
                .handler("/studio/platforms", new StudioAccounts(address, platforms))
                .handler(address.returnPath(), AccountReturn.to("/"))
                .handler("", files);
        calls.prepare(web, files, signIn);
        return new StudioWeb(web.start(), address.url(), people);
    }

    private static Person person(Caller caller) {
        return new Person(caller, Secret.of(IdSource.random().next()));
    }

    private Person find(String user) {
        return people.stream()
                .filter(person -> person.isCalled(user))
                .findFirst()
                .orElseThrow();
    }

    String url() {
        return address.toString();
    }

    /** The page's address with a person's access code behind the hash, which browsers keep to themselves. */
    String invitation(String user) {
        return address + "#user=" + user + "&code=" + find(user).code().reveal();
    }

    /** The same for the pages of calls. */
    String callInvitation(String user) {
        var page = find(user).caller().equals(Caller.viewer(user)) ? "talk/" : "desk";
        return address + page + "#user=" + user + "&code=" + find(user).code().reveal();
    }

    /** Signs in as a browser does and reads the status. */
    String readStatus(String user) throws IOException, InterruptedException {
        var browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        var credentials = Json.createObjectBuilder()
                .add("user", user)
                .add("code", find(user).code().reveal())
                .build()
                .toString();
        browser.send(
                request("studio/sign-in")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(credentials))
                        .build(),
                BodyHandlers.discarding());
        return browser.send(request("api/status").build(), BodyHandlers.ofString())
                .body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        server.close();
    }
}
