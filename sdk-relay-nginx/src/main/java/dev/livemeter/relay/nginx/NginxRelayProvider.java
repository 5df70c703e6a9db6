package dev.livemeter.relay.nginx;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.RelayController;

/**
 * Makes an {@link NginxRelay} for whoever asks for {@code nginx-local}. Settings, all optional: {@code ingest-host}, {@code ingest-port}, {@code public-host},
 * {@code application}, {@code most-destinations}, {@code heartbeat}, {@code work-directory}, {@code binary}, {@code module}, {@code allow-private-destinations},
 * {@code resolve-timeout}, {@code restart-grace}, {@code egress-ca}, {@code ingest-plain}, {@code ingest-tls-port},
 * {@code ingest-certificate}, {@code ingest-certificate-key}, {@code recording-folder}, {@code recording-reserve-megabytes}, {@code ffmpeg}; see {@link NginxRelayConfig}.
 */
public final class NginxRelayProvider implements ComponentProvider<RelayController> {

    /** Found by {@link java.util.ServiceLoader}. */
    public NginxRelayProvider() {}

    @Override
    public Class<RelayController> type() {
        return RelayController.class;
    }

    @Override
    public String name() {
        return "nginx-local";
    }

    @Override
    public RelayController create(ComponentConfig config) {
        var settings = NginxRelayConfig.builder();
        RelaySettings.read(config, settings);
        RelaySettings.ifPresent(config.path("work-directory")).ifPresent(settings::workDirectory);
        RelaySettings.ifPresent(config.path("binary")).ifPresent(settings::binary);
        RelaySettings.ifPresent(config.path("module")).ifPresent(settings::module);
        RelaySettings.ifPresent(config.duration("restart-grace")).ifPresent(settings::restartGrace);
        var whole = RelaySettings.whole(config, settings::build);
        config.check();
        return NginxRelay.local(whole);
    }
}
