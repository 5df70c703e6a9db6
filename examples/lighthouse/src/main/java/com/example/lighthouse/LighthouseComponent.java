package com.example.lighthouse;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;
import java.time.Duration;

/** Makes Lighthouse from the settings below {@code livemeter.provider.lighthouse}. */
public final class LighthouseComponent implements ComponentProvider<StreamProvider> {

    @Override
    public Class<StreamProvider> type() {
        return StreamProvider.class;
    }

    @Override
    public String name() {
        return LighthouseByKey.NAME;
    }

    @Override
    public StreamProvider create(ComponentConfig config) {
        var server = config.uri("server").orElse(URI.create("rtmp://in.lighthouse.example/live"));
        var site = config.uri("site").orElse(URI.create("https://lighthouse.example"));
        var chatEvery = config.duration("chat-every").orElse(Duration.ofSeconds(2));
        var client = config.text("client-id");
        config.check();
        return client.isPresent()
                ? new Lighthouse(server, new LighthouseApi(site), client.get(), chatEvery)
                : new LighthouseByKey(server);
    }
}
