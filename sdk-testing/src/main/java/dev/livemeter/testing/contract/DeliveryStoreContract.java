package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.Lane;
import dev.livemeter.session.LiveSpan;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.spi.DeliveryStore;
import dev.livemeter.spi.Storage;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link DeliveryStore} keeps: the rules of {@code docs/contracts/delivery-store.md}. Extend it, supply a storage, inherit the tests. */
@Timeout(180)
public abstract class DeliveryStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final SessionId FIRST = new SessionId("session-1");
    private static final SessionId SECOND = new SessionId("session-2");
    private static final DeliveryRecord LIVE = new DeliveryRecord(
            new DestinationId("d2"),
            "twitch",
            "Twitch, 'mine' \u4e2d\u6587",
            NOON.plusMillis(1_234),
            Duration.ofMillis(3_723_456),
            3,
            "The server closed the connection.",
            false,
            9_000_000_000L,
            List.of(
                    new LiveSpan(NOON.plusMillis(1_234), NOON.plusMillis(3_600_001)),
                    new LiveSpan(NOON.plusMillis(3_700_000), NOON.plusMillis(3_824_689))));
    private static final DeliveryRecord NEVER_LIVE =
            new DeliveryRecord(new DestinationId("d1"), "custom", "Mine", null, Duration.ZERO, 0, null, true, 0);

    private DeliveryStore store;

    /** For subclasses. */
    protected DeliveryStoreContract() {}

    /** An empty storage. Called before each test. */
    protected abstract Storage create();

    @BeforeEach
    void start() {
        var storage = create();
        storage.sessions().insert(session(FIRST));
        storage.sessions().insert(session(SECOND));
        store = storage.deliveries();
    }

    private static Session session(SessionId id) {
        var metering = Metering.start(
                Tariff.perMinute("USD", "0.10"), RatingBasis.startingAt(NOON, ZoneOffset.UTC, 1, Duration.ZERO));
        return new Session(
                id,
                new SessionTerms(Lane.RELAY, UserId.of("alice"), null, "", null, List.of()),
                SessionState.AUTHORIZED,
                NOON,
                null,
                NOON,
                null,
                metering,
                Money.of("USD", "10.00"),
                null,
                null,
                new NodeId("node-1"),
                0);
    }

    @Test
    @Rule("DLV-01")
    void recordsComeBackWholeAndInTheirOrder() {
        store.save(FIRST, List.of(LIVE, NEVER_LIVE));
        store.save(SECOND, List.of(NEVER_LIVE));
        assertThat(store.of(List.of(FIRST, SECOND)))
                .isEqualTo(Map.of(FIRST, List.of(LIVE, NEVER_LIVE), SECOND, List.of(NEVER_LIVE)));
    }

    @Test
    @Rule("DLV-02")
    void laterRecordsStandInPlaceOfEarlierOnes() {
        store.save(FIRST, List.of(LIVE, NEVER_LIVE));
        store.save(FIRST, List.of(NEVER_LIVE));
        store.save(FIRST, List.of(NEVER_LIVE));
        assertThat(store.of(List.of(FIRST))).isEqualTo(Map.of(FIRST, List.of(NEVER_LIVE)));
    }

    @Test
    @Rule("DLV-03")
    void aSessionWithoutRecordsIsLeftOut() {
        store.save(FIRST, List.of(LIVE));
        assertThat(store.of(List.of(FIRST, SECOND, new SessionId("session-unknown"))))
                .containsOnlyKeys(FIRST);
        assertThat(store.of(List.of())).isEmpty();
        store.save(FIRST, List.of());
        assertThat(store.of(List.of(FIRST))).isEmpty();
    }

    @Test
    @Rule("DLV-04")
    void recordsOfAnUnknownSessionAreRefused() {
        assertThatThrownBy(() -> store.save(new SessionId("session-unknown"), List.of(LIVE)))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("There is no session session-unknown; store it before how its destinations fared.")
                .extracting(thrown -> ((LivemeterException) thrown).code())
                .isEqualTo("store.unknown_session");
    }
}
