package dev.livemeter.session;

import org.jspecify.annotations.Nullable;

/** What the payer of one session has left: when it is read, and when it is told to be low. Used under the session's lock. */
final class BalanceWatch {

    private final SessionPolicy policy;
    private final SessionAccount account;
    private final SessionStory story;
    private final MeterClock clock;
    private final SessionSchedule schedule;

    /** Whether it is to be read with the next request. */
    private boolean asks = true;

    BalanceWatch(
            SessionPolicy policy,
            SessionAccount account,
            SessionStory story,
            MeterClock clock,
            SessionSchedule schedule) {
        this.policy = policy;
        this.account = account;
        this.story = story;
        this.clock = clock;
        this.schedule = schedule;
    }

    /** Something was paid in. */
    void paidIn() {
        asks = true;
    }

    /** That update, which reads the balance only where it has to be known. */
    @Nullable
    SettleRequest reading(@Nullable SettleRequest update) {
        // Captures and renewals tell what is left; between them it is read where a warning stands that a payment may
        // lift.
        var reads = asks || story.isLow() || story.isFinalUnit();
        return update == null || reads ? update : update.withoutBalance();
    }

    /**
     * A request was answered.
     *
     * @param askedAgain whether something else is to be asked for already
     */
    void answered(SettleRequest request, boolean askedAgain) {
        // While another look waits, something may have been paid in after that was read.
        asks = (asks && askedAgain) || (!request.tellsBalance() && (asks || isLow()));
    }

    private boolean isLow() {
        return account.left(clock.elapsed()).isLessThan(policy.lowBalanceBelow());
    }

    /** Tells what is left where that is low now and was not before. */
    void warn() {
        // Nobody is warned of a balance that another payment may have raised; it is read first.
        if (account.isLive() && !asks) {
            story.left(account.left(clock.elapsed()), () -> schedule.timeLeft(account.lasts()));
        }
    }
}
