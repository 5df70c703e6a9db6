package dev.livemeter.studio;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountPolicy;
import dev.livemeter.billing.LedgerReport;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.broadcast.BroadcastPolicy;
import dev.livemeter.destination.Destination;
import dev.livemeter.event.EventListener;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.relay.nginx.NginxRelay;
import dev.livemeter.relay.nginx.NginxRelayConfig;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.spi.RelayController;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The studio, put together: Livemeter on an embedded database and a local relay, two stand-ins for platforms, and the web page. */
final class StudioApplication implements AutoCloseable {

    /** Who streams in the studio. */
    static final String ARTIST = "alice";

    /** Another artist, who can be tipped. */
    static final String FRIEND = "bob";

    /** Who only watches and calls. */
    static final String VIEWER = "vera";

    /** Who looks after the books. */
    static final String OPERATOR = "olga";

    /** In the studio earnings clear at once, so that a payout can be tried. */
    static final PayoutPolicy PAYOUTS = new PayoutPolicy(Duration.ZERO, Money.of("USD", "1.00"));

    /** The key under which a stream arrives at the stand-ins. */
    static final String STAND_IN_KEY = "stand-in-key";

    private final Livemeter live;
    private final JdbcWallet wallet;
    private final List<PlatformStandIn> platforms;
    private final StudioPlatforms accounts;
    private final StudioWeb web;
    private final List<AutoCloseable> parts;

    private StudioApplication(
            Livemeter live,
            JdbcWallet wallet,
            List<PlatformStandIn> platforms,
            StudioPlatforms accounts,
            StudioWeb web,
            List<AutoCloseable> parts) {
        this.live = live;
        this.wallet = wallet;
        this.platforms = platforms;
        this.accounts = accounts;
        this.web = web;
        this.parts = parts;
    }

    /** Starts everything, and stops what was started where a part of it cannot. */
    static StudioApplication start(StudioOptions options, EventListener listener) throws IOException {
        return start(options, null, listener);
    }

    /** The same on another relay, which is closed with it, and without recordings. */
    static StudioApplication start(StudioOptions options, @Nullable RelayController other, EventListener listener)
            throws IOException {
        return start(options, other, null, listener);
    }

    /** The same with other platforms. */
    static StudioApplication start(
            StudioOptions options,
            @Nullable RelayController other,
            @Nullable StudioPlatforms others,
            EventListener listener)
            throws IOException {
        var parts = new ArrayList<AutoCloseable>();
        try {
            var scratch = temporary(parts);
            var data = options.data() == null ? scratch : kept(options.data());
            var platforms = List.of(
                    PlatformStandIn.start("Platform A (stand-in)", scratch),
                    PlatformStandIn.start("Platform B (stand-in)", scratch));
            parts.addAll(0, platforms);
            var wallet = JdbcWallet.open("jdbc:h2:file:" + data.toAbsolutePath().resolve("livemeter"));
            parts.add(0, wallet);
            var tariff = options.demo()
                    ? Tariff.perMinute("USD", "6.00").in(Increment.SECONDS)
                    : Tariff.perMinute("USD", "0.10");
            var recordings = StudioRecordings.in(data);
            var builder = Livemeter.builder()
                    .wallet(wallet)
                    .relay(other == null ? NginxRelay.local(relay(options, recordings)) : other)
                    .tariff(tariff)
                    .policy(options.demo() ? shortPolicy(tariff) : SessionPolicy.defaults(tariff.currency()))
                    .listener(listener);
            var address = StudioAddress.of(options);
            var accounts = others == null ? StudioPlatforms.of(options, address, parts) : others;
            accounts.prepare(builder);
            builder.accounts(AccountPolicy.returningTo(address.redirect().toString()));
            if (options.demo()) {
                builder.broadcasts(new BroadcastPolicy(Duration.ofSeconds(5)));
            }
            if (other == null) {
                recordings.prepare(builder);
            }
            var calls = StudioCalls.to(List.of(ARTIST, FRIEND), tariff.currency(), options);
            calls.prepare(builder);
            var live = builder.build();
            parts.add(0, live);
            accounts.playing().ifPresent(live.events()::subscribe);
            var web = StudioWeb.start(live, wallet, calls, address, accounts);
            parts.add(0, web);
            return new StudioApplication(live, wallet, platforms, accounts, web, parts);
        } catch (IOException | RuntimeException e) {
            closeAll(parts);
            throw e;
        }
    }

    private static NginxRelayConfig relay(StudioOptions options, StudioRecordings recordings) {
        var settings = NginxRelayConfig.builder()
                .ingestPort(options.rtmpPort())
                .heartbeat(Duration.ofSeconds(options.demo() ? 1 : 5))
                // The stand-ins listen on loopback, where no relay that strangers use should push to.
                .allowPrivateDestinations(true);
        recordings.prepare(settings);
        if (options.data() != null && !options.restartGrace().isZero()) {
            settings.workDirectory(options.data().resolve("relay"))
                    .restartGrace(options.restartGrace())
                    .heartbeat(Duration.ofSeconds(options.demo() ? 2 : 5));
        }
        return settings.build();
    }

