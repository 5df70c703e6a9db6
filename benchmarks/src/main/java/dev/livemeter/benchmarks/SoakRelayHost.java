package dev.livemeter.benchmarks;

import dev.livemeter.benchmarks.SoakOutages.Kind;
import dev.livemeter.relay.nginx.deploy.CuttingProxy;
import dev.livemeter.relay.nginx.deploy.DeploymentRecord;
import dev.livemeter.relay.nginx.deploy.DeploymentRecord.Outcome;
import dev.livemeter.relay.nginx.deploy.RelayDeployment;
import dev.livemeter.relay.nginx.deploy.TestPorts;
import dev.livemeter.relay.nginx.deploy.TestRelayHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A relay host with real sshd, sudo and nginx, in a namespace of this machine; the application gets there by a way that can be cut. */
final class SoakRelayHost implements SoakRelay {

    /** Whose stream goes to a TLS server as well, from when it is added on air. */
    static final String BY_TLS = "steady0";

    private static final int TLS_NUMBER = 9;

    /** Of {@code NginxHostConfig}. */
    private static final int INNER_PORTS = 64;

    /** A renewed certificate is looked for every 2 s, and a deployment takes some more. */
    private static final Duration DEPLOYED = Duration.ofSeconds(15);

    /** The connection is made anew at intervals of up to 10 s. */
    private static final Duration REGAINED = Duration.ofSeconds(15);

    private static final Duration CUT = Duration.ofSeconds(12);
    private static final Duration STILL = Duration.ofSeconds(15);

    private final Path data;
    private final Path arrivedOverTls;
    private final Path arrived;
    private final TestRelayHost host;
    private final CuttingProxy wire;
    private final RelayDeployment deployment;
    private final PlainNginx tlsPlatform;
    private final int tlsPort = TestPorts.free();
    private final int before;
    private int expected = 1;
    private Instant addedTls = Instant.MAX;

    private SoakRelayHost(Path folder, Path data, Path arrived, TestRelayHost host) throws Exception {
        this.data = data;
        this.arrived = arrived;
        this.arrivedOverTls = Files.createDirectories(folder.resolve("arrived-over-tls"));
        this.host = host;
        this.wire = new CuttingProxy(host.sshPort(), Long.MAX_VALUE);
        this.deployment = host.deployment();
        var certificate = data.resolve(SoakApplication.PLATFORM_CERTIFICATE);
        var key = folder.resolve("platform.key");
        Encoders.certificate(folder, certificate, key);
        this.tlsPlatform = PlainNginx.startWithTls(
                folder.resolve("platform-with-tls"),
                tlsPort,
                certificate,
                key,
                List.of("application a { " + SoakArrivals.recordedIn(arrivedOverTls) + " }"));
        var way = host.wayThrough(wire.port()).build();
        SoakApplication.onHost(
                data,
                new SoakApplication.HostPlace(
                        way.port(),
                        way.knownHosts(),
                        host.folder().resolve("id"),
                        host.controlPort(),
                        host.callbackPort(),
                        TestPorts.free(INNER_PORTS),
                        TestPorts.free(),
                        TestPorts.free()));
        this.before = deployment.history().size();
    }

    /**
     * Installs one.
     *
     * @param folder for its files
     * @param data of the application, which is told there how to get to the host
     * @param arrived where the platform without TLS records
     * @param install the script that makes a machine a relay host
     */
    static SoakRelayHost start(Path folder, Path data, Path arrived, Path install) throws Exception {
        var host = TestRelayHost.start(Files.createDirectories(folder.resolve("host")), install);
        try {
            return new SoakRelayHost(folder, data, arrived, host);
        } catch (Exception e) {
            host.close();
            throw e;
        }
    }

    @Override
    public void killWorkers() {
        host.root("pkill -KILL -P \"$(cat /var/lib/livemeter-relay/state/nginx.pid)\"");
    }

    @Override
    public void kill() {
        host.root("""
                master=$(cat /var/lib/livemeter-relay/state/nginx.pid)
                workers=$(pgrep -P "$master")
                kill -KILL "$master" $workers
                """);
    }

    @Override
    public double mebibytes() {
        var kibibytes = host.tryRoot(
                "ps -o rss= --ppid \"$(cat /var/lib/livemeter-relay/state/nginx.pid)\" | awk '{ sum += $1 } END { print sum + 0 }'");
        return kibibytes.startsWith("0 ") ? Double.parseDouble(kibibytes.substring(2)) / 1024 : 0;
    }

