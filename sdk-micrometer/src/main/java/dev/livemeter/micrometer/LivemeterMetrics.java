package dev.livemeter.micrometer;

import dev.livemeter.event.EventListener;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.CallChanged;
import dev.livemeter.event.LiveEvent.ChargeCaptured;
import dev.livemeter.event.LiveEvent.ChargeUncollected;
import dev.livemeter.event.LiveEvent.DestinationChanged;
import dev.livemeter.event.LiveEvent.PublishRefused;
import dev.livemeter.event.LiveEvent.RelayHostChanged;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionFenced;
import dev.livemeter.event.LiveEvent.SessionResumed;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.event.LiveEvent.TipGiven;
import dev.livemeter.event.LiveEvent.WalletCredited;
import dev.livemeter.event.LiveEvent.WalletRefunded;
import dev.livemeter.metrics.MetricSink;
import dev.livemeter.metrics.MetricSource;
import dev.livemeter.money.Money;
import dev.livemeter.session.SessionId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Counts in a {@link MeterRegistry} what happens in one process: given to {@code Livemeter.builder().listener(...)}, and told of other parts by {@link #with}. Tags have few values: causes,
 * states, currencies, names of relay hosts, and never a user. Amounts of money are told in whole units of their currency as floating point, which is good enough for a chart and for nothing
 * else: the ledger has the books. Thread-safe.
 */
public final class LivemeterMetrics implements EventListener {

    private final MeterRegistry registry;
    private final Set<SessionId> live = ConcurrentHashMap.newKeySet();

    private LivemeterMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("livemeter.sessions.live", live, Set::size)
                .description("Sessions that are metered by this process")
                .baseUnit("sessions")
                .register(registry);
    }

    /** Counts in that registry. */
    public static LivemeterMetrics in(MeterRegistry registry) {
        return new LivemeterMetrics(registry);
    }

    /** Adds what another part counts, such as a {@code SignalingServer}. Each part once for each registry. */
    public LivemeterMetrics with(MetricSource part) {
        part.describe(new Registering(registry));
        return this;
    }

    @Override
    public void on(LiveEvent event) {
        count("livemeter.events", "events", "What happened, by its kind", "code", event.code());
        if (event instanceof SessionStarted started) {
            live.add(started.session());
        } else if (event instanceof SessionResumed resumed) {
            live.add(resumed.session());
        } else if (event instanceof SessionFenced fenced) {
            live.remove(fenced.session());
        } else if (event instanceof SessionEnded ended) {
            ended(ended);
        } else if (event instanceof PublishRefused refused) {
            var reason = word(refused.reason());
            count("livemeter.publish.refused", "streams", "Publishers that were turned away", "reason", reason);
        } else if (event instanceof DestinationChanged changed) {
            var state = word(changed.status().state());
            count("livemeter.destinations", "changes", "Destinations that came into a state", "state", state);
        } else if (event instanceof CallChanged changed) {
            // Told to each of the two.
            if (changed.user().value().compareTo(changed.other().value()) < 0) {
                count("livemeter.calls", "changes", "Steps of calls", "step", word(changed.change()));
            }
        } else if (event instanceof RelayHostChanged changed) {
            relayHost(changed);
        } else {
            money(event);
        }
    }

    private void ended(SessionEnded ended) {
        live.remove(ended.session());
        Timer.builder("livemeter.session.used")
                .description("Time that sessions were charged for, by how they ended")
                .tag("end", ended.end().code())
                .register(registry)
                .record(ended.used());
    }

    private void relayHost(RelayHostChanged changed) {
        var host = changed.host();
        Counter.builder("livemeter.relay.host.changes")
                .description("Relay hosts that came into a state")
                .baseUnit("changes")
                .tag("host", host.name())
                .tag("state", word(host.state()))
                .register(registry)
                .increment();
    }

    private void money(LiveEvent event) {
        if (event instanceof ChargeCaptured captured) {
            add(
                    "livemeter.charged",
                    "Money that sessions were charged",
                    captured.charge().amount());
        } else if (event instanceof ChargeUncollected lost) {
            add("livemeter.uncollected", "Money that was due and could not be charged", lost.amount());
        } else if (event instanceof WalletCredited credited) {
            add("livemeter.credited", "Money that was paid into wallets", credited.amount());
        } else if (event instanceof WalletRefunded refunded) {
            add("livemeter.refunded", "Money that was given back", refunded.amount());
        } else if (event instanceof TipGiven tip && tip.user().equals(tip.to())) {
            add("livemeter.tipped", "Tips", tip.amount());
        }
    }

    private void count(String name, String unit, String description, String tag, String value) {
        Counter.builder(name)
                .description(description)
                .baseUnit(unit)
                .tag(tag, value)
                .register(registry)
                .increment();
    }

    private void add(String name, String description, Money amount) {
        Counter.builder(name)
                .description(description)
                .tag("currency", amount.currency().getCurrencyCode())
                .register(registry)
                .increment(Double.parseDouble(amount.amount()));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private record Registering(MeterRegistry registry) implements MetricSink {

        @Override
        public void gauge(String name, String unit, String description, DoubleSupplier value) {
            Gauge.builder(name, value::getAsDouble)
                    .description(description)
                    .baseUnit(unit)
                    .register(registry);
        }

        @Override
        public void total(String name, String unit, String description, LongSupplier total) {
            // The registry keeps the function, and the object that it is of by a weak reference only.
            FunctionCounter.builder(name, registry, any -> total.getAsLong())
                    .description(description)
                    .baseUnit(unit)
                    .register(registry);
        }
    }
}
