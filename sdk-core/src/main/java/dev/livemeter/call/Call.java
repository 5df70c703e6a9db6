package dev.livemeter.call;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call as it is kept: who, when, how long, for how much. Immutable.
 *
 * @param caller the viewer, who pays
 * @param callee the broadcaster, who earns the share
 * @param callerPeer the client of the caller
 * @param calleePeer the client of the callee; null before it is accepted
 * @param tariffVersion which published tariff was accepted, such as {@code call/bob#3}; empty where it was given in code
 * @param share of the callee, fixed when the call was asked for
 * @param agreed how long it was agreed to last at most
 * @param acceptedAt null where it was not accepted
 * @param liveAt when both had confirmed media; null before
 * @param endedAt null before the end
 * @param session what is charged for it, and the reference of everything in the books; null before it is accepted
 * @param end why it is over; null before
 * @param talked how long is charged; final once it is over and settled
 * @param cost what the caller paid for it
 * @param earned what the callee has of that
 */
public record Call(
        CallId id,
        UserId caller,
        UserId callee,
        PeerId callerPeer,
        @Nullable PeerId calleePeer,
        CallState state,
        String tariffVersion,
        Share share,
        Duration agreed,
        Instant invitedAt,
        @Nullable Instant acceptedAt,
        @Nullable Instant liveAt,
        @Nullable Instant endedAt,
        @Nullable SessionId session,
        @Nullable CallEnd end,
        Duration talked,
        Money cost,
        Money earned) {

    /** Whether that user is one of the two. */
    public boolean isOf(UserId user) {
        return caller.equals(user) || callee.equals(user);
    }

    /** Whether it says what was charged: some time, or some money. */
    public boolean hasFigures() {
        return !talked.isZero() || !cost.isZero();
    }

    /** The one of the two who is not that user. */
    public UserId other(UserId user) {
        return caller.equals(user) ? callee : caller;
    }

    Call accepted(Instant now, SessionId charged, PeerId peer) {
        return new Call(
                id,
                caller,
                callee,
                callerPeer,
                peer,
                CallState.CONNECTING,
                tariffVersion,
                share,
                agreed,
                invitedAt,
                now,
                null,
                null,
                charged,
                null,
                talked,
                cost,
                earned);
    }

    Call live(Instant now) {
        return with(CallState.LIVE, agreed, now, null, null, talked, cost, earned);
    }

    Call agreed(Duration length) {
        return with(state, length, liveAt, endedAt, end, talked, cost, earned);
    }

    Call ended(Instant now, CallEnd why) {
        return with(CallState.ENDED, agreed, liveAt, now, why, talked, cost, earned);
    }

    Call settled(Duration length, Money charged, CallEnd why) {
        return with(CallState.ENDED, agreed, liveAt, endedAt, why, length, charged, share.of(charged));
    }

    private Call with(
            CallState next,
            Duration longest,
            @Nullable Instant live,
            @Nullable Instant ended,
            @Nullable CallEnd why,
            Duration length,
            Money paid,
            Money part) {
        return new Call(
                id,
                caller,
                callee,
                callerPeer,
                calleePeer,
                next,
                tariffVersion,
                share,
                longest,
                invitedAt,
                acceptedAt,
                live,
                ended,
                session,
                why,
                length,
                paid,
                part);
    }
}
