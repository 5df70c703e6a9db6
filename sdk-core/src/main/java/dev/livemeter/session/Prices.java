package dev.livemeter.session;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatedSpan;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.tariff.Tariffs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What time costs, asked before it is spent (Price Enquiry of RFC 8506, 6.1), and explained after. Thread-safe. */
public final class Prices {

    private final Tariffs tariffs;
    private final Tariff fallback;
    private final Map<Service, Tariff> fallbacks;
    private final SessionStore sessions;
    private final InstantSource time;
    private final Function<UserId, ZoneId> zones;
    private final BiFunction<UserId, Instant, Duration> coverable;

    /**
     * Prices of published tariffs.
     *
     * @param fallback holds where none is published
     * @param zones by whose calendar the month of a payer begins
     */
    public Prices(
            Tariffs tariffs,
            Tariff fallback,
            SessionStore sessions,
            InstantSource time,
            Function<UserId, ZoneId> zones) {
        this(tariffs, fallback, Map.of(), sessions, time, zones);
    }

    /**
     * The same, where some services have a price of their own.
     *
     * @param fallbacks hold in place of {@code fallback} where none is published
     */
    public Prices(
            Tariffs tariffs,
            Tariff fallback,
            Map<Service, Tariff> fallbacks,
            SessionStore sessions,
            InstantSource time,
            Function<UserId, ZoneId> zones) {
        this(tariffs, fallback, fallbacks, sessions, time, zones, (payer, at) -> Duration.ZERO);
    }

    private Prices(
            Tariffs tariffs,
            Tariff fallback,
            Map<Service, Tariff> fallbacks,
            SessionStore sessions,
            InstantSource time,
            Function<UserId, ZoneId> zones,
            BiFunction<UserId, Instant, Duration> coverable) {
        this.tariffs = tariffs;
        this.fallback = fallback;
        this.fallbacks = Map.copyOf(fallbacks);
        this.sessions = sessions;
        this.time = time;
        this.zones = zones;
        this.coverable = coverable;
    }

    /**
     * The same, where a payer's bundles of minutes cover what is streamed first.
     *
     * @param minutes how much time they could cover if a session began at that moment
     */
    public Prices covering(BiFunction<UserId, Instant, Duration> minutes) {
        return new Prices(tariffs, fallback, fallbacks, sessions, time, zones, minutes);
    }

    /**
     * A tariff in force.
     *
     * @param version such as {@code relay#3}; empty where it is a fall-back, which was given in code or settings
     */
    public record InForce(Tariff tariff, String version) {}

    /** What holds now: the published tariff, else the fall-back. */
    public InForce inForce(TariffKey key) {
        return tariffs.inForce(key, now())
                .map(version -> new InForce(version.tariff(), version.key() + "#" + version.version()))
                .orElseGet(() -> new InForce(fallbacks.getOrDefault(key.service(), fallback), ""));
    }

    /**
     * What a session would cost if it began now.
     *
     * @param length at most {@link Tariff#UNLIMITED}
     * @param destinations how many it would be delivered to
     */
    public Quote quote(UserId payer, TariffKey key, Duration length, int destinations) {
        var price = inForce(key);
        var basis = basis(payer, key, price.tariff(), destinations);
        var rating = price.tariff().rate(basis);
        return new Quote(
                price,
                length,
                basis.steps().get(0).usedElsewhere(),
                rating.cost(length),
                rating.explain(Duration.ZERO, length));
    }

    /**
     * How long a session could last on that much money if it began now.
     *
     * @param destinations how many it would be delivered to
     * @return the end of the last increment that is paid in full; {@link Tariff#UNLIMITED} where time is free
     * @throws dev.livemeter.LivemeterException {@code money.currency_mismatch}
     */
    public Duration affordable(UserId payer, TariffKey key, Money budget, int destinations) {
        return reach(payer, key, budget, destinations).lasts();
    }

    /**
     * How far minutes of bundles and money reach together, for a session that began now.
     *
     * @param lasts the end of the last increment that is paid in full; {@link Tariff#UNLIMITED} where time is free
     * @param withoutMoney the same if there was no money: on minutes, and on what the tariff gives free
     * @param covered how much of it bundles cover; zero for a service that they are not for
     */
    public record Reach(Duration lasts, Duration withoutMoney, Duration covered) {

        /** Whether a session begins without money, as one does whose first quota bundles cover. */
        public boolean beginsOnMinutes(Duration quota) {
            return !covered.isZero() && withoutMoney.compareTo(quota) >= 0;
        }
    }

    /**
     * How far somebody's minutes and so much money reach, for a session that began now.
     *
     * @param destinations how many it would be delivered to
     * @throws dev.livemeter.LivemeterException {@code money.currency_mismatch}
     */
    public Reach reach(UserId payer, TariffKey key, Money budget, int destinations) {
        var tariff = inForce(key).tariff();
        var basis = basis(payer, key, tariff, destinations);
        var rating = tariff.rate(basis);
        return new Reach(rating.affordable(budget), rating.affordable(Money.zero(budget.currency())), basis.covered());
    }

    private RatingBasis basis(UserId payer, TariffKey key, Tariff tariff, int destinations) {
        var zone = zones.apply(payer);
        var now = now();
        var used = tariff.tiers().isEmpty()
                ? Duration.ZERO
                : sessions.usedIn(payer, YearMonth.from(now.atZone(zone)), null);
        var most = RatingBasis.MOST_COVERED.minus(tariff.free());
        var minutes = key.service().equals(Service.RELAY) ? coverable.apply(payer, now) : Duration.ZERO;
        return RatingBasis.startingAt(now, zone, destinations, used)
                .covering(minutes.compareTo(most) < 0 ? minutes : most);
    }

    /** Why a session costs what it costs so far: which minutes at which rate. */
    public List<RatedSpan> explain(Session session) {
        return session.metering()
                .rating()
                .explain(Duration.ZERO, session.metering().used());
    }

    private Instant now() {
        return time.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
