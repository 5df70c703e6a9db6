package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.Payout;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import java.util.Locale;

/** {@code GET /earnings}: what somebody earned, what of it has cleared, and where it went. */
final class EarningsEndpoint {

    private final Livemeter live;
    private final Books books;
    private final TimeSource time;

    EarningsEndpoint(Livemeter live, Books books, TimeSource time) {
        this.live = live;
        this.books = books;
        this.time = time;
    }

    WebResponse show(Call call) {
        var billing = books.required();
        var earnings = billing.earnings();
        var currency = live.tariff().currency();
        var clearing = books.payouts().clearing();
        var balance = earnings.of(call.user(), currency, time.instant().minus(clearing));
        var accrued = earnings.accrued(call.user(), currency);
        var account = AccountId.earnings(call.user(), currency);
        var page = Page.of(
                call,
                id -> billing.ledger().find(id).stream()
                        .flatMap(entry -> entry.postings().stream())
                        .anyMatch(posting -> posting.source().equals(account)
                                || posting.destination().equals(account)),
                (limit, before) -> earnings.statement(call.user(), currency, limit, before),
                JournalEntry::id);
        return Wire.answer(
                200,
                Wire.object()
                        .add("accrued", Wire.money(accrued))
                        .add("gone", Wire.money(accrued.minus(balance.posted())))
                        .add("posted", Wire.money(balance.posted()))
                        .add("cleared", Wire.money(balance.cleared()))
                        .add("pending", Wire.money(balance.pending()))
                        .add("owed", Wire.money(balance.owed()))
                        .add("clearing", Wire.seconds(clearing))
                        .add("minimum", Wire.money(books.payouts().minimum()))
                        .add(
                                "entries",
                                Wire.array(page.lines().stream()
                                        .map(entry -> view(entry, account))
                                        .toList()))
                        .add("next", Wire.text(page.next())));
    }

    private JsonObject view(JournalEntry entry, AccountId account) {
        var view = EntryView.of(entry, account);
        if (entry.kind() == EntryKind.PAYOUT) {
            books.required().payouts().find(entry.id()).ifPresent(payout -> view.add("payout", state(payout)));
        }
        return view.build();
    }

    private static JsonObject state(Payout payout) {
        return Wire.object()
                .add("state", payout.state().name().toLowerCase(Locale.ROOT))
                .add("reference", payout.reference())
                .add("reason", payout.reason())
                .build();
    }
}
