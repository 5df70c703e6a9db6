package dev.livemeter.relay.nginx;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.relay.nginx.NginxRelayConfig.PlainIngest;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads what relays on this machine and on relay hosts have in common from settings. */
final class RelaySettings {

    private static final int DEFAULT_TLS_PORT = 1936;

    private RelaySettings() {}

    static void read(ComponentConfig config, NginxRelayConfig.Builder settings) {
        ifPresent(config.text("ingest-host")).ifPresent(settings::ingestHost);
        ifPresent(config.integer("ingest-port", 0, 65535)).ifPresent(settings::ingestPort);
        ifPresent(config.text("public-host")).ifPresent(settings::publicHost);
        ifPresent(config.text("application")).ifPresent(settings::application);
        ifPresent(config.integer("most-destinations", 1, 32)).ifPresent(settings::mostDestinations);
        ifPresent(config.duration("heartbeat")).ifPresent(settings::heartbeat);
        ifPresent(config.flag("allow-private-destinations")).ifPresent(settings::allowPrivateDestinations);
        ifPresent(config.duration("resolve-timeout")).ifPresent(settings::resolveTimeout);
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
    }

    /** Makes what all of it was collected for; its faults are told together with those of the settings. */
    static <T> T whole(ComponentConfig config, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (ConfigurationException e) {
            e.faults().forEach(config::fault);
            config.check();
            throw e;
        }
    }

    static <T> Optional<T> ifPresent(ComponentConfig.Setting<T> setting) {
        return setting.isPresent() ? Optional.of(setting.get()) : Optional.empty();
    }
}
