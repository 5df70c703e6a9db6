package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.Destination;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.PictureAuthority;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.thumbnail.ThumbnailContent.Link;
import dev.livemeter.thumbnail.ThumbnailContent.Missing;
import dev.livemeter.thumbnail.ThumbnailContent.Picture;
import dev.livemeter.thumbnail.ThumbnailPolicy;
import dev.livemeter.thumbnail.Thumbnails;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream looked like: when a picture is wanted, what stays, and when it goes. */
class ThumbnailsTest {

    private static final byte[] FIRST = jpeg(5_000);
    private static final byte[] SECOND = jpeg(6_000);
    private static final URI LINK = URI.create("https://pictures.example/alice.jpg");

    private final ManualTime time = ManualTime.create();
    private final InMemoryRelay relay = InMemoryRelay.create();
    private final InMemoryBooks books = InMemoryBooks.create(time);
    private @Nullable Livemeter opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private static byte[] jpeg(int bytes) {
        var jpeg = new byte[bytes];
        jpeg[0] = (byte) 0xFF;
        jpeg[1] = (byte) 0xD8;
        jpeg[bytes - 2] = (byte) 0xFF;
        jpeg[bytes - 1] = (byte) 0xD9;
        return jpeg;
    }

    private Livemeter open(UnaryOperator<Livemeter.Builder> more) {
        var live = more.apply(Livemeter.builder()
                        .wallet(books)
                        .relay(relay)
                        .provider(InMemoryStreamProvider.named("twitch"))
                        .tariff(Tariff.perMinute("USD", "0.10"))
                        .time(time)
                        .scheduler(time)
                        .executor(Runnable::run))
                .build();
        opened = live;
        return live;
    }

    private Livemeter withPictures() {
        return open(builder -> builder.thumbnails(ThumbnailPolicy.defaults()));
    }

    private SessionId stream(Livemeter live) {
        live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        live.destinations().add("alice", Destination.twitch("live_123_abcdefgh"));
        var key = live.streamKeys().create("alice");
        return ((Admission.Admitted) relay.publish(key.reveal())).session();
    }

    @Test
    void nothingIsTakenUnlessSomebodyAsksForIt() {
        var live = open(builder -> builder);
        var session = stream(live);
        assertThat(live.thumbnails().areTaken()).isFalse();
        assertThat(relay.takePicture(session, FIRST)).isFalse();
        assertThat(live.thumbnails().find(session)).isEmpty();
    }

    @Test
    void aSettingIsEnough() {
        var live = open(builder -> builder.properties(Map.of(
                "livemeter.thumbnail.enabled", "true",
                "livemeter.thumbnail.width", "640",
                "livemeter.thumbnail.most-bytes", "5500",
                "livemeter.thumbnail.retention", "7d")));
        var session = stream(live);
        assertThat(live.thumbnails().areTaken()).isTrue();
        assertThat(relay.takePicture(session, FIRST)).isTrue();
        assertThat(live.thumbnails().find(session).orElseThrow().content()).isEqualTo(new Picture(FIRST));
    }

    @Test
    void theFirstPictureIsReplacedOnceAsItMayBeAWaitingScreen() {
        var live = withPictures();
        var session = stream(live);
        assertThat(relay.takePicture(session, FIRST)).isTrue();
        assertThat(relay.takePicture(session, SECOND)).isFalse();
        time.advance(Duration.ofMinutes(1));
        assertThat(relay.takePicture(session, SECOND)).isTrue();
        time.advance(Duration.ofMinutes(10));
        assertThat(relay.takePicture(session, FIRST)).isFalse();
        assertThat(live.thumbnails().find(session).orElseThrow().content()).isEqualTo(new Picture(SECOND));
        assertThat(live.thumbnails().notes(List.of(session)).get(session).bytes())
                .isEqualTo(SECOND.length);
    }

    @Test
    void aReasonIsToldWhereThereIsNoPictureAndDoesNotReplaceOne() {
        var live = withPictures();
        var session = stream(live);
        relay.takeNoPicture(session, "The picture is HEVC.");
        assertThat(live.thumbnails().find(session).orElseThrow().content())
                .isEqualTo(new Missing("The picture is HEVC."));
        time.advance(Duration.ofMinutes(1));
        assertThat(relay.takePicture(session, FIRST)).isTrue();

        relay.takeNoPicture(session, "Nothing came.");
        assertThat(live.thumbnails().find(session).orElseThrow().content()).isEqualTo(new Picture(FIRST));
    }

    @Test
    void whatIsTooLargeIsNotKept() {
        var live = open(builder -> builder.thumbnails(new ThumbnailPolicy(320, 5_000, Duration.ofDays(1))));
        var session = stream(live);
        assertThat(relay.takePicture(session, jpeg(5_001))).isTrue();
        assertThat(live.thumbnails().find(session).orElseThrow().content())
                .isEqualTo(new Missing("There is no thumbnail, as it would have more than 5000 bytes."));
    }

