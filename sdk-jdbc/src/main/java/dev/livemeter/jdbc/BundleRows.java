package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.billing.Bundle;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundleUse;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Bundles of minutes as rows, and the other way. */
final class BundleRows {

    static final String BUNDLE =
            "SELECT id, owner, length_seconds, currency, price_micros, valid_from, valid_until, reserved_seconds,"
                    + " used_seconds, refunded_seconds, memo, made_at, fingerprint FROM livemeter_bundle";

    static final String USE =
            "SELECT session, position, bundle, reserved_seconds, used_seconds FROM livemeter_bundle_use";

    private BundleRows() {}

    static Rows<Bundle> added(List<Bundle> bundles) {
        return counted(Rows.of("livemeter_bundle", bundles)
                .text("id", bundle -> bundle.id().value())
                .text("owner", bundle -> bundle.owner().value())
                .number("length_seconds", bundle -> bundle.length().toSeconds())
                .text("currency", bundle -> {
                    var price = bundle.price();
                    return price == null ? null : BookRows.code(price);
                })
                .numberOrNull("price_micros", bundle -> {
                    var price = bundle.price();
                    return price == null ? null : (Long) price.micros();
                })
                .number("valid_from", bundle -> micros(bundle.validFrom()))
                .numberOrNull("valid_until", bundle -> {
                    var until = bundle.validUntil();
                    return until == null ? null : (Long) micros(until);
                })
                .text("memo", Bundle::memo)
                .number("made_at", bundle -> micros(bundle.madeAt()))
                .text("fingerprint", bundle -> bundle.fingerprint().sha256()));
    }

    static Rows<Bundle> changed(List<Bundle> bundles) {
        return counted(Rows.of("livemeter_bundle", bundles)
                .key("id", bundle -> bundle.id().value()));
    }

    private static Rows<Bundle> counted(Rows<Bundle> rows) {
        return rows.number("reserved_seconds", bundle -> bundle.reserved().toSeconds())
                .number("used_seconds", bundle -> bundle.used().toSeconds())
                .number("refunded_seconds", bundle -> bundle.refunded().toSeconds());
    }

    static Bundle bundle(ResultSet row) throws SQLException {
        var currency = row.getString("currency");
        var until = row.getLong("valid_until");
        var validUntil = row.wasNull() ? null : moment(until);
        return new Bundle(
                new BundleId(row.getString("id")),
                UserId.of(row.getString("owner")),
                Duration.ofSeconds(row.getLong("length_seconds")),
                currency == null ? null : Money.ofMicros(currency, row.getLong("price_micros")),
                moment(row.getLong("valid_from")),
                validUntil,
                Duration.ofSeconds(row.getLong("reserved_seconds")),
                Duration.ofSeconds(row.getLong("used_seconds")),
                Duration.ofSeconds(row.getLong("refunded_seconds")),
                row.getString("memo"),
                moment(row.getLong("made_at")),
                new Fingerprint(row.getString("fingerprint")));
    }

    static Rows<BundleUse> uses(List<BundleUse> uses) {
        return Rows.of("livemeter_bundle_use", uses)
                .text("session", use -> use.session().value())
                .number("position", BundleUse::position)
                .text("bundle", use -> use.bundle().value())
                .number("reserved_seconds", use -> use.reserved().toSeconds());
    }

    static Rows<BundleUse> closed(List<BundleUse> uses) {
        return Rows.of("livemeter_bundle_use", uses)
                .key("session", use -> use.session().value())
                .keyNumber("position", BundleUse::position)
                .numberOrNull("used_seconds", use -> {
                    var used = use.used();
                    return used == null ? null : (Long) used.toSeconds();
                });
    }

    static BundleUse use(ResultSet row) throws SQLException {
        var seconds = row.getLong("used_seconds");
        var used = row.wasNull() ? null : Duration.ofSeconds(seconds);
        return new BundleUse(
                new SessionId(row.getString("session")),
                row.getInt("position"),
                new BundleId(row.getString("bundle")),
                Duration.ofSeconds(row.getLong("reserved_seconds")),
                used);
    }
}
