package dev.livemeter.wallet;

/**
 * The caller's own name for a movement of money, and the key of its idempotency: whatever is asked under one id happens at most
 * once. For a purchase, name the business object ({@code order-1001}), not the delivery that reports it.
 *
 * @param value 1 to 200 printable ASCII characters without blanks
 */
public record TransferId(String value) {

    public TransferId {
        CallerMadeId.require("transfer", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
