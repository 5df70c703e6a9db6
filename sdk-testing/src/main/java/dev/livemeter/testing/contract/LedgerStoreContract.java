package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.StoredEntry;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link dev.livemeter.billing.LedgerStore} keeps: the rules of {@code docs/contracts/ledger-store.md}. Extend it, supply a store, inherit the tests. A store
 * that keeps them under {@link dev.livemeter.billing.LedgerWallet} makes a wallet that keeps {@link WalletContract}; run both.
 */
@Timeout(180)
public abstract class LedgerStoreContract extends LedgerStoreBalanceRules {

    /** For subclasses. */
    protected LedgerStoreContract() {}

    @Nested
    class Transacting {

        @Test
        @Rule("LST-01")
        void keepsNothingOfAUnitThatThrows() {
            var surprise = new IllegalStateException("surprise");

            assertThatThrownBy(() -> write(books -> {
                        open(books, UserId.of("carol"));
                        books.save(List.of(wallet(ALICE, 500, 100)));
                        books.place(List.of(hold("h1", ALICE, 100, NOON)));
                        books.append(List.of(credit("e1", ALICE, 500)));
                        throw surprise;
                    }))
                    .isSameAs(surprise);

            store.read(books -> {
                assertThat(books.wallet(UserId.of("carol"))).isEmpty();
                assertThat(books.wallet(ALICE)).contains(wallet(ALICE, 0, 0));
                assertThat(books.hold(new HoldId("h1"))).isEmpty();
                assertThat(books.entry(new TransferId("e1"))).isEmpty();
                assertThat(books.entriesOf(AccountId.wallet(ALICE), 10, null)).isEmpty();
                return ALICE;
            });
        }

        @Test
        @Rule("LST-02")
        void seesItsOwnWrites() {
            write(books -> {
                books.save(List.of(wallet(ALICE, 500, 100)));
                books.place(List.of(hold("h1", ALICE, 100, NOON)));
                books.append(List.of(credit("e1", ALICE, 500)));

                assertThat(books.lock(ALICE)).contains(wallet(ALICE, 500, 100));
                assertThat(books.dueHolds(List.of(ALICE), NOON)).containsExactly(hold("h1", ALICE, 100, NOON));
                assertThat(books.entry(new TransferId("e1"))).contains(credit("e1", ALICE, 500));
            });
        }

        @Test
        @Rule("LST-03")
        void letsUnitsOfOneWalletTakeTurns() {
            Race.of(
                    16,
                    number -> store.transact(books -> {
                        var account = books.lock(ALICE).orElseThrow();
                        books.save(List.of(wallet(ALICE, account.posted().micros() + 1, 0)));
                        return number;
                    }));

            assertThat(balance(ALICE)).isEqualTo(16);
        }

        @Test
        @Rule("LST-04")
        void endsWhenUnitsLockTheSameWalletsInAnotherOrder() {
            write(books -> books.save(List.of(wallet(ALICE, 1_000, 0), wallet(BOB, 1_000, 0))));

            Race.of(
                    16,
                    number -> store.transact(books -> {
                        var pair = number % 2 == 0 ? List.of(ALICE, BOB) : List.of(BOB, ALICE);
                        var locked = books.lock(pair);
                        assertThat(locked).containsOnlyKeys(ALICE, BOB);
                        for (var owner : pair) {
                            var change = owner.equals(pair.get(0)) ? -1 : 1;
                            var posted = locked.getOrDefault(owner, wallet(owner, 0, 0))
                                    .posted();
                            books.save(List.of(wallet(owner, posted.micros() + change, 0)));
                        }
                        return number;
                    }));

            assertThat(balance(ALICE)).isEqualTo(1_000);
            assertThat(balance(BOB)).isEqualTo(1_000);
        }

        @Test
        @Rule("LST-05")
        void runsAUnitAgainThatLostTheRaceForAnId() {
            var appended = new AtomicInteger();
            var ids = Race.of(
                    16,
                    number -> store.transact(books -> {
                        // Each locks another wallet, so that nothing but the id stands between them.
                        var owner = UserId.of("owner-" + number);
                        open(books, owner);
                        var known = books.entry(new TransferId("e1"));
                        if (known.isPresent()) {
                            return known.get().transfer().owner();
                        }
                        books.append(List.of(credit("e1", owner, 1)));
                        appended.incrementAndGet();
                        return owner;
                    }));

            assertThat(Set.copyOf(ids)).hasSize(1);
            assertThat(appended.get()).isPositive();
            assertThat(page(AccountId.outside(USD), 100, null)).hasSize(1);
        }

