package dev.livemeter.testing;

import dev.livemeter.ingest.Ingest;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayController;
import dev.livemeter.testing.contract.RelayControllerContract.Publisher;
import dev.livemeter.testing.contract.TakesPicturesContract;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;

/** A relay without media is told by the test what its streams look like. */
class InMemoryPicturesTest extends TakesPicturesContract {

    private final InMemoryEncoders encoders = new InMemoryEncoders();
    private final byte[] black = black();
    private final Set<SessionId> looked = new HashSet<>();

    private static byte[] black() {
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(160, 90, BufferedImage.TYPE_INT_RGB), "jpeg", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    protected RelayController newRelay() {
        return InMemoryRelay.create();
    }

    @Override
    protected Publisher newPublisher(RelayController relay, Ingest ingest, String streamKey) {
        return InMemoryEncoders.publisher((InMemoryRelay) relay, streamKey);
    }

    @Override
    protected Duration watching() {
        return Duration.ofMillis(20);
    }

    @Override
    protected void letTimePass(RelayController open) {
        var relay = (InMemoryRelay) open;
        encoders.letTimePass(List.of(relay));
        relay.sessions().stream().filter(looked::add).forEach(session -> relay.takePicture(session, black));
    }
}
