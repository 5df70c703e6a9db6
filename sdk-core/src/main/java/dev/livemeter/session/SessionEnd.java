package dev.livemeter.session;

/** Why a session ended. */
public sealed interface SessionEnd {

    /** Stable, lower case, for programs and stores. */
    String code();

    /** A sentence for people. */
    String sentence();

    /** One who took part stopped: the publisher of a stream, either side of a call. */
    record HungUp() implements SessionEnd {
        @Override
        public String code() {
            return "hung_up";
        }

        @Override
        public String sentence() {
            return "It was ended in the ordinary way.";
        }
    }

    /** The money was used up. */
    record FundsExhausted() implements SessionEnd {
        @Override
        public String code() {
            return "funds_exhausted";
        }

        @Override
        public String sentence() {
            return "The balance was used up.";
        }
    }

    /**
     * A limit was reached.
     *
     * @param limit a few words for people, such as {@code 240 minutes}
     */
    record LimitReached(String limit) implements SessionEnd {
        @Override
        public String code() {
            return "limit_reached";
        }

        @Override
        public String sentence() {
            return "The limit of " + limit + " was reached.";
        }
    }

    /**
     * Somebody stopped it.
     *
     * @param by who, in a few words for people
     * @param reason a few words for people; may be empty
     */
    record Stopped(String by, String reason) implements SessionEnd {
        @Override
        public String code() {
            return "stopped";
        }

        @Override
        public String sentence() {
            return "Stopped by " + by + (reason.isEmpty() ? "." : ": " + reason + ".");
        }
    }

    /** The wallet or the store did not answer, and the policy ends sessions then. */
    record BillingUnavailable() implements SessionEnd {
        @Override
        public String code() {
            return "billing_unavailable";
        }

        @Override
        public String sentence() {
            return "The billing did not answer.";
        }
    }

    /**
     * It broke off: a crash, a relay or a client that went silent.
     *
     * @param what a few words for people
     */
    record Lost(String what) implements SessionEnd {
        @Override
        public String code() {
            return "lost";
        }

        @Override
        public String sentence() {
            return "It broke off: " + what + ".";
        }
    }

    /**
     * The other way of {@link #code()}, for stores.
     *
     * @param detail what the record of that code carries, as {@link #detail()} gave it
     */
    static SessionEnd of(String code, String detail) {
        return switch (code) {
            case "hung_up" -> new HungUp();
            case "funds_exhausted" -> new FundsExhausted();
            case "limit_reached" -> new LimitReached(detail);
            case "stopped" -> {
                var bar = detail.indexOf('|');
                yield bar < 0
                        ? new Stopped(detail, "")
                        : new Stopped(detail.substring(0, bar), detail.substring(bar + 1));
            }
            case "billing_unavailable" -> new BillingUnavailable();
            case "lost" -> new Lost(detail);
            default -> throw new IllegalArgumentException("There is no session end of the code '" + code + "'.");
        };
    }

    /** What the record carries besides its code, in one string for stores. */
    default String detail() {
        if (this instanceof LimitReached limit) {
            return limit.limit();
        }
        if (this instanceof Stopped stopped) {
            return stopped.by() + "|" + stopped.reason();
        }
        return this instanceof Lost lost ? lost.what() : "";
    }
}
