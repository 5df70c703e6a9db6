package dev.livemeter.platforms;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.StreamProvider;
import java.util.Objects;

/** Any RTMP server, at the address that the user enters. Whether the relay may reach that address is the relay's rule. */
public final class CustomRtmp implements StreamProvider {

    private CustomRtmp() {}

    /** The provider of the name {@code custom}. */
    public static StreamProvider create() {
        return new CustomRtmp();
    }

    @Override
    public String name() {
        return "custom";
    }

    @Override
    public String displayName() {
        return "Custom RTMP server";
    }

    @Override
    public Check check(Destination destination) {
        return destination.server() == null
                ? new Check.Objection("The destination '" + destination.name()
                        + "' names no server; give the address that the platform shows, such as rtmp://host/app.")
                : new Check.Accepted();
    }

    @Override
    public Preparation prepare(Destination destination) {
        return new Preparation.Ready(
                new PushTarget(Objects.requireNonNull(destination.server()), destination.requireKey()));
    }

    /** Makes {@link #create()} for the name {@code custom}. */
    public static final class Component implements ComponentProvider<StreamProvider> {

        /** For the service loader. */
        public Component() {}

        @Override
        public Class<StreamProvider> type() {
            return StreamProvider.class;
        }

        @Override
        public String name() {
            return "custom";
        }

        @Override
        public StreamProvider create(ComponentConfig config) {
            config.check();
            return CustomRtmp.create();
        }
    }
}
