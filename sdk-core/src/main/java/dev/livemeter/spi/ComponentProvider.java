package dev.livemeter.spi;

import dev.livemeter.config.ComponentConfig;

/**
 * Makes one kind of component by name: the single interface that is looked up with {@link java.util.ServiceLoader}, and so the
 * only thing a plugin jar has to declare. List the implementation in {@code META-INF/services/dev.livemeter.spi.ComponentProvider} (and, in a named
 * module, as {@code provides}); it is found after {@code Livemeter.builder().discover()}.
 *
 * @param <T> the SPI that it makes: {@link Wallet}, {@link RelayController}, {@link StreamProvider} ...
 */
public interface ComponentProvider<T> {

    /** The SPI's interface. */
    Class<T> type();

    /** The name under which configuration asks for it: 1 to 32 of {@code a-z 0-9 -}; unique for its type. */
    String name();

    /**
     * Whether it is made only where the configuration gives its name, as nobody can do with it without settings; then it is no candidate where no name is given. Not so unless
     * overridden.
     */
    default boolean onlyByName() {
        return false;
    }

    /**
     * Makes a component from its settings. Read every setting, then call {@link ComponentConfig#check()}, so that all faults are
     * told together.
     *
     * @throws dev.livemeter.config.ConfigurationException if a setting is wrong
     */
    T create(ComponentConfig config);
}