        @Test
        @Rule("LST-05")
        void runsAUnitAgainThatLostTheRaceToOpenAnAccount() {
            var carol = UserId.of("carol");

            Race.of(
                    16,
                    number -> store.transact(books -> {
                        var account = books.lock(carol).orElseGet(() -> open(books, carol));
                        books.save(List.of(wallet(carol, account.posted().micros() + 1, 0)));
                        return number;
                    }));

            assertThat(balance(carol)).isEqualTo(16);
        }
    }

    @Nested
    class Reading {

        @Test
        @Rule("LST-06")
        void looksAtOneMomentWhileOthersWrite() {
            write(books -> books.save(List.of(wallet(ALICE, 1_000, 0), wallet(BOB, 1_000, 0))));

            var sums = Race.of(8, number -> {
                var seen = new ArrayList<Long>();
                for (var i = 0; i < 25; i++) {
                    if (number % 2 == 0) {
                        write(books -> {
                            var locked = books.lock(List.of(ALICE, BOB));
                            for (var account : locked.values()) {
                                var change = account.owner().equals(ALICE) ? -1 : 1;
                                books.save(List.of(
                                        wallet(account.owner(), account.posted().micros() + change, 0)));
                            }
                        });
                    } else {
                        seen.add(store.read(books -> {
                            var alice =
                                    books.wallet(ALICE).orElseThrow().posted().micros();
                            return alice
                                    + books.wallet(BOB).orElseThrow().posted().micros();
                        }));
                    }
                }
                return seen;
            });

            assertThat(sums.stream().flatMap(List::stream)).hasSize(100).containsOnly(2_000L);
        }

        @Test
        @Rule("LST-07")
        void leavesOutWhatIsNotKnown() {
            store.read(books -> {
                var nobody = UserId.of("nobody");
                assertThat(books.wallets(List.of(nobody, ALICE))).containsOnlyKeys(ALICE);
                assertThat(books.entries(List.of(new TransferId("none")))).isEmpty();
                assertThat(books.holds(List.of(new HoldId("none")))).isEmpty();
                assertThat(books.wallets(List.of())).isEmpty();
                assertThat(books.entries(List.of())).isEmpty();
                assertThat(books.holds(List.of())).isEmpty();
                assertThat(books.dueHolds(List.of(), NOON)).isEmpty();
                assertThat(books.entriesOf(AccountId.wallet(nobody), 10, null)).isEmpty();
                return ALICE;
            });
        }

        @Test
        @Rule("LST-08")
        void showsTheEntriesOfAnAccountNewestFirstInPages() {
            for (var i = 1; i <= 5; i++) {
                var id = "e" + i;
                write(books -> {
                    books.append(List.of(credit(id, ALICE, 1)));
                    books.append(List.of(credit(id + "-bob", BOB, 1)));
                });
            }

            var alice = AccountId.wallet(ALICE);
            assertThat(page(alice, 2, null)).containsExactly("e5", "e4");
            assertThat(page(alice, 2, "e4")).containsExactly("e3", "e2");
            assertThat(page(alice, 2, "e2")).containsExactly("e1");
            assertThat(page(alice, 2, "e1")).isEmpty();
            assertThat(page(alice, 2, "unknown")).isEmpty();
            assertThat(page(AccountId.outside(USD), 3, null)).containsExactly("e5-bob", "e5", "e4-bob");
        }