    /** Short spans, so that a story of half a minute shows what takes an hour otherwise. */
    private static SessionPolicy shortPolicy(Tariff tariff) {
        return SessionPolicy.builder(tariff.currency())
                .minimumToStart(Money.of("USD", "1.00"))
                .lowBalanceBelow(Money.of("USD", "1.00"))
                .quota(Duration.ofSeconds(5))
                .renewBefore(Duration.ofSeconds(3))
                .settleEvery(Duration.ofSeconds(1))
                .build();
    }

    private static Path kept(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LivemeterException(
                    "studio.data",
                    "The folder " + folder + " for the database cannot be made; choose another with --data.",
                    false,
                    e);
        }
    }

    private static Path temporary(List<AutoCloseable> parts) throws IOException {
        var folder = Files.createTempDirectory("livemeter-studio-");
        // To pass, not to look: nginx's worker may be somebody else.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        parts.add(() -> delete(folder));
        return folder;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    Livemeter live() {
        return live;
    }

    List<PlatformStandIn> platforms() {
        return platforms;
    }

    /** YouTube and Twitch, where they are played here. */
    Optional<PlayedPlatforms> playing() {
        return accounts.playing();
    }

    /** The address of the page, with the access code of the artist. */
    String invitation() {
        return web.invitation(ARTIST);
    }

    /** The address of the page, with the access code of whoever looks after the books. */
    String administration() {
        return web.invitation(OPERATOR);
    }

    /** The address of the pages for calls, with the access code of that person. */
    String callInvitation(String user) {
        return web.callInvitation(user);
    }

    /** The address of the front page. */
    String pageUrl() {
        return web.url();
    }

    JdbcWallet wallet() {
        return wallet;
    }

    String readStatusAsThePageDoes() throws IOException, InterruptedException {
        return web.readStatus(ARTIST);
    }

    LedgerReport verifyBooks() {
        return wallet.ledger().verify();
    }

    /** What a person with OBS needs to know. Gives Alice a first credit, key and destinations where she has none. */
    String welcome() {
        live.wallets().credit(ARTIST, Money.of("USD", "20.00"), "studio-welcome");
        live.wallets().credit(VIEWER, Money.of("USD", "20.00"), "studio-welcome-viewer");
        var good = live.streamKeys().of(ARTIST).stream()
                .filter(stored -> stored.isGood())
                .findFirst();
        var key = good.map(stored -> "ends in " + stored.hint() + "; make another on the page if it is lost")
                .orElseGet(() -> live.streamKeys().create(ARTIST).reveal());
        renewStandIns();
        return String.join(
                System.lineSeparator(),
                "",
                "Livemeter Studio is up.",
                "",
                "  Page     " + web.invitation(ARTIST),
                "  Friend   " + web.invitation(FRIEND),
                "  Books    " + web.invitation(OPERATOR),
                "  Calls    " + web.callInvitation(ARTIST) + "   (Alice's desk)",
                "  Viewer   " + web.callInvitation(VIEWER),
                "  OBS      Settings > Stream > Service: Custom",
                "           Server      " + live.ingest().preferredUrl(),
                "           Stream key  " + key,
                "  Price    " + live.tariff() + "; at least " + live.policy().minimumToStart() + " to start.",
                "  Streams go to two stand-ins on this machine; add real platforms on the page.",
                accountsLine(),
                "  Look at what arrives: ffplay " + platforms.get(0).server() + "/" + STAND_IN_KEY,
                "",
                "Ctrl+C stops it.",
                "");
    }

    private String accountsLine() {
        return playing()
                .map(played -> "  Accounts are connected to stand-ins for YouTube ("
                        + played.youtube().root()
                        + ") and Twitch (" + played.twitch().root()
                        + "), where you are the audience too;" + System.lineSeparator()
                        + "  to the real ones with --settings.")
                .orElse("  Accounts are connected to the real platforms of your settings; they send people back to "
                        + web.url() + "connected.");
    }

    /** The stand-ins of an earlier run had other ports. */
    private void renewStandIns() {
        for (var platform : platforms) {
            var destination = Destination.custom(platform.name(), platform.server(), STAND_IN_KEY);
            live.destinations().of(ARTIST).stream()
                    .filter(saved -> saved.destination().name().equals(platform.name()))
                    .findFirst()
                    .ifPresentOrElse(
                            saved -> live.destinations().change(ARTIST, saved.id(), destination),
                            () -> live.destinations().add(ARTIST, destination));
        }
    }

    @Override
    public void close() {
        closeAll(parts);
    }

    private static void closeAll(List<AutoCloseable> parts) {
        for (var part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                System.err.println("A part of the studio did not close: " + e.getMessage());
            }
        }
    }
}
