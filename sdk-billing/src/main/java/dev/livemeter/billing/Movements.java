package dev.livemeter.billing;

import dev.livemeter.money.Money;
import java.time.LocalDate;

/**
 * What the books took in and gave out on a day, of one kind of entry.
 *
 * @param day in UTC
 * @param entries how many
 * @param amount what they moved in all
 * @param revenue what the operator's revenue grew by; negative where it shrank
 */
public record Movements(LocalDate day, EntryKind kind, long entries, Money amount, Money revenue) {}
