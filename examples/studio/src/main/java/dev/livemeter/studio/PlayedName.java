package dev.livemeter.studio;

import dev.livemeter.metrics.MetricSource;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.KeepsQuota;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TestsDestinations;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/** Gives a platform another name for people, so that nobody takes what is played here for the real one. */
final class PlayedName {

    /** All that a provider can do besides, as Livemeter asks for it. */
    private static final List<Class<?>> ABILITIES = List.of(
            StreamProvider.class,
            ConnectsDevices.class,
            KeepsVideos.class,
            CarriesChat.class,
            TestsDestinations.class,
            KeepsQuota.class,
            MetricSource.class,
            AutoCloseable.class);

    private PlayedName() {}

    /** The same platform, called as it is and "(stand-in)". */
    static StreamProvider of(StreamProvider platform) {
        var name = platform.displayName() + " (stand-in)";
        var abilities = ABILITIES.stream()
                .filter(ability -> ability.isInstance(platform))
                .toArray(Class<?>[]::new);
        return (StreamProvider) Proxy.newProxyInstance(
                PlayedName.class.getClassLoader(), abilities, (proxy, method, arguments) -> {
                    if (method.getName().equals("displayName")) {
                        return name;
                    }
                    try {
                        return method.invoke(platform, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }
}
