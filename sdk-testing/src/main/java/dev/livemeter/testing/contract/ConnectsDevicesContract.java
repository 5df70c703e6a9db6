package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.ConnectsDevices.DevicePoll;
import dev.livemeter.spi.ConnectsDevices.DeviceStart;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every provider keeps that {@link ConnectsDevices}: the rules of {@code docs/contracts/connects-devices.md}. It keeps those of {@link ConnectsAccountsContract} besides. Extend it, supply the
 * provider and a platform to try it on, inherit the tests.
 */
@Timeout(180)
public abstract class ConnectsDevicesContract {

    /** For those who extend it. */
    protected ConnectsDevicesContract() {}

    /** The provider under test; the same one at each call within a test. */
    protected abstract ConnectsDevices provider();

    /** A person, always the same one, enters the code at the platform, and allows it. */
    protected abstract void enter(String userCode);

    /** Whether the platform takes the access token. */
    protected abstract boolean takes(Secret access);

    /** The platform cannot be reached, or cannot answer, from now on. */
    protected abstract void goAway();

    /** Lets as much time pass at the platform, where it minds how often it is asked. */
    protected void pass(Duration time) {}

    private DeviceStart.Started started() {
        return (DeviceStart.Started) provider().startDevice();
    }

    private DevicePoll poll(DeviceStart.Started started) {
        pass(started.interval());
        return provider().pollDevice(started.deviceCode());
    }

    private Connection.Connected connected(DeviceStart.Started started) {
        enter(started.userCode());
        return (Connection.Connected) ((DevicePoll.Done) poll(started)).connection();
    }

    private static void isRefused(DevicePoll answer, String code) {
        assertThat(((DevicePoll.Done) answer).connection())
                .isInstanceOfSatisfying(
                        Connection.Refused.class,
                        refused -> assertThat(refused.message())
                                .endsWith(".")
                                .contains(" ")
                                .doesNotContain(code));
    }

    @Test
    @Rule("CND-01")
    void tellsWhatAPersonNeeds() {
        var started = started();

        assertThat(started.userCode()).isNotBlank().hasSizeLessThanOrEqualTo(40);
        assertThat(started.page().getScheme()).isIn("https", "http");
        assertThat(started.interval()).isPositive();
        assertThat(started.expiresIn()).isGreaterThan(started.interval());
        assertThat(started.deviceCode().reveal()).isNotBlank().isNotEqualTo(started.userCode());
    }

    @Test
    @Rule("CND-02")
    void isPendingUntilSomebodyEntersIt() {
        var started = started();

        assertThat(poll(started)).isInstanceOf(DevicePoll.Pending.class);
        assertThat(poll(started)).isInstanceOf(DevicePoll.Pending.class);
    }

    @Test
    @Rule("CND-03")
    void connectsWhoEnteredIt() {
        var connected = connected(started());

        assertThat(connected.identity().id()).isNotBlank();
        assertThat(connected.identity().name()).isNotBlank();
        assertThat(takes(connected.tokens().access())).isTrue();
        var renewed = (Renewal.Renewed) provider().renew(connected.tokens());
        assertThat(takes(renewed.tokens().access())).isTrue();
        assertThat(provider().renew(renewed.tokens())).isInstanceOfSatisfying(Renewal.Renewed.class, again -> {
            provider().revoke(again.tokens());
            assertThat(takes(again.tokens().access())).isFalse();
        });
    }

    @Test
    @Rule("CND-04")
    void takesADeviceOnceAndNoneThatWasMadeUp() {
        var started = started();
        connected(started);

        isRefused(poll(started), started.deviceCode().reveal());
        isRefused(provider().pollDevice(Secret.of("made-up-secret")), "made-up-secret");
    }

    @Test
    @Rule("CND-05")
    void tellsDevicesApart() {
        var one = started();
        var other = started();
        assertThat(one.userCode()).isNotEqualTo(other.userCode());

        enter(other.userCode());

        assertThat(poll(one)).isInstanceOf(DevicePoll.Pending.class);
        assertThat(poll(other)).isInstanceOf(DevicePoll.Done.class);
    }

    @Test
    @Rule("CND-06")
    void tellsThatThePlatformIsAwayAndThrowsNothing() {
        var started = started();
        goAway();

        assertThat(provider().startDevice())
                .isInstanceOfSatisfying(
                        DeviceStart.Unavailable.class,
                        away -> assertThat(away.message()).endsWith("."));
        if (poll(started) instanceof DevicePoll.Done done) {
            assertThat(done.connection()).isInstanceOf(Connection.Unavailable.class);
        }
    }

    @Test
    @Rule("CND-07")
    void showsNoSecretWhenPrinted() {
        var started = started();
        assertThat(started.toString()).doesNotContain(started.deviceCode().reveal());
        var connected = connected(started);
        assertThat(connected.toString())
                .doesNotContain(connected.tokens().access().reveal());
        assertThat(provider().toString())
                .doesNotContain(connected.tokens().access().reveal());
    }
}
