package dev.livemeter.moderation;

import java.util.function.Function;

/** What came of an order to send somebody away, or to let them back. */
public sealed interface ModerationResult {

    /** It is done, on this node; on others within seconds. */
    record Done(Ban ban) implements ModerationResult {}

    /** It is not, and nothing was changed. */
    record Declined(Reason reason, String message) implements ModerationResult {}

    /** Why an order is declined. The first that fits is told. */
    enum Reason {
        /** The storage keeps no bans. */
        OFF,
        /** The one who orders may not. */
        NOT_ALLOWED,
        /** There is no such ban. */
        UNKNOWN,
        /** A broadcaster cannot be kept from the own rooms, and nobody can send themselves away. */
        ONESELF,
        /** The reason or the duration does not fit. */
        UNFIT,
        /** The ban is over: it ended, was lifted, or was a kick. */
        OVER
    }

    /** Goes one of two ways. */
    default <R> R fold(Function<Ban, R> done, Function<Declined, R> declined) {
        return this instanceof Done yes ? done.apply(yes.ban()) : declined.apply((Declined) this);
    }

    /**
     * The ban.
     *
     * @throws IllegalStateException with the sentence, if it was declined
     */
    default Ban orElseThrow() {
        return fold(ban -> ban, declined -> {
            throw new IllegalStateException(declined.message());
        });
    }
}
