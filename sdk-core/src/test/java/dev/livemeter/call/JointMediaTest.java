package dev.livemeter.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.call.JointMedia.Finding.Confirmed;
import dev.livemeter.call.JointMedia.Finding.Lapsed;
import dev.livemeter.call.JointMedia.Finding.Nothing;
import dev.livemeter.call.JointMedia.Finding.Resumed;
import dev.livemeter.call.JointMedia.Finding.Started;
import dev.livemeter.call.JointMedia.Finding.TornApart;
import dev.livemeter.call.JointMedia.Side;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Moments are in seconds; eight of silence end a call, twenty without media, and the picture is shown for three after a word. */
class JointMediaTest {

    private static final long SECOND = 1_000_000_000L;

    private final JointMedia media =
            new JointMedia(Duration.ofSeconds(8), Duration.ofSeconds(3), Duration.ofSeconds(20), seconds(0));
    private long number;

    private static long seconds(long at) {
        // Monotonic clocks may be negative, and pass zero.
        return at * SECOND - 5 * SECOND;
    }

    private JointMedia.Finding flows(Side side, long at) {
        return media.report(side, true, number++, seconds(at));
    }

    private JointMedia.Finding stalls(Side side, long at) {
        return media.report(side, false, number++, seconds(at));
    }

    @Test
    void itStartsWhenTheSecondOfTheTwoConfirms() {
        assertThat(flows(Side.PAYER, 3)).isEqualTo(new Nothing());
        assertThat(media.isHeard(Side.PAYER)).isTrue();
        assertThat(media.overAt()).isEqualTo(seconds(20));
        assertThat(flows(Side.PAYEE, 5)).isEqualTo(new Started());
        assertThat(media.isFlowing(seconds(5))).isTrue();
        assertThat(media.overAt()).isEqualTo(seconds(3 + 8));
    }

    @Test
    void anOldWordDoesNotStartIt() {
        flows(Side.PAYER, 3);
        assertThat(flows(Side.PAYEE, 11)).isEqualTo(new Nothing());
        assertThat(flows(Side.PAYER, 12)).isEqualTo(new Started());
    }

