package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.Refundable;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatedSpan;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.session.Session;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.web.WebResponse;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a session cost what it cost, down to the entries of the books: the trace that settles a dispute. */
final class ExplanationEndpoint {

    private final Livemeter live;
    private final Books books;
    private final SessionEndpoints sessions;

    ExplanationEndpoint(Livemeter live, Books books, SessionEndpoints sessions) {
        this.live = live;
        this.books = books;
        this.sessions = sessions;
    }

    WebResponse show(Call call) {
        var session = sessions.find(call, call.captured("id"));
        var metering = session.metering();
        var spans = live.prices().explain(session);
        var nothing = Money.zero(metering.tariff().currency());
        var sum = spans.stream().map(RatedSpan::amount).reduce(nothing, Money::plus);
        var billing = books.billing();
        var booked = billing == null
                ? Optional.<Refundable>empty()
                : billing.refunds().refundable(session.id());
        var version = session.terms().tariffVersion();
        return Wire.answer(
                200,
                Wire.object()
                        .add("session", session.id().value())
                        .add("version", version.isEmpty() ? JsonValue.NULL : Wire.text(version))
                        .add("tariff", TariffView.told(metering.tariff()))
                        .add("basis", basis(metering.basis()))
                        .add("used", Wire.seconds(metering.used()))
                        .add("spans", SpanView.of(spans))
                        .add(
                                "bundles",
                                billing == null || metering.basis().covered().isZero()
                                        ? Wire.array(List.of())
                                        : BundleEndpoints.uses(billing.bundles().uses(session.id())))
                        .add("sum", Wire.money(sum))
                        .add("charged", Wire.money(metering.charged()))
                        .add("books", billing == null ? JsonValue.NULL : books(booked, nothing))
                        .add("sentence", sentence(session, sum, billing, booked)));
    }

    private static JsonObject books(Optional<Refundable> booked, Money nothing) {
        return Wire.object()
                .add("charged", Wire.money(booked.map(Refundable::charged).orElse(nothing)))
                .add("refunded", Wire.money(booked.map(Refundable::refunded).orElse(nothing)))
                .build();
    }

    /** What decided the price besides the length. */
    private static JsonObject basis(RatingBasis basis) {
        return Wire.object()
                .add("startedAt", Wire.instant(basis.startedAt()))
                .add("zone", basis.zone().getId())
                .add("covered", Wire.seconds(basis.covered()))
                .add(
                        "steps",
                        Wire.array(basis.steps().stream()
                                .map(step -> Wire.object()
                                        .add("from", Wire.seconds(step.from()))
                                        .add("destinations", step.destinations())
                                        .add("usedElsewhere", Wire.seconds(step.usedElsewhere()))
                                        .build())
                                .toList()))
                .build();
    }

    private static String sentence(Session session, Money sum, @Nullable Billing billing, Optional<Refundable> booked) {
        var charged = session.metering().charged();
        var told = new StringBuilder("The parts add up to " + sum);
        var open = sum.minus(charged);
        if (!session.state().isOver()) {
            told.append(" so far; ").append(charged).append(" of it is charged.");
        } else if (open.isZero()) {
            told.append(", which is what was charged.");
        } else {
            told.append("; ")
                    .append(charged)
                    .append(" was charged, and ")
                    .append(open)
                    .append(" was not collected.");
        }
        if (billing != null && session.state().isOver()) {
            var inBooks = booked.map(Refundable::charged).orElse(Money.zero(sum.currency()));
            told.append(
                    inBooks.equals(charged)
                            ? " The books have the same."
                            : " The books have " + inBooks + ", which is not the same: tell the operator.");
        }
        booked.map(Refundable::refunded)
                .filter(Money::isPositive)
                .ifPresent(refunded -> told.append(" ").append(refunded).append(" was given back since."));
        return told.toString();
    }

    /** The entries behind it, the newest first. */
    WebResponse entries(Call call) {
        var session = sessions.find(call, call.captured("id"));
        var ledger = books.required().ledger();
        var subject = new Subject("session/" + session.id());
        var wallet = AccountId.wallet(session.payer());
        var page = Page.of(
                call,
                id -> isAbout(subject, id),
                (limit, before) -> ledger.entriesAbout(subject, limit, before),
                JournalEntry::id);
        return Wire.answer(
                200,
                Wire.object()
                        .add(
                                "entries",
                                Wire.array(page.lines().stream()
                                        .map(entry -> call.caller().isAdministrator()
                                                ? EntryView.whole(entry, wallet)
                                                : EntryView.of(entry, wallet))
                                        .map(view -> view.build())
                                        .toList()))
                        .add("next", Wire.text(page.next())));
    }

    private boolean isAbout(Subject subject, TransferId id) {
        return books.required()
                .ledger()
                .find(id)
                .filter(entry -> entry.subject().equals(subject))
                .isPresent();
    }
}
