package dev.livemeter.http;

import dev.livemeter.billing.LedgerReport;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import java.util.Locale;

/** {@code GET /ledger/verification}: proves the books from their postings, for administrators. Reads all of them. */
final class LedgerEndpoint {

    private final Books books;
    private final TimeSource time;

    LedgerEndpoint(Books books, TimeSource time) {
        this.books = books;
        this.time = time;
    }

    WebResponse verify(Call call) {
        call.requireAdministrator();
        var report = books.required().ledger().verify();
        return Wire.answer(
                200,
                Wire.object()
                        .add("at", Wire.instant(time.instant()))
                        .add("clean", report.isClean())
                        .add("sentence", report.sentence())
                        .add("entries", report.entries())
                        .add("postings", report.postings())
                        .add("wallets", report.wallets())
                        .add("holds", report.holds())
                        .add(
                                "findings",
                                Wire.array(report.findings().stream()
                                        .map(LedgerEndpoint::view)
                                        .toList()))
                        .add("furtherFindings", report.furtherFindings()));
    }

    private static JsonObject view(LedgerReport.Finding finding) {
        return Wire.object()
                .add("kind", finding.kind().name().toLowerCase(Locale.ROOT))
                .add("subject", finding.subject())
                .add("sentence", finding.sentence())
                .build();
    }
}
