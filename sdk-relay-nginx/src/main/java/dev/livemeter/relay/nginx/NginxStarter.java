package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.NginxRelayConfig.PlainIngest;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
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
            NginxRelayConfig config,
            Pace pace,
            TimeSource time,
            RandomGenerator random,
            ExecutorService workers,
            SystemScheduler scheduler,
            CallbackHandler callbacks,
            PushResolver.NameService names,
            AuthorityCalls authority,
            NginxInstallation nginx,
            WorkDirectory directory,
            HttpClient client,
            TlsSupport tls,
            @Nullable Path authorities,
            @Nullable RecordingFolder recordings) {}

    private final Surroundings with;
    private final NginxRelayConfig config;
    private final IdSource tokens = IdSource.random();

    /** Chosen at the first start where the settings leave it open; encoders were told, so it stays. */
    private int plainPort;

    private int tlsPort;

    /**
     * @param kept what is known of an nginx that runs already; null where none does
     */
    NginxStarter(Surroundings with, @Nullable Standing kept) {
        this.with = with;
        this.config = with.config();
        var ingestTls = config.ingestTls();
        plainPort = config.plainIngest() == PlainIngest.ON
                ? picked(config.ingestPort(), kept == null ? 0 : kept.plainPort())
                : 0;
        tlsPort = ingestTls == null ? 0 : picked(ingestTls.port(), kept == null ? 0 : kept.tlsPort());
    }

    private int picked(int wanted, int before) {
        if (wanted != 0) {
            return wanted;
        }
        return before != 0 ? before : FreePorts.pick(IpLiteral.address(config.ingestHost()));
    }

    /** Where encoders come without TLS; 0 where they do not. */
    int plainPort() {
        return plainPort;
    }

    /** Where encoders come by TLS; 0 where they do not. */
    int tlsPort() {
        return tlsPort;
    }

    /** What is known of an nginx that an earlier process left running in that directory; empty where none runs. */
    static Optional<Standing> standing(WorkDirectory directory) {
        return LeftOver.find(
                        directory.path().resolve(NginxConf.PID_FILE),
                        directory.path().resolve(NginxConf.FILE))
                .flatMap(process -> Standing.read(directory.path()));
    }

    /**
     * Ends an nginx of an earlier process, and forgets what was kept of it. Idempotent.
     *
     * @return whether one ran
     */
    static boolean endLeftBehind(Path directory) {
        var ran = LeftOver.stop(directory.resolve(NginxConf.PID_FILE), directory.resolve(NginxConf.FILE));
        Standing.read(directory).ifPresent(kept -> {
            kept.gate().clear();
            Standing.forget(directory);
        });
        return ran;
    }

    /**
     * Takes up the nginx that runs, or starts one; should another program take a port between our look and nginx's, then once more with others.
     *
     * @param callbacks the port where this process listens for callbacks
     */
    NginxRun start(int callbacks) {
        for (var attempt = 1; ; attempt++) {
            try {
                var kept = config.restartGrace().isZero() ? Optional.<Standing>empty() : standing(with.directory());
                if (kept.isPresent()) {
                    return begin(kept.get(), callbacks, true);
                }
                endLeftBehind(with.directory().path());
                requireFree();
                return beginFresh(callbacks);
            } catch (LivemeterException e) {
                if (attempt == START_ATTEMPTS || !"relay.port_in_use".equals(e.code())) {
                    throw e;
                }
                log.info("A port was taken while nginx started; trying again.");
            }
        }
    }

    private NginxRun beginFresh(int callbacks) {
        var place = fresh();
        try {
            return begin(place, callbacks, false);
        } catch (RuntimeException e) {
            place.gate().clear();
            throw e;
        }
    }

    private void requireFree() {
        for (var port : List.of(plainPort, tlsPort)) {
            if (port > 0) {
                FreePorts.requireFree(IpLiteral.address(config.ingestHost()), port);
            }
        }
    }

    private Standing fresh() {
        var inner = FreePorts.pick(IpLiteral.address("127.0.0.1"), 4);
        return new Standing(
                tokens.next(),
                tokens.next(),
                plainPort,
                tlsPort,
                inner.get(0),
                inner.get(1),
                0,
                config.restartGrace().isZero() ? new Gate.Place(0, Path.of("")) : Gate.Place.make(inner.get(2)),
                inner.get(3),
                0,
                List.of());
    }

    private NginxRun begin(Standing place, int callbacks, boolean running) {
        var ports = new NginxConf.Ports(plainPort, place.slots(), place.control(), callbacks);
        var resolver = resolver(
                ports, List.of(tlsPort, place.innerIngest(), place.gate().port()));
        var nameServer = NameServer.start(place.names(), resolver::addressesFor, with.workers());
        try {
            return begin(conf(place, ports, nameServer), resolver, nameServer, running);
        } catch (RuntimeException e) {
            nameServer.close();
            throw e;
        }
    }

    private NginxConf conf(Standing place, NginxConf.Ports ports, NameServer nameServer) {
        var bridges = !config.restartGrace().isZero();
        if (bridges) {
            with.directory().prepare(with.directory().path().resolve(NginxConf.LOG_FILE));
        }
        return new NginxConf(
                with.nginx(),
                with.directory().path(),
                config.ingestHost(),
                ports,
                config.application(),
                config.slots(),
                with.pace(),
                place.token(),
                place.run(),
                streamConf(place, nameServer),
                bridges ? new Gate(place.gate(), config.restartGrace()) : null,
                with.recordings() == null ? null : with.recordings().path());
    }

    private NginxRun begin(NginxConf wanted, PushResolver resolver, NameServer nameServer, boolean running) {
        var control = new NginxControl(with.client(), wanted);
        var publishers = new Publishers(
                with.authority(),
                new PushLane.Surroundings(resolver, control, with.pace(), with.time(), with.scheduler(), with.random()),
                config.application(),
                config.slots(),
                new Bridging(config.restartGrace(), with.authority()),
                running
                        ? new Carried(
                                with.time(), with.pace().collect(), with.pace().unknown())
                        : Carried.nothing());
        // The callbacks of this run must be known before nginx can send the first one.
        with.callbacks().serve(new CallbackHandler.Run(Secret.of(wanted.token()), config.application(), publishers));
        var nginxLog = new NginxLog(() -> workerDied(publishers), this::readTlsComplaint);
        var conf = running ? inForce(wanted, control) : written(wanted);
        var next = new NginxRun(
                process(conf, nginxLog, running),
                nginxLog,
                publishers,
                nameServer,
                control,
                new Statistics(control::statistics, with.time()),
                conf);
        try {
            next.awaitStart();
        } catch (RuntimeException e) {
            next.process().stop();
            throw e;
        }
        keep(conf);
        return next;
    }

    private NginxConf written(NginxConf conf) {
        with.directory().write(conf.file(), conf.render());
        NginxChild.test(conf);
        return conf;
    }

    /** The nginx that runs is to have this very configuration; where settings or ports changed it is reloaded, and its streams go on. */
    private NginxConf inForce(NginxConf wanted, NginxControl control) {
        var before = NginxDaemon.textOf(wanted.file()).orElse("");
        try {
            if (before.equals(wanted.render()) && control.runs(wanted.run())) {
                return wanted;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException("relay.interrupted", "The start of the relay was interrupted.", true, e);
        }
        log.info("The nginx that runs has other settings than are wanted now; it is given the new ones.");
        var next = wanted.with(wanted.stream(), tokens.next());
        new NginxReload(with.directory(), control).apply(before, next);
        return next;
    }

    private NginxProcess process(NginxConf conf, NginxLog log, boolean running) {
        if (conf.gate() == null) {
            return NginxChild.start(conf, log);
        }
        return running
                ? NginxDaemon.find(conf, log)
                        .orElseThrow(() -> new LivemeterException(
                                "relay.not_started", "nginx ended while it was taken up.", true, null))
                : NginxDaemon.start(conf, log);
    }

    /** Notes what the next process needs, where nginx outlives this one. */
    void keep(NginxConf conf) {
        var gate = conf.gate();
        if (gate == null) {
            return;
        }
        var stream = conf.stream();
        var egress = stream == null ? null : stream.egress();
        var ingest = stream == null ? null : stream.ingest();
        new Standing(
                        conf.token(),
                        conf.run(),
                        conf.ports().ingest(),
                        tlsPort,
                        conf.ports().slots(),
                        conf.ports().control(),
                        conf.ports().callbacks(),
                        gate.place(),
                        ingest == null ? FreePorts.pick(IpLiteral.address("127.0.0.1")) : ingest.innerPort(),
                        egress == null ? 0 : egress.nameServerPort(),
                        egress == null ? List.of() : egress.routes())
                .keepIn(with.directory());
    }

    private @Nullable StreamConf streamConf(Standing place, NameServer nameServer) {
        var egress = egressConf(place, nameServer);
        var ingest = IngestCertificate.of(config)
                .map(pair -> new StreamConf.Ingest(
                        config.ingestHost(), tlsPort, place.innerIngest(), pair.certificate(), pair.key()))
                .orElse(null);
        return egress == null && ingest == null ? null : new StreamConf(egress, ingest);
    }

    private StreamConf.@Nullable Egress egressConf(Standing place, NameServer nameServer) {
        var authorities = with.authorities();
        if (!(with.tls() instanceof TlsSupport.There there) || authorities == null) {
            return null;
        }
        there.complaints().forgetAll();
        return new StreamConf.Egress(
                authorities,
                nameServer.port(),
                StreamConf.AddressFamilies.ofThisMachine(),
                there.egress().begin(place.routes()));
    }

    private PushResolver resolver(NginxConf.Ports ports, List<Integer> others) {
        var own = new HashSet<>(others);
        own.addAll(List.of(ports.ingest(), ports.slots(), ports.control(), ports.callbacks()));
        var policy = new AddressPolicy(config.allowPrivateDestinations(), own);
        return new PushResolver(with.names(), policy, config.resolveTimeout(), with.workers(), with.tls());
    }

    private void readTlsComplaint(String line) {
        if (with.tls() instanceof TlsSupport.There there) {
            there.complaints().read(line);
        }
    }

    /** The master starts another worker, but the streams are gone and nobody else will say so. */
    private static void workerDied(Publishers publishers) {
        log.error("nginx's worker process died; all of its streams are lost. nginx starts another one by itself.");
        publishers.loseAll(EndCause.LOST);
    }
}
