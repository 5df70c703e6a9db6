package dev.livemeter.studio;

import dev.livemeter.event.EventListener;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.BroadcastChanged;
import dev.livemeter.event.LiveEvent.BroadcastChanged.Stage;
import dev.livemeter.platforms.Twitch;
import dev.livemeter.platforms.TwitchSettings;
import dev.livemeter.platforms.YouTube;
import dev.livemeter.platforms.YouTubeSettings;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.standin.twitch.TwitchServer;
import dev.livemeter.standin.twitch.TwitchStandIn;
import dev.livemeter.standin.youtube.YouTubeServer;
import dev.livemeter.standin.youtube.YouTubeStandIn;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * YouTube and Twitch as they are played on this machine: servers that answer as those do, whose pages a person can open, and an nginx each that takes the streams. Alice and Bob have an account on both.
 * YouTube makes videos as soon as it hears that a stream is over; the real one takes its time.
 */
final class PlayedPlatforms implements EventListener, AutoCloseable {

    /** Often, so that a story need not wait; YouTube itself is looked at once a minute. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final YouTubeStandIn youtube;
    private final TwitchStandIn twitch;

    private PlayedPlatforms(YouTubeStandIn youtube, TwitchStandIn twitch) {
        this.youtube = youtube;
        this.twitch = twitch;
    }

    /**
     * Starts them.
     *
     * @param redirect where they send people back to
     */
    static PlayedPlatforms start(URI redirect) {
        var youtube = YouTubeStandIn.start();
        try {
            var platforms = new PlayedPlatforms(youtube, TwitchStandIn.start());
            platforms.prepare(redirect);
            return platforms;
        } catch (RuntimeException e) {
            youtube.close();
            throw e;
        }
    }

    private void prepare(URI redirect) {
        youtube.server().redirect(redirect);
        youtube.server().person(StudioApplication.ARTIST, "Alice’s songs");
        youtube.server().person(StudioApplication.FRIEND, "Bob’s workshop");
        twitch.server().redirect(redirect);
        twitch.server().user("1001", "alice_sings", "alice_sings");
        twitch.server().user("1002", "bob_builds", "bob_builds");
    }

    YouTubeServer youtube() {
        return youtube.server();
    }

    TwitchServer twitch() {
        return twitch.server();
    }

    /** As Livemeter reaches them: as the real ones, at another place and by another name. */
    List<StreamProvider> providers() {
        return List.of(PlayedName.of(YouTube.api(youtubeSettings())), PlayedName.of(Twitch.api(twitchSettings())));
    }

    @Override
    public void on(LiveEvent event) {
        if (event instanceof BroadcastChanged changed && changed.change() == Stage.ENDED) {
            youtube().broadcasts().stream()
                    .filter(id ->
                            youtube().broadcast(id, "status.lifeCycleStatus").equals("complete"))
                    .forEach(id -> youtube().upload(id, "processed"));
        }
    }

    private YouTubeSettings youtubeSettings() {
        var server = youtube();
        return YouTubeSettings.of(YouTubeServer.CLIENT_ID, Secret.of(YouTubeServer.CLIENT_SECRET))
                .encrypted(false)
                .lookEvery(LOOK_EVERY)
                .units(1_000_000, 1_000)
                .endpoints(new YouTubeSettings.Endpoints(
                        server.api(),
                        server.page(),
                        server.token(),
                        server.revocation(),
                        server.devices(),
                        server.root().resolve("watch")))
                .build();
    }

    private TwitchSettings twitchSettings() {
        var server = twitch();
        return TwitchSettings.of(TwitchServer.CLIENT_ID, Secret.of(TwitchServer.CLIENT_SECRET))
                .at(server.identity(), server.api(), server.ingests())
                .chatAt(server.eventSub())
                .shownAt(server.root());
    }

    @Override
    public void close() {
        try {
            youtube.close();
        } finally {
            twitch.close();
        }
    }
}
