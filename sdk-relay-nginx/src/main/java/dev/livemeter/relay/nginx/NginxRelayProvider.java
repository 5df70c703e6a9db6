package dev.livemeter.relay.nginx;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.relay.nginx.NginxRelayConfig.PlainIngest;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.RelayController;
import java.util.Optional;

/**
 * Makes an {@link NginxRelay} for whoever asks for {@code nginx-local}. Settings, all optional: {@code ingest-host}, {@code ingest-port}, {@code public-host},
 * {@code application}, {@code slots}, {@code heartbeat}, {@code work-directory}, {@code binary}, {@code module}, {@code allow-private-destinations},
 * {@code resolve-timeout}, {@code restart-grace}, {@code egress-ca}, {@code ingest-plain}, {@code ingest-tls-port},
 * {@code ingest-certificate}, {@code ingest-certificate-key}, {@code recording-folder}, {@code recording-reserve-megabytes}, {@code ffmpeg}; see {@link NginxRelayConfig}.
 */
public final class NginxRelayProvider implements ComponentProvider<RelayController> {

    private static final int DEFAULT_TLS_PORT = 1936;

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
        ifPresent(config.text("ingest-host")).ifPresent(settings::ingestHost);
        ifPresent(config.integer("ingest-port", 0, 65535)).ifPresent(settings::ingestPort);
        ifPresent(config.text("public-host")).ifPresent(settings::publicHost);
        ifPresent(config.text("application")).ifPresent(settings::application);
        ifPresent(config.integer("slots", 1, 32)).ifPresent(settings::slots);
        ifPresent(config.duration("heartbeat")).ifPresent(settings::heartbeat);
        ifPresent(config.path("work-directory")).ifPresent(settings::workDirectory);
        ifPresent(config.path("binary")).ifPresent(settings::binary);
        ifPresent(config.path("module")).ifPresent(settings::module);
        ifPresent(config.flag("allow-private-destinations")).ifPresent(settings::allowPrivateDestinations);
        ifPresent(config.duration("resolve-timeout")).ifPresent(settings::resolveTimeout);
        ifPresent(config.duration("restart-grace")).ifPresent(settings::restartGrace);
        ifPresent(config.path("recording-folder")).ifPresent(settings::recordingFolder);
        ifPresent(config.integer("recording-reserve-megabytes", 0, 1_000_000))
                .ifPresent(megabytes -> settings.recordingReserve(megabytes * 1_000_000L));
        ifPresent(config.path("ffmpeg")).ifPresent(settings::ffmpeg);
        ifPresent(config.path("egress-ca")).ifPresent(settings::egressCa);
        ifPresent(config.flag("ingest-plain"))
                .ifPresent(on -> settings.plainIngest(on ? PlainIngest.ON : PlainIngest.OFF));
        var port = config.integer("ingest-tls-port", 0, 65535);
        var certificate = config.path("ingest-certificate");
        var key = config.path("ingest-certificate-key");
        if (certificate.isPresent() && key.isPresent()) {
            settings.ingestTls(port.orElse(DEFAULT_TLS_PORT), certificate.get(), key.get());
        } else if (certificate.isPresent() || key.isPresent() || port.isPresent()) {
            config.fault(
                    "TLS ingest needs both ingest-certificate and ingest-certificate-key; give the two files, or none of the settings"
                            + " ingest-tls-port, ingest-certificate and ingest-certificate-key.");
        }
        final NginxRelayConfig whole;
        try {
            whole = settings.build();
        } catch (ConfigurationException e) {
            e.faults().forEach(config::fault);
            config.check();
            throw e;
        }
        config.check();
        return NginxRelay.local(whole);
    }

    private static <T> Optional<T> ifPresent(ComponentConfig.Setting<T> setting) {
        return setting.isPresent() ? Optional.of(setting.get()) : Optional.empty();
    }
}
