package dev.livemeter.billing;

import dev.livemeter.wallet.TransferId;
import java.time.Instant;

/**
 * A message from outside that was taken in: the delivery of a webhook, say. The same delivery with other content is a fraud or a fault.
 *
 * @param id the sender's name for the message, with the sender: {@code stripe/evt_123}; 1 to 200 printable ASCII characters without blanks
 * @param content what was sent, as a hash
 * @param transfer the entry that the business object stands for
 * @param at when it was first taken in, to the microsecond
 */
public record Delivery(String id, Fingerprint content, TransferId transfer, Instant at) {}
