package dev.livemeter.http;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.StatementLine;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.web.WebResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** {@code /wallet/entries}: what was paid in, charged and given back, with the balance after each. */
final class StatementEndpoints {

    private static final LocalDate FIRST = LocalDate.of(2000, 1, 1);

    private final Books books;
    private final TimeSource time;

    StatementEndpoints(Books books, TimeSource time) {
        this.books = books;
        this.time = time;
    }

    WebResponse list(Call call) {
        var statements = books.required().statements();
        var page = Page.of(
                call,
                id -> isOf(call, id),
                (limit, before) -> statements.wallet(call.user(), limit, before),
                StatementLine::id);
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "entries",
                                Wire.array(
                                        page.lines().stream().map(EntryView::of).toList()))
                        .add("next", Wire.text(page.next())));
    }

    /** What belongs to others is as unknown as what does not exist. */
    private boolean isOf(Call call, TransferId id) {
        var wallet = AccountId.wallet(call.user());
        return books.required().ledger().find(id).stream()
                .flatMap(entry -> entry.postings().stream())
                .anyMatch(posting ->
                        posting.source().equals(wallet) || posting.destination().equals(wallet));
    }

    WebResponse csv(Call call) {
        var today = time.instant().atZone(ZoneOffset.UTC).toLocalDate();
        var from = Parameters.date(call.request(), "from", FIRST);
        var to = Parameters.date(call.request(), "to", today.plusDays(1));
        var statements = books.required().statements();
        return CsvAnswer.of(
                "statement-" + call.user().value().replace('@', '-') + ".csv",
                out -> statements.walletCsv(
                        call.user(),
                        from.atStartOfDay(ZoneOffset.UTC).toInstant(),
                        to.atStartOfDay(ZoneOffset.UTC).toInstant(),
                        out));
    }
}
