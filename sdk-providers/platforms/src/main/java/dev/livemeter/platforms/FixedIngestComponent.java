package dev.livemeter.platforms;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.StreamProvider;

/** Makes a {@link FixedIngest}; the setting {@code server} overrides its address. */
abstract class FixedIngestComponent implements ComponentProvider<StreamProvider> {

    private final FixedIngest standard;

    FixedIngestComponent(FixedIngest standard) {
        this.standard = standard;
    }

    @Override
    public final Class<StreamProvider> type() {
        return StreamProvider.class;
    }

    @Override
    public final String name() {
        return standard.name();
    }

    @Override
    public final StreamProvider create(ComponentConfig config) {
        var server = config.uri("server").orElse(standard.server());
        config.check();
        return standard.at(server);
    }
}
