package dev.livemeter;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.fleet.HostCapacity;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.spi.RelayController;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a fleet of what the settings say of relay hosts: {@code livemeter.relay.hosts} and {@code livemeter.relay.standbys} list their names, {@code livemeter.relay.host.NAME.} says what each is.
 */
final class FleetSettings {

    private static final String RELAY = "livemeter.relay.";
    private static final String HOST = RELAY + "host.";
    private static final int MOST_MEGABITS = 1_000_000;
    private static final int MOST_KILOBITS = 1_000_000;

    private final Map<String, String> properties;
    private final Components components;
    private final List<String> faults;

    /**
     * @param faults where every fault is added
     */
    FleetSettings(Map<String, String> properties, Components components, List<String> faults) {
        this.properties = properties;
        this.components = components;
        this.faults = faults;
    }

    /** Whether settings speak of relay hosts. */
    static boolean areGiven(Map<String, String> properties) {
        return properties.containsKey(RELAY + "hosts")
                || properties.containsKey(RELAY + "standbys")
                || properties.keySet().stream().anyMatch(key -> key.startsWith(HOST));
    }

    private record Host(String name, RelayController relay, HostCapacity capacity) {}

    /**
     * The fleet, not opened yet; null where something is wrong.
     *
     * @param more what the application gives it
     */
    @Nullable
    RelayController read(UnaryOperator<RelayFleet.Builder> more) {
        var before = faults.size();
        if (properties.containsKey("livemeter.relay")) {
            faults.add(
                    "The setting livemeter.relay names one relay, and livemeter.relay.hosts several hosts; remove one"
                            + " of them.");
        }
        var own = new HashMap<String, String>();
        properties.forEach((key, value) -> {
            if (key.startsWith(RELAY)
                    && List.of("hosts", "standbys", "look-every").contains(key.substring(RELAY.length()))) {
                own.put(key.substring(RELAY.length()), value);
            }
        });
        var config = new ComponentConfig("livemeter.relay", own);
        var ordinary = names(config.text("hosts").required());
        var standbys = names(config.text("standbys"));
        var lookEvery = config.duration("look-every");
        noteFaults(config);
        var all = new ArrayList<>(ordinary);
        all.addAll(standbys);
        checkNames(all);
        var fleet = more.apply(RelayFleet.builder());
        var made = new ArrayList<Host>();
        for (var name : new TreeSet<>(all)) {
            host(name, all).ifPresent(made::add);
        }
        for (var host : made) {
            if (ordinary.contains(host.name())) {
                fleet.host(host.name(), host.relay(), host.capacity());
            } else {
                fleet.standby(host.name(), host.relay(), host.capacity());
            }
        }
        if (lookEvery.isPresent()) {
            fleet.lookEvery(lookEvery.get());
        }
        if (faults.size() == before) {
            try {
                return fleet.build();
            } catch (ConfigurationException e) {
                faults.addAll(e.faults());
            }
        }
        made.forEach(host -> host.relay().close());
        return null;
    }

    private static List<String> names(ComponentConfig.Setting<String> setting) {
        return Arrays.stream(setting.orElse("").split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private void checkNames(List<String> names) {
        for (var name : new TreeSet<>(names)) {
            if (names.indexOf(name) != names.lastIndexOf(name)) {
                faults.add("The settings livemeter.relay.hosts and livemeter.relay.standbys name the relay host '"
                        + name + "' twice; name each once.");
            }
        }
        var strangers = new TreeSet<String>();
        for (var key : properties.keySet()) {
            if (key.startsWith(HOST)
                    && ownerOf(key.substring(HOST.length()), names).isEmpty()) {
                strangers.add(key);
            }
        }
        for (var key : strangers) {
            faults.add("The setting " + key
                    + " is of a relay host that neither livemeter.relay.hosts nor livemeter.relay.standbys names;"
                    + " named are "
                    + String.join(", ", new TreeSet<>(names)) + ". Name it there, or correct or remove the setting.");
        }
    }

    /** Names may have dots, so that the longest one counts that fits. */
    private static Optional<String> ownerOf(String rest, List<String> names) {
        return names.stream().filter(name -> rest.startsWith(name + ".")).max(Comparator.comparingInt(String::length));
    }

    private Optional<Host> host(String name, List<String> all) {
        var prefix = HOST + name;
        var own = new HashMap<String, String>();
        var ofRelay = new HashMap<String, String>();
        var kind = properties.getOrDefault(prefix + ".relay", "").strip();
        // What all hosts have in common is said once, and may be said otherwise for one.
        properties.forEach((key, value) -> put(ofRelay, RELAY + kind + ".", key, value));
        properties.forEach((key, value) -> {
            if (!key.startsWith(HOST)
                    || !ownerOf(key.substring(HOST.length()), all).equals(Optional.of(name))) {
                return;
            }
            if (kind.isEmpty() || !key.startsWith(prefix + "." + kind + ".")) {
                put(own, prefix + ".", key, value);
            } else {
                put(ofRelay, prefix + "." + kind + ".", key, value);
            }
        });
        var config = new ComponentConfig(prefix, own);
        config.text("relay").required();
        var megabits = config.integer("megabits", 1, MOST_MEGABITS).required();
        var percent = config.integer("planned-percent", 1, 100);
        var assumed = config.integer("assumed-kilobits", 1, MOST_KILOBITS);
        var before = faults.size();
        noteFaults(config);
        var relay = kind.isEmpty()
                ? null
                : components.named(
                        RelayController.class,
                        prefix + ".relay",
                        kind,
                        new ComponentConfig(prefix + "." + kind, ofRelay));
        if (relay == null) {
            return Optional.empty();
        }
        if (faults.size() > before) {
            relay.close();
            return Optional.empty();
        }
        var capacity = HostCapacity.megabits(megabits.get());
        if (percent.isPresent()) {
            capacity = capacity.planning(percent.get());
        }
        if (assumed.isPresent()) {
            capacity = capacity.assuming(assumed.get() * 1_000L);
        }
        return Optional.of(new Host(name, relay, capacity));
    }

    private static void put(Map<String, String> into, String prefix, String key, String value) {
        if (key.startsWith(prefix)) {
            into.put(key.substring(prefix.length()), value);
        }
    }

    private void noteFaults(ComponentConfig config) {
        try {
            config.check();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
        }
    }
}
