package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.Delivery;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.KeptBalance;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.Reversal;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.TransferId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The books as rows, and the other way. Entries and their postings are {@link EntryRows}. */
final class BookRows {

    static final String WALLET = wallet("");
    static final String HOLD = hold("");
    static final String BALANCE = "SELECT account, currency, posted_micros FROM livemeter_balance";
    static final String REVERSAL = "SELECT original, currency, amount_micros, reversed_micros FROM livemeter_reversal";
    static final String DELIVERY = "SELECT id, content, transfer, taken_at FROM livemeter_delivery";

    private BookRows() {}

    /** All of a wallet, and these columns. */
    static String wallet(String besides) {
        return "SELECT owner, currency, posted_micros, held_micros" + besides + " FROM livemeter_wallet";
    }

    /** All of a hold, and these columns. */
    static String hold(String besides) {
        return "SELECT id, owner, currency, amount_micros, captured_micros, state, expires_at, fingerprint" + besides
                + " FROM livemeter_hold";
    }

    static WalletAccount wallet(ResultSet row) throws SQLException {
        return new WalletAccount(
                UserId.of(row.getString("owner")), money(row, "posted_micros"), money(row, "held_micros"));
    }

    static BookedHold hold(ResultSet row) throws SQLException {
        var hold = new Hold(
                new HoldId(row.getString("id")),
                UserId.of(row.getString("owner")),
                money(row, "amount_micros"),
                money(row, "captured_micros"),
                Hold.State.valueOf(row.getString("state")),
                moment(row.getLong("expires_at")));
        return new BookedHold(hold, new Fingerprint(row.getString("fingerprint")));
    }

    static KeptBalance balance(ResultSet row) throws SQLException {
        return new KeptBalance(AccountId.parse(row.getString("account")), money(row, "posted_micros"));
    }

    static Reversal reversal(ResultSet row) throws SQLException {
        return new Reversal(
                new TransferId(row.getString("original")), money(row, "amount_micros"), money(row, "reversed_micros"));
    }

    static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(
                row.getString("id"),
                new Fingerprint(row.getString("content")),
                new TransferId(row.getString("transfer")),
                moment(row.getLong("taken_at")));
    }

    static Money money(ResultSet row, String column) throws SQLException {
        return Money.ofMicros(row.getString("currency"), row.getLong(column));
    }

    static String code(Money money) {
        return money.currency().getCurrencyCode();
    }

    /** Wallets to be changed. */
    static Rows<WalletAccount> changed(List<WalletAccount> wallets) {
        return Rows.of("livemeter_wallet", wallets)
                .key("owner", wallet -> wallet.owner().value())
                .key("currency", wallet -> code(wallet.posted()))
                .oftenTheSame()
                .number("posted_micros", wallet -> wallet.posted().micros())
                .number("held_micros", wallet -> wallet.held().micros());
    }

    /** Holds to be added. */
    static Rows<BookedHold> placed(List<BookedHold> holds) {
        return Rows.of("livemeter_hold", holds)
                .text("id", booked -> booked.hold().id().value())
                .text("owner", booked -> booked.hold().owner().value())
                .text("currency", booked -> code(booked.hold().amount()))
                .oftenTheSame()
                .number("amount_micros", booked -> booked.hold().amount().micros())
                .number("captured_micros", booked -> booked.hold().captured().micros())
                .text("state", booked -> booked.hold().state().name())
                .oftenTheSame()
                .number("expires_at", booked -> micros(booked.hold().expiresAt()))
                .text("fingerprint", booked -> booked.fingerprint().sha256());
    }

    /** Holds to be changed. */
    static Rows<BookedHold> resolved(List<BookedHold> holds) {
        return Rows.of("livemeter_hold", holds)
                .key("id", booked -> booked.hold().id().value())
                .number("amount_micros", booked -> booked.hold().amount().micros())
                .number("captured_micros", booked -> booked.hold().captured().micros())
                .text("state", booked -> booked.hold().state().name())
                .oftenTheSame()
                .number("expires_at", booked -> micros(booked.hold().expiresAt()));
    }

    /** The line that an entry carries in its own row, so that none can be there without one. The others follow as postings. */
    static Posting carried(JournalEntry entry) {
        return entry.postings().get(0);
    }

    /** Entries to be added, with what they {@linkplain #carried carry}, without their other postings. */
    static Rows<JournalEntry> booked(List<JournalEntry> entries) {
        return Rows.of("livemeter_entry", entries)
                .text("id", entry -> entry.id().value())
                .text("kind", entry -> entry.kind().name())
                .oftenTheSame()
                .number("booked_at", entry -> micros(entry.at()))
                .oftenTheSame()
                .number("value_at", entry -> micros(entry.valueAt()))
                .oftenTheSame()
                .text("subject", entry -> entry.subject().value())
                .text("memo", JournalEntry::memo)
                .oftenTheSame()
                .text("fingerprint", entry -> entry.fingerprint().sha256())
                .text(
                        "hold",
                        entry -> entry.hold() == null ? null : entry.hold().value())
                .text(
                        "reverses",
                        entry -> entry.reverses() == null
                                ? null
                                : entry.reverses().value())
                .oftenTheSame()
                .text(
                        "owner",
                        entry -> entry.after() == null
                                ? null
                                : entry.after().owner().value())
                .text("currency", entry -> code(carried(entry).amount()))
                .oftenTheSame()
                .numberOrNull(
                        "posted_after_micros",
                        entry -> entry.after() == null
                                ? null
                                : (Long) entry.after().posted().micros())
                .numberOrNull(
                        "held_after_micros",
                        entry -> entry.after() == null
                                ? null
                                : (Long) entry.after().held().micros())
                .text("source", entry -> carried(entry).source().toString())
                .text("destination", entry -> carried(entry).destination().toString())
                .oftenTheSame()
                .number("amount_micros", entry -> carried(entry).amount().micros());
    }

    /** Balances to be changed. */
    static Rows<KeptBalance> changedBalances(List<KeptBalance> balances) {
        return Rows.of("livemeter_balance", balances)
                .key("account", balance -> balance.account().toString())
                .number("posted_micros", balance -> balance.posted().micros());
    }

    /** Balances to be added. */
    static Rows<KeptBalance> newBalances(List<KeptBalance> balances) {
        return Rows.of("livemeter_balance", balances)
                .text("account", balance -> balance.account().toString())
                .text("currency", balance -> code(balance.posted()))
                .number("posted_micros", balance -> balance.posted().micros());
    }

    /** Reversals to be changed. */
    static Rows<Reversal> changedReversals(List<Reversal> reversals) {
        return Rows.of("livemeter_reversal", reversals)
                .key("original", reversal -> reversal.original().value())
                .key("currency", reversal -> code(reversal.amount()))
                .keyNumber("amount_micros", reversal -> reversal.amount().micros())
                .number("reversed_micros", reversal -> reversal.reversed().micros());
    }

    /** Reversals to be added. */
    static Rows<Reversal> newReversals(List<Reversal> reversals) {
        return Rows.of("livemeter_reversal", reversals)
                .text("original", reversal -> reversal.original().value())
                .text("currency", reversal -> code(reversal.amount()))
                .number("amount_micros", reversal -> reversal.amount().micros())
                .number("reversed_micros", reversal -> reversal.reversed().micros());
    }
}