    @Test
    void whatIsConfirmedIsTheEarlierOfTheTwoLastWords() {
        flows(Side.PAYER, 0);
        flows(Side.PAYEE, 0);
        assertThat(flows(Side.PAYEE, 1)).isEqualTo(new Nothing());
        assertThat(flows(Side.PAYER, 2)).isEqualTo(new Confirmed(Duration.ofSeconds(1)));
        assertThat(flows(Side.PAYER, 3)).isEqualTo(new Nothing());
        assertThat(flows(Side.PAYEE, 3)).isEqualTo(new Confirmed(Duration.ZERO));
        assertThat(flows(Side.PAYEE, 5)).isEqualTo(new Nothing());
        assertThat(media.overAt()).isEqualTo(seconds(3 + 8));
        assertThat(media.silent()).isEqualTo(Side.PAYER);
        assertThat(media.confirmed()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void theSilenceOfOneSideTakesThePictureAwayAndWhatIsNotShownIsNotCharged() {
        flows(Side.PAYER, 0);
        flows(Side.PAYEE, 0);
        flows(Side.PAYEE, 2);
        assertThat(media.isFlowing(seconds(2))).isTrue();
        assertThat(media.isFlowing(seconds(3))).isFalse();
        flows(Side.PAYEE, 4);
        // Three seconds were shown, and the payer says now that they came; the two after them were withheld.
        assertThat(flows(Side.PAYER, 5)).isEqualTo(new Lapsed(Duration.ofSeconds(2), Duration.ofSeconds(2)));
        assertThat(media.isFlowing(seconds(5))).isTrue();
        assertThat(media.confirmed()).isEqualTo(Duration.ofSeconds(3));
        assertThat(media.unpaid(seconds(5))).isZero();
    }

    @Test
    void afterASilenceOfBothNothingIsConfirmedBeforeBothSpeak() {
        flows(Side.PAYER, 0);
        flows(Side.PAYEE, 0);
        assertThat(flows(Side.PAYER, 5)).isEqualTo(new Nothing());
        assertThat(media.isFlowing(seconds(5))).isFalse();
        assertThat(flows(Side.PAYEE, 6)).isEqualTo(new Lapsed(Duration.ofSeconds(3), Duration.ofSeconds(3)));
    }

    @Test
    void whatWasShownAndOneSideHasNotConfirmedYetCountsWithItsNextWord() {
        flows(Side.PAYER, 0);
        flows(Side.PAYEE, 2);
        // Three seconds after the payer's word, and before the payee said more.
        assertThat(flows(Side.PAYER, 4)).isEqualTo(new Lapsed(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThat(flows(Side.PAYEE, 4)).isEqualTo(new Confirmed(Duration.ZERO));
        assertThat(media.confirmed()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whoSaysAfterASilenceThatNothingCameIsNotChargedForIt() {
        flows(Side.PAYER, 0);
        flows(Side.PAYEE, 0);
        flows(Side.PAYEE, 4);
        stalls(Side.PAYER, 5);
        flows(Side.PAYEE, 6);
        assertThat(flows(Side.PAYER, 6)).isEqualTo(new Resumed(Duration.ofSeconds(6)));
        assertThat(media.unpaid(seconds(6))).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void whatThePayerSawAndDidNotConfirmEndsWithThePicture() {
        flows(Side.PAYER, 0);
        flows(Side.PAYEE, 0);
        flows(Side.PAYEE, 2);
        assertThat(media.unpaid(seconds(2))).isEqualTo(Duration.ofSeconds(2));
        assertThat(media.unpaid(seconds(7))).isEqualTo(Duration.ofSeconds(3));
        assertThat(media.confirmed()).isZero();
    }

    @Test
    void theSilenceOfThePayeeIsNotThePayersDebt() {
        flows(Side.PAYER, 0);
        flows(Side.PAYEE, 0);
        flows(Side.PAYER, 4);
        assertThat(media.unpaid(seconds(7))).isZero();
    }

    @Test
    void anInterruptionCountsFromTheLastJointWordUntilBothFlowAgain() {
        flows(Side.PAYER, 0);
        flows(Side.PAYEE, 0);
        flows(Side.PAYER, 2);
        flows(Side.PAYEE, 2);
        stalls(Side.PAYEE, 3);
        assertThat(media.isFlowing(seconds(3))).isFalse();
        assertThat(flows(Side.PAYER, 4)).isEqualTo(new Nothing());
        assertThat(flows(Side.PAYEE, 5)).isEqualTo(new Resumed(Duration.ofSeconds(3)));
        assertThat(flows(Side.PAYER, 6)).isEqualTo(new Nothing());
        assertThat(flows(Side.PAYEE, 6)).isEqualTo(new Confirmed(Duration.ZERO));
    }

    @Test
    void patienceWithInterruptionsIsUsedUpAndWonBackByTalk() {
        flows(Side.PAYER, 0);
        flows(Side.PAYEE, 0);
        for (var round = 0; round < 2; round++) {
            var at = round * 4L;
            stalls(Side.PAYER, at + 1);
            flows(Side.PAYEE, at + 3);
            assertThat(flows(Side.PAYER, at + 4)).isEqualTo(new Resumed(Duration.ofSeconds(4)));
        }
        // Eight seconds are used up; forty of talk win four back.
        for (var at = 9L; at <= 48; at++) {
            flows(Side.PAYEE, at);
            flows(Side.PAYER, at);
        }
        stalls(Side.PAYER, 49);
        flows(Side.PAYEE, 51);
        assertThat(flows(Side.PAYER, 52)).isEqualTo(new Resumed(Duration.ofSeconds(4)));
        stalls(Side.PAYER, 52);
        flows(Side.PAYEE, 53);
        assertThat(flows(Side.PAYER, 53)).isEqualTo(new TornApart(Side.PAYER));
    }

    @Test
    void aReportThatComesAgainOrLateIsIgnored() {
        media.report(Side.PAYER, true, 5, seconds(0));
        media.report(Side.PAYEE, true, 5, seconds(0));
        media.report(Side.PAYER, true, 5, seconds(3));
        media.report(Side.PAYER, true, 4, seconds(3));
        assertThat(media.overAt()).isEqualTo(seconds(8));
    }
}
