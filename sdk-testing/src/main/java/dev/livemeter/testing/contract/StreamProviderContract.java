package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PlatformGuide.ServerChoice;
import dev.livemeter.destination.PlatformGuide.Transport;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.StreamProvider.Check;
import dev.livemeter.spi.StreamProvider.Preparation;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link StreamProvider} keeps: the rules of {@code docs/contracts/stream-provider.md}. Extend it, supply a provider and
 * destinations, inherit the tests.
 */
public abstract class StreamProviderContract {

    /** For those who extend it. */
    protected StreamProviderContract() {}

    /** The provider under test; the same one at each call within a test. */
    protected abstract StreamProvider provider();

    /** A destination that the provider can prepare. */
    protected abstract Destination goodDestination();

    /** Destinations of the provider's platform that it must object to; at least one. */
    protected abstract List<Destination> badDestinations();

    @Nested
    class Naming {

        @Test
        @Rule("STP-01")
        void nameIsOneThatConfigurationCanUse() {
            assertThat(provider().name())
                    .matches("[a-z0-9][a-z0-9-]{0,31}")
                    .isEqualTo(provider().name());
        }

        @Test
        @Rule("STP-02")
        void displayNameIsForPeople() {
            assertThat(provider().displayName()).isNotBlank().hasSizeLessThanOrEqualTo(60);
        }

        @Test
        @Rule("STP-03")
        void destinationsOfTheTestAreOfThisPlatform() {
            assertThat(goodDestination().platform()).isEqualTo(provider().name());
            assertThat(badDestinations())
                    .isNotEmpty()
                    .allSatisfy(bad ->
                            assertThat(bad.platform()).isEqualTo(provider().name()));
        }
    }

    @Nested
    class Checking {

        @Test
        @Rule("STP-04")
        void acceptsAGoodDestination() {
            assertThat(provider().check(goodDestination())).isInstanceOf(Check.Accepted.class);
        }

        @Test
        @Rule("STP-05")
        void objectsInASentenceThatDoesNotShowTheKey() {
            assertThat(badDestinations()).allSatisfy(bad -> {
                assertThat(provider().check(bad)).isInstanceOf(Check.Objection.class);
                var message = ((Check.Objection) provider().check(bad)).message();
                assertThat(message)
                        .endsWith(".")
                        .contains(" ")
                        .doesNotContain(bad.requireKey().reveal());
            });
        }

        @Test
        @Rule("STP-06")
        void answersTheSameEachTime() {
            assertThat(provider().check(goodDestination())).isEqualTo(provider().check(goodDestination()));
        }
    }

    @Nested
    class Guiding {

        @Test
        @Rule("STP-11")
        void itsGuideSaysWhatItsCheckDoes() {
            assertThat(provider().guide()).isEqualTo(provider().guide());
            var guide = provider().guide().orElse(null);
            if (guide == null) {
                return;
            }
            assertThat(guide.whereTheKeyIs()).endsWith(".");
            assertThat(guide.server() == null).isEqualTo(guide.serverChoice() == ServerChoice.REQUIRED);
            assertThat(accepts(null)).isEqualTo(guide.serverChoice() != ServerChoice.REQUIRED);
            assertThat(accepts(URI.create("rtmps://host.example:443/app")))
                    .isEqualTo(guide.serverChoice() != ServerChoice.FIXED);
            assertThat(accepts(URI.create("rtmp://host.example/app")))
                    .isEqualTo(
                            guide.serverChoice() != ServerChoice.FIXED && guide.transport() == Transport.RTMP_OR_RTMPS);
        }

        private boolean accepts(@Nullable URI server) {
            var name = provider().name();
            var key = goodDestination().requireKey();
            return provider().check(new Destination(name, "Mine", server, key)) instanceof Check.Accepted;
        }
    }

    @Nested
    class Preparing {

        @Test
        @Rule("STP-07")
        void givesAnRtmpTarget() {
            var target = provider().prepare(goodDestination()).fold(ready -> ready, notReady -> {
                throw new AssertionError(notReady.message());
            });
            assertThat(target.server().getScheme()).isIn("rtmp", "rtmps");
            assertThat(target.server().getHost()).isNotBlank();
            assertThat(target.key().reveal()).isNotBlank();
        }

        @Test
        @Rule("STP-08")
        void isIdempotent() {
            assertThat(provider().prepare(goodDestination()))
                    .isEqualTo(provider().prepare(goodDestination()));
        }

        @Test
        @Rule("STP-09")
        void showsNoKeyWhenPrinted() {
            var preparation = provider().prepare(goodDestination());
            assertThat(preparation.toString())
                    .doesNotContain(goodDestination().requireKey().reveal());
            assertThat(provider().toString())
                    .doesNotContain(goodDestination().requireKey().reveal());
        }

        @Test
        @Rule("STP-10")
        void isThreadSafe() throws Exception {
            var threads = Executors.newFixedThreadPool(8);
            try {
                var calls = IntStream.range(0, 64)
                        .mapToObj(i -> (Callable<Preparation>) () -> provider().prepare(goodDestination()))
                        .toList();
                for (var answer : threads.invokeAll(calls)) {
                    assertThat(answer.get()).isInstanceOf(Preparation.Ready.class);
                }
            } finally {
                threads.shutdownNow();
            }
        }
    }
}
