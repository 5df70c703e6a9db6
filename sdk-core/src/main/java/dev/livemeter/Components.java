package dev.livemeter;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.spi.ComponentProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the parts that nobody gave: a name in the configuration, else the sole candidate that was discovered. What is ambiguous or
 * unknown is a fault with the classes and the remedy in it; nothing is chosen by the order of a class path.
 */
final class Components {

    private final Map<String, String> properties;
    private final List<ComponentProvider<?>> found;
    private final List<String> faults;

    /**
     * Parts to choose from.
     *
     * @param loader null where nothing is to be looked up
     */
    Components(Map<String, String> properties, @Nullable ClassLoader loader, List<String> faults) {
        this.properties = properties;
        this.faults = faults;
        this.found = loader == null ? List.of() : discover(loader, faults);
    }

    private static List<ComponentProvider<?>> discover(ClassLoader loader, List<String> faults) {
        var providers = new ArrayList<ComponentProvider<?>>();
        try {
            for (ComponentProvider<?> provider : ServiceLoader.load(ComponentProvider.class, loader)) {
                providers.add(provider);
            }
        } catch (ServiceConfigurationError e) {
            faults.add("A plugin on the class path cannot be loaded: " + e.getMessage()
                    + ". Correct or remove its META-INF/services entry.");
        }
        return providers;
    }

    /**
     * The part of that type that the configuration names, or the sole candidate.
     *
     * @param key the last part of the setting that names it, such as {@code wallet}
     * @param method the builder's method that gives one, for the remedy
     */
    <T> @Nullable T choose(Class<T> type, String key, String method) {
        var candidates = named(type);
        var setting = "livemeter." + key;
        var name = properties.get(setting);
        if (name != null) {
            return named(type, setting, name, ComponentConfig.below(setting + "." + name, properties));
        }
        candidates.values().removeIf(ComponentProvider::onlyByName);
        if (candidates.size() > 1) {
            faults.add("There are several " + type.getSimpleName() + "s: " + describe(candidates)
                    + ". Name one in the setting " + setting + ", or give one with " + method + ".");
            return null;
        }
        var sole = candidates.values().stream().findFirst().orElse(null);
        return sole == null ? null : create(sole, setting + "." + sole.name());
    }

    /**
     * The part of that type that has a name.
     *
     * @param setting that says the name, for faults
     */
    <T> @Nullable T named(Class<T> type, String setting, String name, ComponentConfig config) {
        var candidates = named(type);
        var provider = candidates.get(name);
        if (provider == null) {
            faults.add("The setting " + setting + " is '" + name + "', but there is no " + type.getSimpleName()
                    + " of that name; found " + describe(candidates) + ". Correct the name or add the plugin's jar.");
            return null;
        }
        return create(provider, config);
    }

    /** All parts of that type, each made from the settings below {@code livemeter.KEY.NAME}. */
    <T> List<T> all(Class<T> type, String key) {
        var made = new ArrayList<T>();
        for (var provider : named(type).values()) {
            var component = create(provider, "livemeter." + key + "." + provider.name());
            if (component != null) {
                made.add(component);
            }
        }
        return made;
    }

    private <T> Map<String, ComponentProvider<T>> named(Class<T> type) {
        var byName = new TreeMap<String, ComponentProvider<T>>();
        for (var provider : found) {
            if (!provider.type().equals(type)) {
                continue;
            }
            @SuppressWarnings("unchecked") // its type() says so
            var typed = (ComponentProvider<T>) provider;
            var twin = byName.putIfAbsent(provider.name(), typed);
            if (twin != null) {
                faults.add("Two " + type.getSimpleName() + "s are called '" + provider.name() + "': "
                        + twin.getClass().getName() + " and "
                        + provider.getClass().getName()
                        + ". Remove the jar of one of them.");
            }
        }
        return byName;
    }

    private <T> @Nullable T create(ComponentProvider<T> provider, String prefix) {
        return create(provider, ComponentConfig.below(prefix, properties));
    }

    private <T> @Nullable T create(ComponentProvider<T> provider, ComponentConfig config) {
        try {
            return provider.create(config);
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
            return null;
        }
    }

    private static <T> String describe(Map<String, ComponentProvider<T>> candidates) {
        if (candidates.isEmpty()) {
            return "none";
        }
        var classes = new LinkedHashMap<String, String>();
        candidates.forEach(
                (name, provider) -> classes.put(name, provider.getClass().getName()));
        return String.join(
                ", ",
                classes.entrySet().stream()
                        .map(entry -> "'" + entry.getKey() + "' (" + entry.getValue() + ")")
                        .toList());
    }
}
