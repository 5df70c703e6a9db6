package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.fleet.RelayHostStatus.State;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.NodeExchange;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayController;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes of an application with one fleet of two hosts. */
class RelayFleetNodesTest {

    /** Room for one stream of 6 Mbit/s to one destination. */
    private static final HostCapacity ROOM = HostCapacity.megabits(10);

    private static final Duration LOOK = Duration.ofSeconds(3);

    private final ManualTime time = ManualTime.create();
    private final Node here = new Node();
    private final Node there = new Node();

    /** A way of a host to the other node. */
    private static final class Way implements NodeExchange {

        private @Nullable Way other;
        private @Nullable Service service;
        private boolean cut;

        static void between(Way one, Way other) {
            one.other = other;
            other.other = one;
        }

        @Override
        public void serve(Service by) {
            assertThat(service).as("it is called once").isNull();
            service = by;
        }

        @Override
        public CompletionStage<byte[]> ask(@Nullable String node, byte[] question) {
            var answer = new CompletableFuture<byte[]>();
            across(serving -> serving.asked(question, answer::complete));
            return answer;
        }

        @Override
        public void tell(byte[] news) {
            across(serving -> serving.heard("other", news));
        }

        private void across(Consumer<Service> what) {
            var end = other;
            var serving = end == null ? null : end.service;
            if (!cut && serving != null) {
                what.accept(serving);
            }
        }
    }

    /** A node, and what it knows of two hosts. */
    private final class Node {

        private final InMemoryRelay one = InMemoryRelay.at("one.test");
        private final InMemoryRelay two = InMemoryRelay.at("two.test");
        private final Way byOne = new Way();
        private final Way byTwo = new Way();
        private final NamedAuthority authority = new NamedAuthority();
        private @Nullable RelayFleet fleet;

        void open() {
            authority.pushes = List.of(new Push(
                    new DestinationId("destination-1"),
                    new PushTarget(URI.create("rtmp://live.example/app"), Secret.of("key"))));
            fleet = RelayFleet.builder()
                    .host("one", with(one, byOne), ROOM)
                    .host("two", with(two, byTwo), ROOM)
                    .lookEvery(LOOK)
                    .time(time)
                    .scheduler(time)
                    .executor(Runnable::run)
                    .build();
            fleet.open(authority);
        }

        RelayFleet fleet() {
            if (fleet == null) {
                throw new IllegalStateException();
            }
            return fleet;
        }

