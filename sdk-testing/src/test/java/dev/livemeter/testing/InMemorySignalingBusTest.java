package dev.livemeter.testing;

import dev.livemeter.spi.SignalingBus;
import dev.livemeter.spi.SignalingBus.Member;
import dev.livemeter.testing.contract.SignalingBusContract;

/** The bus of one process keeps the rules. */
class InMemorySignalingBusTest extends SignalingBusContract {

    private final InMemorySignalingBus bus = InMemorySignalingBus.create();

    @Override
    protected SignalingBus bus() {
        return bus;
    }

    @Override
    protected void kill(Member member) {
        bus.lose(member.node());
    }

    @Override
    protected void forgetEverything() {
        bus.forgetEverything();
    }
}
