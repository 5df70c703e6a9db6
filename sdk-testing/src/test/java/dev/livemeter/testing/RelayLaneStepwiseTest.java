package dev.livemeter.testing;

/** The relay lane on a wallet that knows nothing of the sessions. */
final class RelayLaneStepwiseTest extends RelayLaneTest {

    RelayLaneStepwiseTest() {
        super(Stage.Settling.STEPWISE);
    }
}
