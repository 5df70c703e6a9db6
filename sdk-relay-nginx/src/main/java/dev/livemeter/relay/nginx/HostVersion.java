package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.deploy.DeploymentResult;
import dev.livemeter.relay.nginx.deploy.RelayConfiguration;
import dev.livemeter.relay.nginx.deploy.RelayDeployment;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.IdSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a relay on a relay host: whose are in force there, and how others get there. For one thread at a time. */
final class HostVersion {

    private static final Logger log = LoggerFactory.getLogger(HostVersion.class);

    static final String AUTHORITIES = "egress-ca.pem";
    static final String CERTIFICATE = "ingest.crt";
    static final String KEY = "ingest.key";
    private static final String MAIN = "nginx.conf";

    /** Who deployed by hand has no name. */
    private static final String BY_HAND = "by-hand";

    private static final Pattern CARRIES_STREAMS = Pattern.compile("(?m)^\\s*rtmp\\s*\\{");

    /** Less says nothing of what a key is. */
    private static final int SECRET_LINE = 16;

    /** How often what another node deployed at the same moment is brought together with ours. */
    private static final int ATTEMPTS = 3;

    private final RelayDeployment deployment;
    private final NginxRelayConfig config;
    private final NginxHostConfig host;
    private String owner = "";

    /** The ways that were in force after the last deployment, or when it was found. */
    private List<TlsRoute> lastRoutes = List.of();

    private String warned = "";

    /** A configuration that is in force, and what stands beside it. */
    record Deployed(NginxConf conf, HostNotes notes) {}

    HostVersion(NginxHostConfig host, NginxRelayConfig config) {
        this.deployment = RelayDeployment.to(host.host());
        this.config = config;
        this.host = host;
    }

    /**
     * What is kept in force for that owner; null where nothing is, and the host is free.
     *
     * @param takeOverFrom whose configuration may be replaced; empty for nobody's
     * @param host for people
     * @throws LivemeterException {@code relay.host_owned} where it is somebody else's
     */
    @Nullable
    HostNotes belongingTo(String wanted, String takeOverFrom, String host) {
        owner = wanted;
        var files = deployment.inForce();
        var kept = HostNotes.parse(files.getOrDefault(HostNotes.FILE, "")).orElse(null);
        if (kept != null && kept.owner().equals(wanted)) {
            lastRoutes = kept.routes();
            return kept;
        }
        var carries = CARRIES_STREAMS.matcher(files.getOrDefault(MAIN, "")).find();
        if (kept == null && !carries) {
            return null;
        }
        var holder = kept == null ? BY_HAND : kept.owner();
        if (holder.equals(takeOverFrom)) {
            log.warn("The relay host {} is taken over from {}; its streams end.", host, holder);
            return null;
        }
        throw new LivemeterException(
                "relay.host_owned",
                "The relay host " + host + " works for "
                        + (kept == null ? "a configuration that was deployed by hand" : "'" + holder + "'")
                        + ", and this relay is '"
                        + wanted
                        + "'. Give this relay a host of its own; or, if that one is given up, take it over with takeOverFrom(\""
                        + holder
                        + "\"), which ends its streams.");
    }

    /** Notes for a host that was nobody's. */
    HostNotes begun(IdSource tokens) {
        return new HostNotes(owner, tokens.next(), tokens.next(), List.of());
    }

    /**
     * Puts a configuration into force. What is in force already is left alone; where several nodes work with the host, what others brought into force stays in it.
     *
     * @return what is in force
     * @throws LivemeterException {@code relay.config_refused}; {@code relay.not_reloaded}, with retryable set; {@code relay.host_failed}; what was in force before still is, but for the second
     */
    Deployed deploy(NginxConf conf) {
        if (host.nodes() > 1) {
            var deployed = deployAmongOthers(conf);
            lastRoutes = deployed.notes().routes();
            return deployed;
        }
        var ignored = put(conf, files(conf, Map.of()));
        return new Deployed(conf, notes(conf));
    }

