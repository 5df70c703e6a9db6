package dev.livemeter.relay.nginx;

/** Leave to watch a stream, once: nobody but our own look is ever let in as a player. Prints no ticket. Thread-safe. */
final class LookTickets {

    /** The argument behind the name of the stream that holds a ticket. */
    static final String ARGUMENT = "look";

    private final Tickets<Answer> tickets = new Tickets<>();

    /** A new one for that stream; an earlier one is worth nothing any more. */
    String issue(String stream) {
        return tickets.issue(stream, Answer.GO);
    }

    /** Takes a ticket for that stream; a right one is good once. */
    boolean redeem(String stream, String given) {
        return tickets.redeem(stream, given).isPresent();
    }

    /** That one is not needed any more. */
    void withdraw(String stream, String ticket) {
        tickets.withdraw(stream, ticket);
    }

    @Override
    public String toString() {
        return "LookTickets[" + tickets.size() + "]";
    }
}