        @Test
        @Rule("LST-09")
        void findsTheHoldsWhoseTimeIsOver() {
            var captured = new Hold(
                    new HoldId("captured"), ALICE, usd(10), usd(10), Hold.State.CAPTURED, NOON.minusSeconds(5));
            write(books -> {
                books.place(List.of(
                        hold("past", ALICE, 10, NOON.minusSeconds(1)),
                        hold("now", ALICE, 10, NOON),
                        hold("later", ALICE, 10, NOON.plusNanos(1_000)),
                        hold("bobs", BOB, 10, NOON),
                        new BookedHold(captured, FINGERPRINT)));
            });

            store.read(books -> {
                assertThat(books.dueHolds(List.of(ALICE), NOON))
                        .extracting(booked -> booked.hold().id().value())
                        .containsExactlyInAnyOrder("past", "now");
                assertThat(books.dueHolds(List.of(ALICE, BOB), NOON)).hasSize(3);
                assertThat(books.holdsAndDue(List.of(new HoldId("later"), new HoldId("none")), List.of(ALICE), NOON))
                        .extracting(booked -> booked.hold().id().value())
                        .containsExactlyInAnyOrder("past", "now", "later");
                assertThat(books.holdsAndDue(List.of(), List.of(BOB), NOON)).hasSize(1);
                assertThat(books.holdsAndDue(List.of(new HoldId("bobs")), List.of(), NOON))
                        .hasSize(1);
                assertThat(books.ownersOfDueHolds(NOON, 10)).containsExactlyInAnyOrder(ALICE, BOB);
                assertThat(books.ownersOfDueHolds(NOON, 1)).hasSize(1);
                assertThat(books.ownersOfDueHolds(NOON.minusSeconds(2), 10)).isEmpty();
                return ALICE;
            });
        }

        /** Whoever waits for a lock may wait for minutes. */
        @Test
        @Rule("LST-09")
        void beginsWithTheHoldsThatAreDueWhenItHasItsLocks() {
            var placed = List.of(
                    hold("past", ALICE, 10, NOON.plusSeconds(50)),
                    hold("soon", ALICE, 10, NOON.plusSeconds(150)),
                    hold("later", ALICE, 10, NOON.plusSeconds(180)));
            write(books -> books.place(placed));
            var clock = new AtomicReference<>(NOON);

            var start = store.transact(books -> books.begin(
                    List.of(ALICE),
                    List.of(),
                    List.of(),
                    List.of(new HoldId("none")),
                    () -> clock.updateAndGet(now -> now.plusSeconds(100))));

            assertThat(start.now()).isEqualTo(clock.get());
            assertThat(start.wallets()).containsOnlyKeys(ALICE);
            assertThat(start.holds())
                    .containsAll(placed.stream()
                            .filter(booked -> !booked.hold().expiresAt().isAfter(start.now()))
                            .toList());
        }

        @Test
        @Rule("LST-10")
        void showsEverythingAndEntriesInTheOrderOfBooking() {
            write(books -> {
                books.append(List.of(credit("e2", ALICE, 7), credit("e1", ALICE, 8)));
                books.append(List.of(credit("e3", BOB, 9)));
                books.place(List.of(hold("h1", ALICE, 10, NOON), hold("h2", BOB, 10, NOON)));
            });

            store.read(books -> {
                var wallets = new ArrayList<WalletAccount>();
                books.eachWallet(wallets::add);
                assertThat(wallets).containsExactlyInAnyOrder(wallet(ALICE, 0, 0), wallet(BOB, 0, 0));
                var holds = new ArrayList<BookedHold>();
                books.eachHold(holds::add);
                assertThat(holds).containsExactlyInAnyOrder(hold("h1", ALICE, 10, NOON), hold("h2", BOB, 10, NOON));
                var entries = new ArrayList<StoredEntry>();
                books.eachEntry(entries::add);
                assertThat(entries).extracting(entry -> entry.id().value()).containsExactly("e2", "e1", "e3");
                var first = credit("e2", ALICE, 7);
                assertThat(entries.get(0)).isEqualTo(StoredEntry.of(first));
                return ALICE;
            });
        }
    }

    @Nested
    class Writing {

        @Test
        @Rule("LST-11")
        void givesAnEntryBackAsItWasBooked() {
            var entry = new JournalEntry(
                    new TransferId("session/capture-1"),
                    EntryKind.CAPTURE,
                    NOON,
                    NOON.minusSeconds(9),
                    new Subject("session/s1"),
                    "Zwölf Minuten; 'quoted' \\ \u00e9\u4e2d ".repeat(50),
                    FINGERPRINT,
                    new HoldId("h1"),
                    new TransferId("e0"),
                    new WalletBalance(ALICE, usd(Long.MAX_VALUE), usd(3)),
                    List.of(
                            new Posting(AccountId.wallet(ALICE), AccountId.revenue(USD), usd(Long.MAX_VALUE - 1)),
                            new Posting(AccountId.wallet(ALICE), AccountId.outside(USD), usd(1))));
            write(books -> {
                books.append(List.of(credit("e0", ALICE, 1)));
                books.place(List.of(hold("h1", ALICE, 10, NOON)));
                books.append(List.of(entry));
            });

            assertThat(store.<JournalEntry>read(books -> books.entry(entry.id()).orElseThrow()))
                    .isEqualTo(entry);
        }