    private Deployed deployAmongOthers(NginxConf wanted) {
        var inForce = deployment.inForce();
        var seen = new HashSet<String>();
        var conf = wanted;
        for (var attempt = 1; ; attempt++) {
            var theirs = HostNotes.parse(inForce.getOrDefault(HostNotes.FILE, ""))
                    .filter(notes ->
                            notes.owner().equals(owner) && notes.token().equals(wanted.token()));
            conf = theirs.map(HostNotes::routes)
                    .map(routes -> withTheirs(routes, wanted))
                    .orElse(wanted);
            var ours = theirs.isPresent() ? inForce : Map.<String, String>of();
            if (attempt == 1 && theirs.isPresent()) {
                var same = conf.provenBy(theirs.get().run());
                if (files(same, ours).equals(inForce)) {
                    return new Deployed(same, notes(same));
                }
            }
            if (!inForce.isEmpty()) {
                seen.add(RelayConfiguration.of(inForce).version());
            }
            var files = files(conf, ours);
            seen.add(RelayConfiguration.of(files).version());
            var result = put(conf, files);
            if (!(result instanceof DeploymentResult.Deployed done)
                    || done.previous().isEmpty()
                    || seen.contains(done.previous())
                    || attempt == ATTEMPTS) {
                return new Deployed(conf, notes(conf));
            }
            // Another node was faster; what it brought was just taken out of force.
            inForce = deployment.files(done.previous());
        }
    }

    private NginxConf withTheirs(List<TlsRoute> theirs, NginxConf ours) {
        var stream = ours.stream();
        return stream == null || stream.egress() == null
                ? ours
                : ours.with(
                        stream.withRoutes(CommonRoutes.of(
                                routes(ours), lastRoutes, theirs, host.innerPorts(), NginxHostConfig.INNER_PORTS)),
                        ours.run());
    }

    private static List<TlsRoute> routes(NginxConf conf) {
        var stream = conf.stream();
        var egress = stream == null ? null : stream.egress();
        return egress == null ? List.of() : egress.routes();
    }

    private HostNotes notes(NginxConf conf) {
        return new HostNotes(owner, conf.token(), conf.run(), routes(conf));
    }

    private DeploymentResult put(NginxConf conf, Map<String, String> files) {
        var secrets = new ArrayList<Secret>();
        secrets.add(Secret.of(conf.token()));
        files.getOrDefault(KEY, "")
                .lines()
                .filter(line -> line.length() >= SECRET_LINE)
                .map(Secret::of)
                .forEach(secrets::add);
        var configuration = RelayConfiguration.of(files).hiding(secrets);
        var result = deployment.deploy(configuration);
        if (result instanceof DeploymentResult.Unknown) {
            // The same once more tells what became of it.
            result = deployment.deploy(configuration);
        }
        if (result.inForce()) {
            log.info("{}", result.sentence());
            return result;
        }
        throw failure(result);
    }

    /**
     * What is to be brought.
     *
     * @param inForce what nodes of the same application brought; empty where that is another's, or nobody's
     */
    private Map<String, String> files(NginxConf conf, Map<String, String> inForce) {
        var stream = conf.stream();
        var files = new TreeMap<>(
                Map.of(MAIN, conf.render(), HostNotes.FILE, notes(conf).text()));
        var authorities = config.egressCa();
        if (authorities != null && stream != null && stream.egress() != null) {
            files.put(AUTHORITIES, read(authorities));
        }
        IngestCertificate.of(config).ifPresent(pair -> {
            var ours = read(pair.certificate());
            var theirs = inForce.getOrDefault(CERTIFICATE, "");
            // A node whose files are renewed later must not bring the old ones back.
            var later = IngestCertificate.isLater(theirs, ours);
            if (later) {
                IngestCertificate.older(pair.certificate(), ours, theirs).ifPresent(this::warnOnce);
            }
            files.put(CERTIFICATE, later ? theirs : ours);
            files.put(KEY, later ? inForce.getOrDefault(KEY, "") : read(pair.key()));
        });
        return files;
    }

    /** Each deployment finds the same again. */
    private void warnOnce(String sentence) {
        if (!sentence.equals(warned)) {
            warned = sentence;
            log.warn("{}", sentence);
        }
    }

    private static LivemeterException failure(DeploymentResult result) {
        if (result instanceof DeploymentResult.Refused) {
            return new LivemeterException("relay.config_refused", result.sentence());
        }
        return result instanceof DeploymentResult.Failed
                ? new LivemeterException("relay.host_failed", result.sentence(), true, null)
                : new LivemeterException("relay.not_reloaded", result.sentence(), true, null);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.host_files",
                    "The file " + file + " cannot be read to bring it to the relay host: " + e.getMessage() + ".",
                    true,
                    e);
        }
    }
}
