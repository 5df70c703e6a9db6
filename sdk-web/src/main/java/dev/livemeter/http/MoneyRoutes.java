package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.time.TimeSource;

/** The routes about prices, wallets and books. */
final class MoneyRoutes {

    private MoneyRoutes() {}

    static Routes on(Routes routes, Livemeter live, Books books, TimeSource time, SessionEndpoints sessions) {
        var prices = new PriceEndpoints(live, time);
        var explanation = new ExplanationEndpoint(live, books, sessions);
        var statement = new StatementEndpoints(books, time);
        var tips = new TipEndpoint(live, books);
        var earnings = new EarningsEndpoint(live, books, time);
        var bundles = new BundleEndpoints(live, books, time);
        routes.on("GET", "/prices", prices::list)
                .on("GET", "/prices/quote", prices::quote)
                .on("GET", "/sessions/{id}/explanation", explanation::show)
                .on("GET", "/sessions/{id}/entries", explanation::entries)
                .on("GET", "/wallet/entries", statement::list)
                .on("GET", "/wallet/entries.csv", statement::csv)
                .on("GET", "/bundles", bundles::list)
                .on("POST", "/bundles", bundles::buy)
                .on("POST", "/bundles/grants", bundles::grant)
                .on("POST", "/bundles/refunds", bundles::refund)
                .on("POST", "/tips", tips::give)
                .on("GET", "/earnings", earnings::show);
        return forAdministrators(routes, live, books, time);
    }

    private static Routes forAdministrators(Routes routes, Livemeter live, Books books, TimeSource time) {
        var credits = new CreditEndpoint(live);
        var refunds = new RefundEndpoints(live, books);
        var reports = new ReportEndpoints(books, time);
        var payouts = new PayoutEndpoints(live, books);
        var ledger = new LedgerEndpoint(books, time);
        var tariffs = new TariffEndpoints(live, time);
        return routes.on("POST", "/wallet/credits", credits::credit)
                .on("GET", "/refunds/preview", refunds::preview)
                .on("POST", "/refunds", refunds::give)
                .on("GET", "/reports/sales", reports::sales)
                .on("GET", "/reports/sales.csv", reports::salesCsv)
                .on("GET", "/reports/movements", reports::movements)
                .on("GET", "/reports/movements.csv", reports::movementsCsv)
                .on("GET", "/payouts", payouts::list)
                .on("POST", "/payouts", payouts::prepare)
                .on("GET", "/payouts/{batch}", payouts::show)
                .on("GET", "/payouts/{batch}/payouts.csv", payouts::csv)
                .on("POST", "/payouts/{batch}/{payee}/paid", payouts::paid)
                .on("POST", "/payouts/{batch}/{payee}/returned", payouts::returned)
                .on("GET", "/ledger/verification", ledger::verify)
                .on("GET", "/tariffs", tariffs::list)
                .on("GET", "/tariffs/reading", tariffs::read)
                .on("POST", "/tariffs", tariffs::publish);
    }
}
