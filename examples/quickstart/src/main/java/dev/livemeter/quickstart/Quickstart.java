package dev.livemeter.quickstart;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.http.jetty.WebServer;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.platforms.Twitch;
import dev.livemeter.platforms.YouTube;
import dev.livemeter.relay.nginx.NginxRelay;

/** What the README shows, to the letter; a test compares the two. */
public final class Quickstart {

    private Quickstart() {}

    /**
     * Serves until it is stopped.
     *
     * @throws InterruptedException if it is interrupted while it serves
     */
    public static void main(String[] arguments) throws InterruptedException {
        // README: begin
        try (var live = Livemeter.builder()
                .wallet(JdbcWallet.open("jdbc:h2:./livemeter"))
                .relay(NginxRelay.local())
                .provider(YouTube.rtmp())
                .provider(Twitch.rtmp())
                .tariff(Tariff.perMinute("USD", "0.10"))
                .build()) {
            live.wallets().credit("alice", Money.of("USD", "10.00"), "order-1001");
            var key = live.streamKeys().create("alice");
            live.destinations().add("alice", Destination.twitch("live_123_abc"));
            live.events().subscribe(event -> System.out.println(event.sentence()));
            System.out.println("Publish to " + live.ingest().url() + " with key " + key.reveal());
            WebServer.start(live, 8080).join();
        }
        // README: end
    }
}