    @Override
    public List<SoakStep> story(Stage stage) {
        return List.of(
                new SoakStep(18, "the certificate is renewed", () -> {
                    stage.renewCertificate();
                    awaitCertificate(stage.findings());
                }),
                new SoakStep(22, BY_TLS + " streams to a TLS server, too", () -> {
                    addedTls = Instant.now();
                    stage.application()
                            .order(
                                    "destination " + BY_TLS + " " + TLS_NUMBER + " rtmps://localhost:" + tlsPort + "/a",
                                    "added");
                    awaitDeployment(
                            stage.findings(),
                            "the way to the TLS server",
                            files -> files.getOrDefault("nginx.conf", "").contains("127.0.0.1:" + tlsPort + " "));
                }),
                new SoakStep(
                        45,
                        "the SSH connection is cut for " + CUT.toSeconds()
                                + " s, and the certificate renewed meanwhile",
                        () -> {
                            stage.outages().begin(Kind.AWAY, Instant.now());
                            wire.refuse();
                            stage.renewCertificate();
                            Thread.sleep(CUT.toMillis());
                            wire.admit();
                            regained(stage);
                            awaitCertificate(stage.findings());
                        }),
                new SoakStep(52, "the certificate is renewed once more", () -> {
                    stage.renewCertificate();
                    awaitCertificate(stage.findings());
                }),
                new SoakStep(56, "nothing passes the SSH connection for " + STILL.toSeconds() + " s", () -> {
                    stage.outages().begin(Kind.AWAY, Instant.now());
                    wire.hold();
                    Thread.sleep(STILL.toMillis());
                    wire.admit();
                    regained(stage);
                }),
                new SoakStep(66, "sshd's processes for the application are killed", () -> {
                    stage.outages().begin(Kind.AWAY, Instant.now());
                    host.root("pkill -KILL -f '^sshd: livemeter-deploy'");
                    Thread.sleep(500);
                    regained(stage);
                }));
    }

    private static void regained(Stage stage) throws Exception {
        var until = System.nanoTime() + REGAINED.toNanos();
        var health = "";
        do {
            Thread.sleep(200);
            health = stage.application().order("health", "health ");
        } while (!health.equals("up") && System.nanoTime() - until < 0);
        stage.outages().end(Instant.now());
        if (!health.equals("up")) {
            stage.findings()
                    .wrong("The relay host is not worked with " + REGAINED.toSeconds()
                            + " s after it could be reached again: " + health);
        }
    }

    private void awaitCertificate(SoakFindings findings) throws Exception {
        var wanted = Files.readString(data.resolve("ingest.crt"));
        awaitDeployment(findings, "the renewed certificate", files -> wanted.equals(files.get("ingest.crt")));
    }

    private void awaitDeployment(SoakFindings findings, String what, Predicate<java.util.Map<String, String>> isThere)
            throws Exception {
        expected++;
        var began = System.nanoTime();
        while (!isThere.test(deployment.inForce())) {
            if (System.nanoTime() - began > DEPLOYED.toNanos()) {
                findings.wrong("Within " + DEPLOYED.toSeconds() + " s the host did not get " + what + ".");
                return;
            }
            Thread.sleep(200);
        }
        findings.note(what + " is in force on the host, after "
                + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");
    }

    @Override
    public void look(SoakFindings findings) throws Exception {
        lookAtDeployments(findings);
        lookAtTls(findings);
    }

    /** No more than what was asked for: a restart of anything is no deployment. */
    private void lookAtDeployments(SoakFindings findings) {
        var all = new ArrayList<>(deployment.history());
        var made = all.subList(0, all.size() - before);
        var inForce = made.stream()
                .filter(record -> record.outcome() == Outcome.DEPLOYED)
                .count();
        var sentence = made.size() + " deployments over SSH, " + inForce + " of them in force";
        if (made.size() != expected || inForce != expected) {
            findings.wrong(sentence + "; expected " + expected + ": "
                    + made.stream().map(DeploymentRecord::outcome).toList());
        } else {
            findings.note(sentence);
        }
    }

    /** What went to the TLS server arrived there from the moment when it was added, but for what getting ready and each new push cost. */
    private void lookAtTls(SoakFindings findings) throws IOException {
        var missing = 0.0;
        var wanted = 0.0;
        for (var stretch : new SoakArrivals(arrived).of(BY_TLS)) {
            var late = Math.max(0, Duration.between(stretch.at(), addedTls).toMillis() / 1e3);
            var here = Math.max(0, stretch.seconds() - late);
            wanted += here;
            missing += here > 0 ? SoakApplication.HEARTBEAT.toSeconds() : 0;
        }
        var came = new SoakArrivals(arrivedOverTls)
                .of(BY_TLS).stream().mapToDouble(SoakArrivals.Arrived::seconds).sum();
        var sentence = String.format("%s: %.1f s arrived over TLS, of %.1f s since", BY_TLS, came, wanted);
        if (came < wanted - missing - DEPLOYED.toSeconds()) {
            findings.wrong(sentence + "; that is too little.");
        } else {
            findings.note(sentence);
        }
    }

    @Override
    public void close() {
        tlsPlatform.close();
        host.close();
        try {
            wire.close();
        } catch (IOException e) {
            // Its sockets end with this process at the latest.
        }
    }
}
