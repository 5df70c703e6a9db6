package dev.livemeter;

import dev.livemeter.account.AccountPolicy;
import dev.livemeter.broadcast.BroadcastPolicy;
import dev.livemeter.chat.ChatPolicy;
import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.ingest.StreamKeys;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.thumbnail.ThumbnailPolicy;
import dev.livemeter.turn.IcePolicy;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads what properties say about Livemeter itself, into the records that code would give; every fault is added to one list. */
final class Settings {

    private static final Set<String> SECTIONS = Set.of(
            "wallet",
            "relay",
            "provider",
            "tariff",
            "session",
            "stream-key",
            "secret",
            "chat",
            "turn",
            "call",
            "account",
            "billing",
            "broadcast",
            "thumbnail");

    /** Whose months count where nothing is said. */
    static final ZoneId UTC = ZoneOffset.UTC;

    private final Map<String, String> properties;
    private final List<String> faults;

    Settings(Map<String, String> properties, List<String> faults) {
        this.properties = properties;
        this.faults = faults;
    }

    /** By which calendar months begin; UTC where nothing is said, or something wrong. */
    ZoneId billingZone() {
        var config = ComponentConfig.below("livemeter.billing", properties);
        var zone = config.parsed("zone", "a time zone such as Europe/Berlin", Settings::zone);
        noteFaults(config);
        return zone.orElse(UTC);
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Where the key lies that secrets are encrypted with; null where nothing is said. */
    @Nullable
    Path keyFile() {
        var config = ComponentConfig.below("livemeter.secret", properties);
        var file = config.path("key-file");
        noteFaults(config);
        return file.isPresent() ? file.get() : null;
    }

    /** What a minute costs; null where nothing is said, or something wrong. */
    @Nullable
    Tariff tariff() {
        return new TariffSettings(properties, faults).read();
    }

    /** The rules of credit control in the tariff's currency, defaults where nothing is said; null where something wrong is. */
    @Nullable
    SessionPolicy policy(@Nullable Tariff price) {
        var currency = price == null ? Currency.getInstance("USD") : price.currency();
        var config = ComponentConfig.below("livemeter.session", properties);
        var defaults = SessionPolicy.defaults(currency);
        var rules = CreditSettings.read(config, currency)
                .concurrentStreams(config.integer("concurrent-streams", 1, 1000).orElse(defaults.concurrentStreams()))
                .maxDestinations(config.integer("max-destinations", 1, 1000).orElse(defaults.maxDestinations()));
        noteFaults(config);
        try {
            return rules.build();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
            return null;
        }
    }

    /** What is said of calls and rooms, defaults where nothing is. */
    CallSettings calls(@Nullable Tariff price) {
        return CallSettings.read(properties, price == null ? Currency.getInstance("USD") : price.currency(), faults);
    }

    /** The rules for connecting accounts; defaults where nothing is said, or something wrong. */
    AccountPolicy accounts() {
        var config = ComponentConfig.below("livemeter.account", properties);
        var pages = config.text("redirects");
        var within = config.duration("connect-within");
        noteFaults(config);
        try {
            var rules = !pages.isPresent()
                    ? AccountPolicy.defaults()
                    : AccountPolicy.returningTo(Arrays.stream(pages.get().split(",", -1))
                            .map(String::strip)
                            .toArray(String[]::new));
            return within.isPresent() ? new AccountPolicy(rules.redirects(), within.get()) : rules;
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
            return AccountPolicy.defaults();
        }
    }

    /** The rules for broadcasts; defaults where nothing is said, or something wrong. */
    BroadcastPolicy broadcasts() {
        var config = ComponentConfig.below("livemeter.broadcast", properties);
        var after = config.duration("video-after");
        noteFaults(config);
        try {
            return after.isPresent() ? new BroadcastPolicy(after.get()) : BroadcastPolicy.defaults();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
            return BroadcastPolicy.defaults();
        }
    }

    /** The rules for pictures of streams; null where nothing says that there are to be any, or something wrong. */
    @Nullable
    ThumbnailPolicy thumbnails() {
        var config = ComponentConfig.below("livemeter.thumbnail", properties);
        var usual = ThumbnailPolicy.defaults();
        var enabled = config.flag("enabled").orElse(false);
        var width = config.integer("width", 64, 1280).orElse(usual.width());
        var bytes = config.integer("most-bytes", 4_000, 500_000).orElse(usual.mostBytes());
        var retention = config.duration("retention").orElse(usual.retention());
        noteFaults(config);
        try {
            var rules = new ThumbnailPolicy(width, bytes, retention);
            return enabled ? rules : null;
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
            return null;
        }
    }

    String streamKeyPrefix() {
        var config = ComponentConfig.below("livemeter.stream-key", properties);
        var prefix = config.text("prefix").orElse(StreamKeys.DEFAULT_PREFIX);
        noteFaults(config);
        return prefix;
    }

    /** The rules of chat; defaults where nothing is said, or something wrong. */
    ChatPolicy chat() {
        return TalkSettings.chat(properties, faults);
    }

    /** The ICE servers; none where nothing is said, or something wrong. */
    IcePolicy ice() {
        return TalkSettings.ice(properties, faults);
    }

    private void noteFaults(ComponentConfig config) {
        try {
            config.check();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
        }
    }

    void checkSections() {
        for (var key : new TreeSet<>(properties.keySet())) {
            var section = key.substring("livemeter.".length()).split("\\.", 2)[0];
            if (!SECTIONS.contains(section)) {
                faults.add("The setting " + key + " is not known; settings begin with livemeter. and one of "
                        + String.join(", ", new TreeSet<>(SECTIONS)) + ". Correct or remove it.");
            }
        }
    }
}