        RelayHostStatus host(String name) {
            return fleet().hosts().stream()
                    .filter(host -> host.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The same relay, for several nodes. */
    private static RelayController with(RelayController relay, @Nullable NodeExchange way) {
        return (RelayController) Proxy.newProxyInstance(
                RelayFleetNodesTest.class.getClassLoader(),
                new Class<?>[] {RelayController.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("nodes")) {
                        return Optional.ofNullable(way);
                    }
                    try {
                        return method.invoke(relay, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @BeforeEach
    void open() {
        Way.between(here.byOne, there.byOne);
        Way.between(here.byTwo, there.byTwo);
        here.open();
        there.open();
    }

    @AfterEach
    void close() {
        here.fleet().close();
        there.fleet().close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String answer(CompletionStage<byte[]> given) {
        return new String(given.toCompletableFuture().getNow(bytes("none")), StandardCharsets.UTF_8);
    }

    /** Notes what comes, and answers with a number. */
    private static final class Noting implements NodeExchange.Service {

        private final List<String> asked = new ArrayList<>();
        private final List<String> heard = new ArrayList<>();

        @Override
        public void asked(byte[] question, Consumer<byte[]> answer) {
            asked.add(new String(question, StandardCharsets.UTF_8));
            answer.accept(bytes("answer " + asked.size()));
        }

        @Override
        public void heard(String node, byte[] news) {
            heard.add(new String(news, StandardCharsets.UTF_8));
        }
    }

    @Test
    void whatIsSaidGoesByEveryHostAndIsTakenOnce() {
        var noting = new Noting();
        there.fleet().nodes().orElseThrow().serve(noting);
        var line = here.fleet().nodes().orElseThrow();
        assertThat(answer(line.ask(null, bytes("stop")))).isEqualTo("answer 1");
        line.tell(bytes("paid in"));
        assertThat(noting.asked).containsExactly("stop");
        assertThat(noting.heard).containsExactly("paid in");

        here.byOne.cut = true;
        assertThat(answer(line.ask(null, bytes("stop")))).isEqualTo("answer 2");
        line.tell(bytes("paid in"));
        here.byTwo.cut = true;
        assertThat(line.ask(null, bytes("stop")).toCompletableFuture()).isNotDone();
        line.tell(bytes("paid in"));
        assertThat(noting.asked).containsExactly("stop", "stop");
        assertThat(noting.heard).containsExactly("paid in", "paid in");
    }

    @Test
    void whatAnotherNodeCarriesTakesRoomHere() {
        var session = ((Admission.Admitted) here.one.publish("alice")).session();
        assertThat(there.host("one").streams()).isZero();
        time.advance(LOOK);
        assertThat(there.host("one").streams()).isEqualTo(1);
        assertThat(there.host("one").destinations()).isEqualTo(1);
        assertThat(there.host("one").state()).isEqualTo(State.FULL);
        assertThat(here.host("one").streams()).isEqualTo(1);
        assertThat(there.one.publish("bob")).isInstanceOf(Admission.Refused.class);
        assertThat(there.fleet().place(UserId.of("bob")).host()).isEqualTo("two");

        here.one.hangUp(session);
        time.advance(LOOK);
        assertThat(there.host("one").state()).isEqualTo(State.UP);
        assertThat(there.one.publish("bob")).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void whatADeadNodeCarriedIsForgotten() {
        here.one.publish("alice");
        time.advance(LOOK);
        assertThat(there.host("one").streams()).isEqualTo(1);
        here.byOne.cut = true;
        here.byTwo.cut = true;
        time.advance(LOOK.multipliedBy(3));
        assertThat(there.host("one").streams()).isEqualTo(1);
        time.advance(LOOK.multipliedBy(3));
        assertThat(there.host("one").streams()).isZero();
    }

    @Test
    void aHostIsDrainedOnAllNodesByTheLastWord() {
        there.one.publish("alice");
        time.advance(LOOK);
        assertThat(here.fleet().drain("one").state()).isEqualTo(State.DRAINING);
        time.advance(Duration.ZERO);
        assertThat(there.host("one").state()).isEqualTo(State.DRAINING);
        assertThat(there.one.publish("bob")).isInstanceOf(Admission.Refused.class);

        time.advance(Duration.ofSeconds(1));
        there.fleet().undrain("one");
        time.advance(Duration.ZERO);
        assertThat(here.host("one").drain()).isNull();
        assertThat(here.host("one").state()).isEqualTo(State.FULL);
        time.advance(LOOK.multipliedBy(2));
        assertThat(here.host("one").drain()).isNull();
        assertThat(there.host("one").drain()).isNull();
    }

    @Test
    void eachNodeStopsWhatItHasAtTheDeadline() {
        there.one.publish("alice");
        here.fleet().drain("one", Duration.ofMinutes(5));
        time.advance(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(there.authority.stopped).isEmpty();
        time.advance(Duration.ofSeconds(1));
        assertThat(there.authority.stopped).hasSize(1);
        assertThat(there.one.sessions()).isEmpty();
        time.advance(LOOK);
        assertThat(here.host("one").state()).isEqualTo(State.DRAINED);
    }

    @Test
    void aNodeThatComesLaterLearnsWhatIsDrained() {
        here.fleet().drain("two");
        there.fleet().close();
        var later = new Node();
        Way.between(here.byOne, later.byOne);
        Way.between(here.byTwo, later.byTwo);
        later.open();
        assertThat(later.host("two").state()).isEqualTo(State.UP);
        time.advance(LOOK);
        assertThat(later.host("two").state()).isEqualTo(State.DRAINED);
        assertThat(here.host("two").state()).isEqualTo(State.DRAINED);
        later.fleet().close();
    }

    @Test
    void whereSomebodyPublishesIsTheirPlaceOnAllNodes() {
        there.two.publish("alice");
        time.advance(Duration.ZERO);
        assertThat(here.fleet().place(UserId.of("alice")).host()).isEqualTo("two");
    }

    @Test
    void hostsForSeveralNodesAndForOneDoNotGoTogether() {
        assertThatThrownBy(() -> RelayFleet.builder()
                        .host("one", with(InMemoryRelay.at("one.test"), new Way()), ROOM)
                        .host("two", with(InMemoryRelay.at("two.test"), null), ROOM)
                        .time(time)
                        .scheduler(time)
                        .executor(Runnable::run)
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "Of the relay hosts one and two, one is for several nodes of the application"
                                                + " and the other is not; give all hosts of a fleet the same number of"
                                                + " nodes."));
    }
}
