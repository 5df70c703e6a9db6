package dev.livemeter.testing;

/** The relay lane on a wallet that settles the sessions with its books, in one transaction. */
final class RelayLaneTogetherTest extends RelayLaneTest {

    RelayLaneTogetherTest() {
        super(Stage.Settling.TOGETHER);
    }
}
