package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.NginxRelayConfig.PlainIngest;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.RelayAuthority.EndCause;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins the lives of an nginx: starts it, or takes up one that outlived an earlier process, with the same ports and token, so that what runs in it
 * goes on to find us. Not thread-safe.
 */
final class NginxStarter {

    private static final Logger log = LoggerFactory.getLogger(NginxStarter.class);

    private static final int START_ATTEMPTS = 3;

    /** What all lives share. */
    record Surroundings(
            NginxHome.Visitor visitor,
            NginxHome home,
            Duration grace,
            RandomGenerator random,
            CallbackHandler callbacks,
            PushResolver.NameService names,
            AuthorityCalls authority,
            @Nullable RecordingPlace recordings) {}

    private final Surroundings with;
    private final NginxHome home;
    private final NginxRelayConfig config;

    private final IngestPort plain;
    private final IngestPort byTls;

    NginxStarter(Surroundings with) {
        this.with = with;
        this.home = with.home();
        this.config = with.visitor().config();
        var kept = home.standing().orElse(null);
        var ingestTls = config.ingestTls();
        var address = IpLiteral.address(config.ingestHost());
        plain = config.plainIngest() == PlainIngest.ON
                ? IngestPort.of(address, config.ingestPort(), kept == null ? 0 : kept.plainPort())
                : IngestPort.none();
        byTls = ingestTls == null
                ? IngestPort.none()
                : IngestPort.of(address, ingestTls.port(), kept == null ? 0 : kept.tlsPort());
    }

    /** Where encoders come without TLS; 0 where they do not. */
    int plainPort() {
        return plain.number();
    }

    /** Where encoders come by TLS; 0 where they do not. */
    int tlsPort() {
        return byTls.number();
    }

    /** Takes up the nginx that runs, or starts one; should another program take a port between our look and nginx's, then once more with others. */
    NginxRun start() {
        for (var attempt = 1; ; attempt++) {
            try {
                var kept = home.standing();
                var next = kept.isPresent() ? begin(kept.get(), true) : beginFresh();
                plain.works();
                byTls.works();
                return next;
            } catch (LivemeterException e) {
                if (attempt == START_ATTEMPTS || !"relay.port_in_use".equals(e.code())) {
                    throw e;
                }
                plain.avoidIfTaken();
                byTls.avoidIfTaken();
                log.info("A port was taken while nginx started; trying again.");
            }
        }
    }

    private NginxRun beginFresh() {
        var place = home.fresh(plain.number(), byTls.number());
        try {
            return begin(place, false);
        } catch (RuntimeException e) {
            home.abandon(place);
            throw e;
        }
    }

    private NginxRun begin(Standing place, boolean running) {
        var ports = new NginxConf.Ports(plain.number(), place.anchor(), place.control(), home.callbackPort());
        var bridge = home.bridge();
        @Nullable NameServer nameServer = null;
        try {
            var resolver = resolver(
                    ports,
                    List.of(byTls.number(), place.innerIngest(), place.gate().port(), bridge.ownPort()),
                    bridge);
            nameServer = home.names(place.names(), resolver::addressesFor);
            return begin(conf(place, ports, nameServer), resolver, nameServer, bridge, running);
        } catch (RuntimeException e) {
            bridge.close();
            if (nameServer != null) {
                nameServer.close();
            }
            throw e;
        }
    }

    private NginxConf conf(Standing place, NginxConf.Ports ports, @Nullable NameServer nameServer) {
        return new NginxConf(
                home.nginx(),
                home.directory(),
                home.ground(),
                config.ingestHost(),
                ports,
                config.application(),
                with.visitor().pace(),
                place.token(),
                place.run(),
                streamConf(place, nameServer),
                new Gate(place.gate(), with.grace(), home.nodes()),
                with.recordings() == null ? null : with.recordings().path());
    }

