package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.Destination;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.StreamProvider.Preparation;
import dev.livemeter.testing.contract.StreamProviderContract;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class InMemoryStreamProviderTest extends StreamProviderContract {

    private final InMemoryStreamProvider provider = InMemoryStreamProvider.named("twitch");

    @Override
    protected StreamProvider provider() {
        return provider;
    }

    @Override
    protected Destination goodDestination() {
        return Destination.twitch("live_123_abcdefgh");
    }

    @Override
    protected List<Destination> badDestinations() {
        return List.of(
                new Destination("twitch", "Mine", URI.create("rtmp://elsewhere.example/app"), Secret.of("abcdefgh")));
    }

    @Test
    void failsAndRecoversAsTheTestSays() {
        provider.fail(true, "Down for maintenance.");
        assertThat(provider.prepare(goodDestination()))
                .isEqualTo(new Preparation.NotReady(true, "Down for maintenance."));
        provider.recover();
        assertThat(provider.prepare(goodDestination())).isInstanceOf(Preparation.Ready.class);
    }
}
