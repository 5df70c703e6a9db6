package dev.livemeter.signaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.call.AccessToken;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.money.Tariff;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemorySignalingTransport;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import dev.livemeter.testing.ManualTime;
import java.time.Duration;
import java.util.Currency;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose connection broke without a sign comes back with a new token at once, and nobody else by that. */
class RenewedTokenTest {

    private static final String ID_TAKEN = "{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}";

    private final ManualTime time = ManualTime.create();
    private final InMemorySignalingTransport transport = InMemorySignalingTransport.withQueueLimit(50);
    private final SignalingServer signaling = SignalingServer.builder()
            .time(time)
            .scheduler(time)
            .executor(Runnable::run)
            .build();
    private final Livemeter live = Livemeter.builder()
            .wallet(InMemoryBooks.create(time))
            .tariff(Tariff.perMinute("USD", "0.10"))
            .calls(CallPolicy.defaults(Currency.getInstance("USD")), signaling)
            .time(time)
            .scheduler(time)
            .executor(Runnable::run)
            .build();

    @BeforeEach
    void open() {
        transport.open(signaling);
    }

    @AfterEach
    void close() {
        live.close();
    }

    private Peer connect(AccessToken token) {
        return transport
                .connect(
                        "key=peerjs&id=" + token.peer() + "&token="
                                + token.value().reveal(),
                        "")
                .orElseThrow();
    }

    @Test
    void aRenewedTokenTakesTheIdOverAndTheOlderOneDoesNotTakeItBack() {
        var first = live.calls().token("alice", "");
        var broken = connect(first);
        assertThat(broken.read()).contains("{\"type\":\"OPEN\"}");
        time.advance(Duration.ofSeconds(1));
        var renewed = connect(live.calls().token("alice", ""));
        assertThat(renewed.read()).contains("{\"type\":\"OPEN\"}");
        assertThat(broken.read()).contains(ID_TAKEN);
        assertThat(live.calls().isPresent("alice")).isTrue();
        assertThat(connect(first).read()).contains(ID_TAKEN);
        assertThat(renewed.isConnected()).isTrue();
    }

    @Test
    void anotherDeviceOfTheSameUserIsAnotherClient() {
        var desk = connect(live.calls().token("alice", ""));
        time.advance(Duration.ofSeconds(1));
        var phone = connect(live.calls().token("alice", "phone"));
        assertThat(desk.read()).contains("{\"type\":\"OPEN\"}");
        assertThat(phone.read()).contains("{\"type\":\"OPEN\"}");
        assertThat(desk.isConnected()).isTrue();
    }
}