        @Test
        @Rule("LST-12")
        void givesAHoldBackAsItWasLastWritten() {
            var placed = hold("h1", ALICE, 1_000, NOON);
            write(books -> books.place(List.of(placed)));
            assertThat(found("h1")).isEqualTo(placed);

            var raised = hold("h1", ALICE, Long.MAX_VALUE, Instant.parse("9999-12-31T00:00:00Z"));
            write(books -> books.update(List.of(raised)));
            assertThat(found("h1")).isEqualTo(raised);

            var hold = raised.hold();
            var moved = new BookedHold(
                    new Hold(hold.id(), ALICE, hold.amount(), usd(5), Hold.State.EXPIRED, hold.expiresAt()),
                    FINGERPRINT);
            write(books -> books.update(List.of(moved)));
            assertThat(found("h1")).isEqualTo(moved);
        }

        @Test
        @Rule("LST-13")
        void opensAWalletEmptyAndOnce() {
            var carol = UserId.of("carol");
            write(books -> assertThat(open(books, carol)).isEqualTo(wallet(carol, 0, 0)));
            write(books -> {
                assertThat(books.lock(carol)).contains(wallet(carol, 0, 0));
                books.save(List.of(wallet(carol, 500, 100)));
            });

            refused(books -> open(books, carol));

            assertThat(store.<WalletAccount>read(books -> books.wallet(carol).orElseThrow()))
                    .isEqualTo(wallet(carol, 500, 100));
        }

        @Test
        @Rule("LST-14")
        void refusesAWalletBelowZero() {
            refused(books -> books.save(List.of(wallet(ALICE, -1, 0))));
            refused(books -> books.save(List.of(wallet(ALICE, 1, -1))));
            refused(books -> books.save(List.of(wallet(ALICE, 1, 2))));
            write(books -> books.save(List.of(wallet(ALICE, 1, 1))));
        }

        @Test
        @Rule("LST-15")
        void refusesWhatRefersToNothing() {
            var nobody = UserId.of("nobody");
            refused(books -> books.save(List.of(wallet(nobody, 1, 0))));
            refused(books -> books.place(List.of(hold("h1", nobody, 1, NOON))));
            refused(books -> books.update(List.of(hold("h1", ALICE, 1, NOON))));
            refused(books -> books.append(List.of(credit("e1", nobody, 1))));
            var entry = credit("e1", ALICE, 1);
            refused(books -> books.append(List.of(new JournalEntry(
                    entry.id(),
                    entry.kind(),
                    entry.at(),
                    entry.valueAt(),
                    entry.subject(),
                    "",
                    FINGERPRINT,
                    new HoldId("nowhere"),
                    null,
                    entry.after(),
                    entry.postings()))));
            refused(books -> books.append(List.of(new JournalEntry(
                    entry.id(),
                    entry.kind(),
                    entry.at(),
                    entry.valueAt(),
                    entry.subject(),
                    "",
                    FINGERPRINT,
                    null,
                    new TransferId("nowhere"),
                    entry.after(),
                    entry.postings()))));
        }

        @Test
        @Rule("LST-16")
        void refusesAnotherCurrencyThanTheAccounts() {
            var euros = Money.ofMicros("EUR", 1);
            refused(books -> books.save(List.of(new WalletAccount(ALICE, euros, Money.zero(euros.currency())))));
            refused(books -> books.append(List.of(new JournalEntry(
                    new TransferId("e1"),
                    EntryKind.CREDIT,
                    NOON,
                    NOON,
                    new Subject("e1"),
                    "",
                    FINGERPRINT,
                    null,
                    null,
                    new WalletBalance(ALICE, usd(0), usd(0)),
                    List.of(new Posting(AccountId.outside(USD), AccountId.wallet(ALICE), euros))))));
        }

        @Test
        @Rule("LST-17")
        void refusesAnIdTwice() {
            write(books -> {
                books.append(List.of(credit("e1", ALICE, 1)));
                books.place(List.of(hold("h1", ALICE, 1, NOON)));
            });

            refused(books -> books.append(List.of(credit("e1", ALICE, 1))));
            refused(books -> books.place(List.of(hold("h1", BOB, 1, NOON))));
            assertThat(page(AccountId.wallet(ALICE), 10, null)).containsExactly("e1");
        }
    }
}
