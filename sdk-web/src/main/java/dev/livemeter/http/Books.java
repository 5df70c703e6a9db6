package dev.livemeter.http;

import dev.livemeter.billing.Billing;
import dev.livemeter.billing.BundleOffer;
import dev.livemeter.billing.PayoutPolicy;
import dev.livemeter.billing.Reports;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of its books a host lets the API show. A host with a wallet of its own has none of it, and the API says so where somebody asks.
 *
 * @param payouts when earnings clear and are paid out
 * @param offers the bundles of minutes that are for sale
 */
record Books(
        @Nullable Billing billing,
        @Nullable Reports reports,
        PayoutPolicy payouts,
        @Nullable TipRules tips,
        List<BundleOffer> offers) {

    /**
     * The books.
     *
     * @throws ProblemException 501 where there are none to show
     */
    Billing required() {
        if (billing == null) {
            throw absent("billing.none", "books that can be shown", "billing(...)");
        }
        return billing;
    }

    /**
     * The reports.
     *
     * @throws ProblemException 501 where there are none to show
     */
    Reports requiredReports() {
        if (reports == null) {
            throw absent("reports.none", "reports that can be shown", "reports(...)");
        }
        return reports;
    }

    /**
     * The rules of tips.
     *
     * @throws ProblemException 501 where none are taken
     */
    TipRules requiredTips() {
        if (tips == null) {
            throw absent("tips.none", "rules for tips", "tips(...)");
        }
        return tips;
    }

    private static ProblemException absent(String code, String what, String call) {
        return new ProblemException(
                501,
                code,
                "This application has no " + what + "; its developer gives them with WebServer.builder(live)." + call
                        + ".");
    }
}
