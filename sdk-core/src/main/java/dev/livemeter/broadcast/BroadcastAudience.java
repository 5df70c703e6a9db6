package dev.livemeter.broadcast;

/** Hears which broadcasts people can see. Returns at once, throws nothing. */
public interface BroadcastAudience {

    /** People can see it; told again and again as long as they can. */
    void visible(BroadcastTerms terms, BroadcastRef broadcast);

    /** The stream does not go there any more. Idempotent; told of broadcasts that were never visible as well. */
    void gone(BroadcastTerms terms);

    /** Nobody. */
    static BroadcastAudience nobody() {
        return new BroadcastAudience() {
            @Override
            public void visible(BroadcastTerms terms, BroadcastRef broadcast) {}

            @Override
            public void gone(BroadcastTerms terms) {}
        };
    }
}
