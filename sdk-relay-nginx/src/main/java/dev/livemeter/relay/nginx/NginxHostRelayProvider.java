package dev.livemeter.relay.nginx;

import static dev.livemeter.relay.nginx.RelaySettings.ifPresent;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.relay.nginx.deploy.RelayHost;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.RelayController;
import java.nio.file.Path;

/**
 * Makes an {@link NginxRelay} on a relay host for whoever asks for {@code nginx-host}. Settings: {@code host}, {@code known-hosts} and {@code key}, which must be given; {@code ssh-port},
 * {@code account}, {@code key-passphrase}, {@code host-folder}, {@code connect-timeout} and {@code answer-timeout}, see {@link RelayHost}; {@code owner}, {@code take-over-from},
 * {@code restart-grace}, {@code control-port}, {@code callback-port}, {@code inner-ports} and {@code nodes}, see {@link NginxHostConfig}; and those of {@code nginx-local} but {@code work-directory},
 * {@code binary} and {@code module}, see {@link NginxRelayConfig}. Encoders are listened for on all addresses of the host and told its name, unless {@code ingest-host} and {@code public-host}
 * say otherwise.
 */
public final class NginxHostRelayProvider implements ComponentProvider<RelayController> {

    private static final int LEAST_PORT = 1024;
    private static final int MOST_PORT = 65535;
    private static final int MOST_NODES = 3;

    /** Found by {@link java.util.ServiceLoader}. */
    public NginxHostRelayProvider() {}

    @Override
    public Class<RelayController> type() {
        return RelayController.class;
    }

    @Override
    public String name() {
        return "nginx-host";
    }

    /** {@inheritDoc} So it is here: which host, nobody can guess. */
    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public RelayController create(ComponentConfig config) {
        var host = config.text("host").required();
        var knownHosts = config.path("known-hosts").required();
        var key = config.path("key").required();
        var way = RelayHost.at(host.orElse("unknown"));
        ifPresent(knownHosts).ifPresent(way::knownHosts);
        key(way, key, config.secret("key-passphrase"), config.path("agent"));
        ifPresent(config.integer("ssh-port", 1, MOST_PORT)).ifPresent(way::port);
        ifPresent(config.text("account")).ifPresent(way::account);
        ifPresent(config.text("host-folder")).ifPresent(way::folder);
        ifPresent(config.duration("connect-timeout")).ifPresent(way::connectTimeout);
        ifPresent(config.duration("answer-timeout")).ifPresent(way::answerTimeout);

        var owner = config.text("owner");
        var takeOverFrom = config.text("take-over-from");
        var grace = config.duration("restart-grace");
        var controlPort = config.integer("control-port", LEAST_PORT, MOST_PORT);
        var callbackPort = config.integer("callback-port", LEAST_PORT, MOST_PORT);
        var innerPorts = config.integer("inner-ports", LEAST_PORT, MOST_PORT - NginxHostConfig.INNER_PORTS + 1);
        var nodes = config.integer("nodes", 1, MOST_NODES);

        var settings = NginxRelayConfig.builder().ingestHost("0.0.0.0").publicHost(host.orElse("unknown"));
        RelaySettings.read(config, settings);
        if (!host.isPresent() || !knownHosts.isPresent() || !key.isPresent()) {
            // Who the host is has to be known before the rest can be judged.
            config.check();
        }
        var there = NginxHostConfig.of(RelaySettings.whole(config, way::build));
        ifPresent(owner).ifPresent(there::owner);
        ifPresent(takeOverFrom).ifPresent(there::takeOverFrom);
        ifPresent(grace).ifPresent(there::restartGrace);
        ifPresent(controlPort).ifPresent(there::controlPort);
        ifPresent(callbackPort).ifPresent(there::callbackPort);
        ifPresent(innerPorts).ifPresent(there::innerPorts);
        ifPresent(nodes).ifPresent(there::nodes);
        var on = RelaySettings.whole(config, there::build);
        var whole = RelaySettings.whole(config, settings::build);
        var relay = RelaySettings.whole(config, () -> NginxRelay.on(on, whole));
        config.check();
        return relay;
    }

    private static void key(
            RelayHost.Builder way,
            ComponentConfig.Setting<Path> key,
            ComponentConfig.Setting<Secret> opensIt,
            ComponentConfig.Setting<Path> agent) {
        if (key.isPresent() && agent.isPresent()) {
            way.agent(agent.get(), key.get());
        } else if (key.isPresent() && opensIt.isPresent()) {
            way.key(key.get(), opensIt.get());
        } else if (key.isPresent()) {
            way.key(key.get());
        }
    }
}