    private NginxRun begin(
            NginxConf wanted,
            PushResolver resolver,
            @Nullable NameServer nameServer,
            KeyBridge bridge,
            boolean running) {
        var visitor = with.visitor();
        var pace = visitor.pace();
        var control = new NginxControl(home.line(wanted.ports().control()), wanted.token());
        var lines = new PushLines(
                begun -> home.toRing(wanted, begun),
                config.application(),
                control,
                visitor.time(),
                visitor.scheduler());
        var publishers = new Publishers(
                with.authority(),
                new PushLane.Surroundings(
                        resolver, control, pace, visitor.time(), visitor.scheduler(), with.random(), lines),
                config.application(),
                config.mostDestinations(),
                new Bridging(with.grace(), with.authority()),
                carried(running),
                visitor.contact());
        // The callbacks of this run must be known before nginx can send the first one.
        with.callbacks().serve(new CallbackHandler.Run(Secret.of(wanted.token()), config.application(), publishers));
        var nginxLog = new NginxLog(() -> workerDied(publishers), this::readTlsComplaint);
        try {
            if (running) {
                lines.prepare();
            }
            var conf = home.enforce(wanted, running, control);
            var next = new NginxRun(
                    home.process(conf, nginxLog, running),
                    nginxLog,
                    publishers,
                    nameServer,
                    control,
                    lines,
                    bridge,
                    new Statistics(control::statistics, visitor.time()),
                    conf);
            try {
                next.awaitStart();
            } catch (RuntimeException e) {
                next.process().stop();
                throw e;
            }
            keep(conf);
            return next;
        } catch (RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    private Carried carried(boolean running) {
        var pace = with.visitor().pace();
        var time = with.visitor().time();
        if (home.nodes() > 1) {
            return Carried.amongOthers(time, pace.collect(), pace.lost());
        }
        return running ? new Carried(time, pace.collectBehindGate(), pace.unknown()) : Carried.nothing();
    }

    /** Notes what the next process needs, where nginx outlives this one. */
    void keep(NginxConf conf) {
        home.keep(conf, byTls.number());
    }

    private @Nullable StreamConf streamConf(Standing place, @Nullable NameServer nameServer) {
        var egress = egressConf(place, nameServer);
        var ingest = IngestCertificate.of(config)
                .map(home::asFound)
                .map(pair -> new StreamConf.Ingest(
                        config.ingestHost(), byTls.number(), place.innerIngest(), pair.certificate(), pair.key()))
                .orElse(null);
        return egress == null && ingest == null ? null : new StreamConf(egress, ingest);
    }

    private StreamConf.@Nullable Egress egressConf(Standing place, @Nullable NameServer nameServer) {
        var authorities = home.authorities();
        if (!(home.tls() instanceof TlsSupport.There there) || authorities == null) {
            return null;
        }
        there.complaints().forgetAll();
        return new StreamConf.Egress(
                authorities,
                nameServer == null ? 0 : nameServer.port(),
                StreamConf.AddressFamilies.ofThisMachine(),
                there.egress().begin(place.routes()));
    }

    private PushResolver resolver(NginxConf.Ports ports, List<Integer> others, KeyBridge bridge) {
        var own = new HashSet<>(others);
        own.addAll(List.of(ports.ingest(), ports.anchor(), ports.control(), ports.callbacks()));
        var policy = new AddressPolicy(config.allowPrivateDestinations(), own);
        return new PushResolver(
                with.names(), policy, config.resolveTimeout(), with.visitor().workers(), home.tls(), bridge);
    }

    private void readTlsComplaint(String line) {
        if (home.tls() instanceof TlsSupport.There there) {
            there.complaints().read(line);
        }
    }

    /** The master starts another worker, but the streams are gone and nobody else will say so. */
    private static void workerDied(Publishers publishers) {
        log.error("nginx's worker process died; all of its streams are lost. nginx starts another one by itself.");
        publishers.loseAll(EndCause.LOST);
    }
}