    @Test
    void whatARelayHandsOverThoughItIsTooLargeIsNotKeptEither() {
        var session = stream(open(builder -> builder));
        var handed = new AtomicReference<PictureAuthority>();
        var thumbnails = Thumbnails.taken(
                new ThumbnailPolicy(320, 5_000, Duration.ofDays(1)),
                handed::set,
                books.thumbnails().orElseThrow(),
                books.sessions(),
                time,
                time);
        handed.get().taken(session, jpeg(5_001));
        assertThat(thumbnails.find(session).orElseThrow().content())
                .isEqualTo(new Missing("The picture has more bytes than are kept."));
    }

    @Test
    void aLinkStandsInPlaceOfPicturesAndStays() {
        var live = withPictures();
        var session = stream(live);
        relay.takePicture(session, FIRST);
        assertThat(live.thumbnails().link(session, LINK).link()).isEqualTo(LINK);
        time.advance(Duration.ofMinutes(1));
        assertThat(relay.takePicture(session, SECOND)).isFalse();
        assertThat(live.thumbnails().find(session).orElseThrow().content()).isEqualTo(new Link(LINK));
        time.advance(Duration.ofDays(100));
        assertThat(live.thumbnails().find(session)).isPresent();
        assertThat(live.thumbnails().remove(session)).isTrue();
        assertThat(live.thumbnails().remove(session)).isFalse();
    }

    @Test
    void linksNeedNoPictures() {
        var live = open(builder -> builder);
        var session = stream(live);
        live.thumbnails().link(session, LINK);
        assertThat(live.thumbnails().find(session).orElseThrow().content()).isEqualTo(new Link(LINK));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "ftp://pictures.example/a.jpg",
                "/a.jpg",
                "https:a.jpg",
                "https://user:secret@pictures.example/a.jpg",
                "data:image/jpeg;base64,AAAA"
            })
    void otherAddressesAreRefusedAndNotRepeated(String address) {
        var live = open(builder -> builder);
        var session = stream(live);
        assertThatThrownBy(() -> live.thumbnails().link(session, URI.create(address)))
                .isInstanceOf(LivemeterException.class)
                .hasMessage(
                        "The address of a thumbnail does not fit; expected one that begins with https:// or http://,"
                                + " has a host and no user, and at most 2000 characters.");
        assertThatThrownBy(() -> live.thumbnails().link(new SessionId("nobody-at-all-0001"), LINK))
                .hasMessage("There is no session nobody-at-all-0001.");
    }

    @Test
    void picturesGoWhenTheirTimeIsOver() {
        var live = open(builder -> builder.thumbnails(new ThumbnailPolicy(320, 100_000, Duration.ofDays(2))));
        var session = stream(live);
        relay.takePicture(session, FIRST);
        relay.hangUp(session);
        time.advance(Duration.ofDays(2).minusHours(1));
        assertThat(live.thumbnails().find(session)).isPresent();
        time.advance(Duration.ofHours(3));
        assertThat(live.thumbnails().find(session)).isEmpty();
    }

    @Test
    void aFleetTakesThemOnWhicheverHostTheStreamIs() {
        var other = InMemoryRelay.at("two.test");
        var live = open(builder -> builder.relay(RelayFleet.builder()
                        .host("one", relay, HostCapacity.megabits(100))
                        .host("two", other, HostCapacity.megabits(100))
                        .time(time)
                        .scheduler(time)
                        .executor(Runnable::run)
                        .build())
                .thumbnails(ThumbnailPolicy.defaults()));
        live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        live.destinations().add("alice", Destination.twitch("live_123_abcdefgh"));
        var key = live.streamKeys().create("alice");
        var session = ((Admission.Admitted) other.publish(key.reveal())).session();
        assertThat(other.takePicture(session, FIRST)).isTrue();
        assertThat(live.thumbnails().find(session)).isPresent();
    }

    @Test
    void faultsOfSettingsAreTold() {
        var settings = Map.of(
                "livemeter.thumbnail.width", "7",
                "livemeter.thumbnail.retention", "5s",
                "livemeter.thumbnail.colour", "red");
        assertThatThrownBy(() -> open(builder -> builder.properties(settings)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactlyInAnyOrder(
                                        "The setting livemeter.thumbnail.width is '7'; expected a whole number from 64"
                                                + " to 1280.",
                                        "The setting livemeter.thumbnail.colour is not known here; known are enabled,"
                                                + " most-bytes, retention, width. Correct or remove it.",
                                        "Thumbnails are to be kept for 5 seconds; expected at least 60, and no"
                                                + " thumbnails where none are to be kept."));
        assertThatThrownBy(() -> Livemeter.builder()
                        .wallet(books)
                        .tariff(Tariff.perMinute("USD", "0.10"))
                        .thumbnails(ThumbnailPolicy.defaults())
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly("Streams are to have thumbnails, and there is no relay; give one with"
                                        + " .relay(...)."));
    }

    @Test
    void aPictureShowsItsBytesToNobodyByAccident() {
        var bytes = FIRST.clone();
        var picture = new Picture(bytes);
        Arrays.fill(bytes, (byte) 0);
        assertThat(picture.jpeg()).isEqualTo(FIRST);
        picture.jpeg()[0] = 0;
        assertThat(picture.jpeg()).isEqualTo(FIRST);
        assertThat(picture).hasToString("Picture[5000 bytes]");
        assertThatThrownBy(() -> new Picture(new byte[100]))
                .hasMessage("A thumbnail of 100 bytes was given; expected a whole JPEG of at most 500000 bytes.");
    }
}
