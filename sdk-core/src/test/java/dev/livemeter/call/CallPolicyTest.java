package dev.livemeter.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Share;
import dev.livemeter.secret.Secret;
import java.time.Duration;
import java.util.Currency;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallPolicyTest {

    private static final Currency USD = Currency.getInstance("USD");

    @Test
    void everyFaultIsToldTogether() {
        assertThatThrownBy(() -> CallPolicy.builder(USD)
                        .ringFor(Duration.ZERO)
                        .silence(Duration.ofSeconds(2))
                        .reconnectWithin(Duration.ofSeconds(-1))
                        .tokenKey(Secret.of("short"))
                        .largestRoom(0)
                        .build())
                .hasMessageContaining("Invitations wait PT0S; expected more than nothing.")
                .hasMessageContaining(
                        "A call ends after PT2S of silence, and clients report every PT1S; expected at least three reports in that time, as one may be lost.")
                .hasMessageContaining("Clients come back within PT-1S; that cannot be negative.")
                .hasMessageContaining("The key of the tokens has 5 characters; expected at least 32.")
                .hasMessageContaining("The largest room has 0 viewers; expected at least one.");
    }

    @Test
    void aBroadcasterMayHaveAShareOfTheirOwn() {
        var policy = CallPolicy.builder(USD)
                .share(Share.percent("60"))
                .shareOf(user -> user.value().equals("bob") ? Optional.of(Share.percent("80")) : Optional.empty())
                .build();
        assertThat(policy.shareFor(UserId.of("bob"))).isEqualTo(Share.percent("80"));
        assertThat(policy.shareFor(UserId.of("carol"))).isEqualTo(Share.percent("60"));
    }

    @Test
    void rulesOfMeetingAddUp() {
        var both = MeetingRule.none().and((viewer, broadcaster) -> Optional.of("No, " + viewer + "."));
        assertThat(both.objection(UserId.of("alice"), UserId.of("bob"))).contains("No, alice.");
        assertThat(MeetingRule.none().objection(UserId.of("alice"), UserId.of("bob")))
                .isEmpty();
    }
}
