package dev.livemeter.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.event.LiveEvent.ClientChanged;
import dev.livemeter.identity.UserId;
import dev.livemeter.peer.PeerId;
import dev.livemeter.spi.PeerAuthority.Departure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host hears of people's clients in signaling as it hears of everything else. */
final class ClientNewsTest {

    private final CallStage stage = new CallStage();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void whoseClientJoinsLeavesOrIsLostIsToldWithItsDevice() {
        assertThat(stage.peers.connect(stage.live.calls().token("carol", "phone")))
                .isNull();
        stage.peers.leave(PeerNames.of(UserId.of("carol"), "phone"), Departure.LOST);
        stage.comeIn("carol");
        stage.goes("carol", Departure.LEFT);
        stage.comeIn("carol");
        stage.goes("carol", Departure.DISMISSED);

        var told = stage.told(ClientChanged.class).stream()
                .filter(event -> event.user().equals(UserId.of("carol")))
                .toList();
        assertThat(told)
                .extracting(ClientChanged::code)
                .containsExactly(
                        "client_joined",
                        "client_lost",
                        "client_joined",
                        "client_left",
                        "client_joined",
                        "client_dismissed");
        assertThat(told)
                .extracting(ClientChanged::sentence)
                .contains(
                        "The client of carol on the device phone is connected.",
                        "The client of carol on the device phone lost its connection.",
                        "The client of carol left.");
        assertThat(told.get(0).at()).isEqualTo(stage.time.instant());
    }

    /** Signaling that lets in others than Livemeter's own names, as one that was made by the host. */
    @Test
    void aClientThatIsNobodysIsNotTold() {
        var before = stage.told(ClientChanged.class).size();
        stage.live.calls().authority().joined(PeerId.of("Zx"));
        stage.live.calls().authority().left(PeerId.of("Zx"), Departure.LOST);
        assertThat(stage.told(ClientChanged.class)).hasSize(before);
    }
}
