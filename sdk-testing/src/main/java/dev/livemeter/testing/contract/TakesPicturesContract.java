package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.TakesPictures;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What a relay keeps that {@linkplain TakesPictures takes pictures}: the rules of {@code docs/contracts/takes-pictures.md}. Extend it, supply a relay and publishers whose pictures it can read,
 * inherit the tests.
 */
public abstract class TakesPicturesContract extends RelayFixture {

    private final PictureWitness pictures = new PictureWitness();

    /** For those who extend it. */
    protected TakesPicturesContract() {}

    @Override
    final void beforeOpen(RelayController closed) {
        assertThat(closed).isInstanceOf(TakesPictures.class);
        ((TakesPictures) closed).takePicturesFor(pictures);
    }

    @Test
    @Rule({"PIC-01", "PIC-02", "PIC-03"})
    void whatIsWantedIsTakenAndNothingElseWhateverBecomesOfIt() {
        pictures.wish = session -> switch (authority.admitted.indexOf(session)) {
            case 0 -> false;
            case 1 -> throw new LivemeterException("test.failing", "The kit cannot say what it wants.");
            default -> true;
        };
        var unwanted = admitted(KEY);
        var unsaid = admitted(KEY + "b");
        var unkept = admitted(KEY + "c");
        pictures.beforeKept = session -> {
            if (session.equals(unkept.session())) {
                throw new LivemeterException("test.failing", "The kit cannot keep it.");
            }
        };
        var wanted = admitted(KEY + "d");
        await("there is a picture", () -> pictures.kept.containsKey(wanted.session()));
        await("another one came in vain", () -> pictures.offered.contains(unkept.session()));
        await(
                "it was asked for the others",
                () -> pictures.asked.containsAll(List.of(unwanted.session(), unsaid.session())));
        watch(() -> {
            assertThat(pictures.offered).containsExactlyInAnyOrder(wanted.session(), unkept.session());
            assertThat(pictures.missing).isEmpty();
            assertThat(publishers).allMatch(RelayControllerContract.Publisher::isConnected);
            assertThat(authority.ends).isEmpty();
        });
        var jpeg = Objects.requireNonNull(pictures.kept.get(wanted.session()));
        assertThat(jpeg.length).isLessThanOrEqualTo(pictures.mostBytes());
        var size = JpegSize.of(jpeg);
        assertThat(size.width()).isBetween(1, PictureWitness.WIDTH);
        assertThat(size.height()).isBetween(1, PictureWitness.WIDTH);
    }

    @Test
    @Rule("PIC-04")
    void whyThereIsNoneIsTold() {
        pictures.mostBytes = 1;
        var live = admitted(KEY);
        await("it is told", () -> pictures.missing.containsKey(live.session()));
        assertThat(pictures.missing.get(live.session())).matches("[A-Z].{10,200}\\.");
        assertThat(pictures.offered).isEmpty();
        assertThat(live.publisher().isConnected()).isTrue();
        assertThat(authority.ends).isEmpty();
    }

    @Test
    @Rule("PIC-05")
    void whosePicturesNobodyAskedForTakesNone() {
        relay.close();
        relay = newRelay();
        authority = new RelayWitness();
        ingest = relay.open(authority);
        var live = admitted(KEY);
        watch(() -> {
            assertThat(pictures.asked).isEmpty();
            assertThat(live.publisher().isConnected()).isTrue();
        });
    }
}
