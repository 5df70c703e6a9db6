package dev.livemeter.relay.nginx.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.deploy.DeploymentRecord.Outcome;
import dev.livemeter.secret.Secret;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations come into force on a real host, or nothing changes. */
@Tag("once") // servers and scripts do not care which JVM asks
@TestInstance(Lifecycle.PER_CLASS) // the host is installed once
class RelayDeploymentTest {

    private static final String INCOMING = "/var/lib/livemeter-relay/incoming";
    private static final String STATE = "/var/lib/livemeter-relay/state";

    private TestRelayHost host;
    private RelayDeployment relay;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        host = TestRelayHost.start(folder);
        relay = host.deployment();
    }

    @BeforeEach
    void sweep() {
        host.root("rm -rf " + INCOMING + "/*");
    }

    @AfterAll
    void stop() {
        host.close();
    }

    private static String shortened(RelayConfiguration configuration) {
        return configuration.version().substring(0, 12);
    }

    private String inForce() {
        var about = host.about();
        assertThat(about.answers()).isEqualTo(about.active());
        return about.active();
    }

    @Test
    void aConfigurationComesIntoForceAndTheHostRemembersWhoDidIt() {
        var before = inForce();
        var next = TestRelayHost.plain("comes into force");
        var steps = new ArrayList<String>();
        var result = relay.deploy(next, (sentence, since) -> {
            assertThat(since).isPositive();
            steps.add(sentence);
        });
        assertThat(result).isEqualTo(new DeploymentResult.Deployed(next.version(), before));
        assertThat(result.inForce()).isTrue();
        assertThat(result.sentence())
                .isEqualTo("Version " + shortened(next) + " is in force, in place of " + before.substring(0, 12) + ".");
        assertThat(steps)
                .containsExactly(
                        "Connected to 127.0.0.1:" + host.sshPort() + ", whose host key is known.",
                        "Uploaded 1 file.",
                        "nginx on the host takes the configuration.",
                        "The host told nginx to take it.",
                        "nginx answers with this version.");
        assertThat(inForce()).isEqualTo(next.version());
        var newest = relay.history().get(0);
        assertThat(newest.who()).isEqualTo("alice");
        assertThat(newest.version()).isEqualTo(next.version());
        assertThat(newest.previous()).isEqualTo(before);
        assertThat(newest.outcome()).isEqualTo(Outcome.DEPLOYED);
        assertThat(host.root("ls -A " + INCOMING)).isEmpty();
    }

    @Test
    void whatIsInForceAlreadyIsUnchangedAndLeavesNoLineInTheHistory() {
        var next = TestRelayHost.plain("twice");
        assertThat(relay.deploy(next).inForce()).isTrue();
        var lines = relay.history();
        assertThat(relay.deploy(next)).isEqualTo(new DeploymentResult.Unchanged(next.version()));
        assertThat(relay.rollBack(next.version())).isEqualTo(new DeploymentResult.Unchanged(next.version()));
        assertThat(relay.history()).isEqualTo(lines);
    }

    @Test
    void anOlderVersionComesBack() {
        var first = TestRelayHost.plain("older");
        var second = TestRelayHost.plain("newer");
        assertThat(relay.deploy(first).inForce()).isTrue();
        assertThat(relay.deploy(second).inForce()).isTrue();
        assertThat(relay.rollBack(first.version()))
                .isEqualTo(new DeploymentResult.Deployed(first.version(), second.version()));
        assertThat(inForce()).isEqualTo(first.version());
    }

    @Test
    void aVersionThatTheHostDoesNotHaveCannotComeBack() {
        var before = inForce();
        var result = relay.rollBack("ab".repeat(32));
        assertThat(result.sentence())
                .isEqualTo(
                        "The host 127.0.0.1:" + host.sshPort()
                                + " does not have version abababababab; it keeps the last 20 that were in force. Deploy its files.");
        assertThat(result).isInstanceOf(DeploymentResult.Failed.class);
        assertThat(inForce()).isEqualTo(before);
    }

    @Test
    @DisplayName("Acceptance 10: nginx refuses a bad configuration in its own words without secrets")
    void nginxRefusesABadConfigurationInItsOwnWordsWithoutSecrets() {
        var before = inForce();
        var secret = "hush-1234";
        var bad = RelayConfiguration.of(Map.of(
                        "nginx.conf", TestRelayHost.text("bad", "pushh " + secret + " abcdefghij0123456789xyz;")))
                .hiding(List.of(Secret.of(secret)));
        var result = relay.deploy(bad);
        assertThat(result)
                .isEqualTo(new DeploymentResult.Refused(bad.version(), "unknown directive \"pushh\" in nginx.conf:6"));
        assertThat(result.sentence())
                .isEqualTo("nginx refuses version " + shortened(bad)
                        + ", so nothing was changed: unknown directive \"pushh\" in nginx.conf:6");
        var leaking = RelayConfiguration.of(
                        Map.of("nginx.conf", TestRelayHost.text("leaks", secret + " abcdefghij0123456789xyz;")))
                .hiding(List.of(Secret.of(secret)));
        assertThat(relay.deploy(leaking))
                .isEqualTo(
                        new DeploymentResult.Refused(leaking.version(), "unknown directive \"····\" in nginx.conf:6"));
        assertThat(inForce()).isEqualTo(before);
    }

    @Test
    void aConfigurationThatCouldNotBeProvenIsRefused() {
        var silent = RelayConfiguration.of(Map.of("nginx.conf", "events {}\npcre_jit off;\n"));
        assertThat(relay.deploy(silent))
                .isEqualTo(new DeploymentResult.Refused(
                        silent.version(),
                        "The configuration does not include the proof of its version; write 'include livemeter-proof.conf;' into its http"
                                + " part."));
    }

    @Test
    void theModuleWithoutItsPartIsRefusedAsWorkersWouldCrash() {
        var crashing = RelayConfiguration.of(Map.of("nginx.conf", TestRelayHost.text("crashes", "")));
        assertThat(relay.deploy(crashing))
                .isEqualTo(new DeploymentResult.Refused(
                        crashing.version(),
                        "The configuration loads the RTMP module and has no rtmp part; nginx would crash. Leave the module out, or write"
                                + " 'rtmp { }'."));
    }

    @Test
    @DisplayName("Acceptance 10: a port that is taken is noticed by the proof and the last good one is put back")
    void aPortThatIsTakenIsNoticedByTheProofAndTheLastGoodOneIsPutBack() throws Exception {
        var before = inForce();
        try (var taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var next = conflicting(taken.getLocalPort());
            var result = relay.deploy(next);
            assertThat(result).isEqualTo(new DeploymentResult.RolledBack(next.version(), before));
            assertThat(result.sentence())
                    .isEqualTo("nginx did not take version " + shortened(next) + " within its time, so "
                            + before.substring(0, 12)
                            + " was put back and is in force. Most often a port is taken by another program: look at 'journalctl -u"
                            + " livemeter-relay' on the host.");
        }
        assertThat(inForce()).isEqualTo(before);
        assertThat(relay.history().get(0).outcome()).isEqualTo(Outcome.ROLLED_BACK);
    }

    private static RelayConfiguration conflicting(int port) {
        return RelayConfiguration.of(Map.of(
                "nginx.conf",
                TestRelayHost.text(
                        "conflict",
                        "rtmp { access_log off; server { listen 127.0.0.1:" + port
                                + "; application live { live on; } } }")));
    }

    @Test
    void aConnectionThatIsCutInTheUploadLeavesNothingInForceAndTheNextOneSucceeds() throws Exception {
        var before = inForce();
        var big = RelayConfiguration.of(Map.of(
                "nginx.conf",
                TestRelayHost.text("cut", "rtmp { access_log off; }"),
                "padding.conf",
                "# a line of no meaning\n".repeat(20_000)));
        try (var proxy = new CuttingProxy(host.sshPort(), 100_000)) {
            var through = RelayDeployment.to(host.wayThrough(proxy.port()).build());
            var result = through.deploy(big);
            assertThat(result).isInstanceOf(DeploymentResult.Unreachable.class);
            assertThat(result.sentence()).startsWith("The connection to 127.0.0.1:" + proxy.port() + " was lost: ");
        }
        assertThat(inForce()).isEqualTo(before);
        assertThat(host.root("ls " + INCOMING)).matches(big.version() + "\\.[0-9a-f]{16}\\.part");
        assertThat(relay.deploy(big)).isEqualTo(new DeploymentResult.Deployed(big.version(), before));
        // What an hour has passed over is swept by the next order.
        host.root("touch -d '2 hours ago' " + INCOMING + "/*.part");
        assertThat(relay.rollBack(before).inForce()).isTrue();
        assertThat(host.root("ls -A " + INCOMING)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 500, 2_500, 5_000, 40_000, 200_000, 400_000})
    void whereverAConnectionIsCutBeforeTheActivationTheOldVersionStays(long bytes) throws Exception {
        var before = inForce();
        var big = RelayConfiguration.of(Map.of(
                "nginx.conf",
                TestRelayHost.text("cut after " + bytes, "rtmp { access_log off; }"),
                "padding.conf",
                "# a line of no meaning\n".repeat(20_000)));
        try (var proxy = new CuttingProxy(host.sshPort(), bytes)) {
            var through = RelayDeployment.to(host.wayThrough(proxy.port()).build());
            assertThat(through.deploy(big)).isInstanceOf(DeploymentResult.Unreachable.class);
        }
        assertThat(inForce()).isEqualTo(before);
    }

    @Test
    void aConnectionThatIsCutWhileItComesIntoForceLeavesTheRestToTheHost() throws Exception {
        var before = inForce();
        try (var taken = new ServerSocket();
                var proxy = new CuttingProxy(host.sshPort(), Long.MAX_VALUE)) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var next = conflicting(taken.getLocalPort());
            var through = RelayDeployment.to(host.wayThrough(proxy.port()).build());
            var deploying = CompletableFuture.supplyAsync(() -> through.deploy(next));
            TestRelayHost.await(
                    "it is on trial",
                    () -> host.root("readlink " + STATE + "/current").endsWith(next.version()));
            proxy.cut();
            var result = deploying.get(60, TimeUnit.SECONDS);
            assertThat(result).isInstanceOf(DeploymentResult.Unknown.class);
            assertThat(result.sentence())
                    .endsWith(" The host was just putting version " + shortened(next)
                            + " into force, and ends that without us; deploy once more to learn what became of it.");
            TestRelayHost.await("the host ended it", () -> {
                var newest = relay.history().get(0);
                return newest.version().equals(next.version()) && newest.outcome() == Outcome.ROLLED_BACK;
            });
        }
        assertThat(inForce()).isEqualTo(before);
    }

    @Test
    void aDeployerThatIsKilledBetweenUploadAndActivationChangesNothing() throws Exception {
        var before = inForce();
        var way = host.way().build();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoppingDeployer.class.getName(),
                        Integer.toString(way.port()),
                        way.knownHosts().toString(),
                        way.keyFile().toString())
                .redirectErrorStream(true)
                .start();
        try (var said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var line = said.readLine();
            while (line != null && !line.equals("uploaded")) {
                line = said.readLine();
            }
            assertThat(line).isEqualTo("uploaded");
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(host.root("ls " + INCOMING))
                .isEqualTo(StoppingDeployer.configuration().version());
        assertThat(inForce()).isEqualTo(before);
        assertThat(relay.deploy(StoppingDeployer.configuration()))
                .isEqualTo(new DeploymentResult.Deployed(
                        StoppingDeployer.configuration().version(), before));
    }

    @Test
    void oneDeployerWaitsForAnotherAndThenGetsASentence() throws Exception {
        var next = TestRelayHost.plain("waits");
        host.root("printf bob >" + STATE + "/lock.holder; touch /run/hold; flock " + STATE
                + "/lock sh -c 'while [ -e /run/hold ]; do sleep 0.05; done' >/dev/null 2>&1 & sleep 0.2");
        try {
            var result = relay.deploy(next);
            assertThat(result).isEqualTo(new DeploymentResult.Busy(next.version(), "bob"));
            assertThat(result.sentence())
                    .isEqualTo("Version " + shortened(next)
                            + " has to wait: bob deploys to this host at the moment. Nothing was changed; try again.");
        } finally {
            host.root("rm /run/hold");
        }
        assertThat(relay.deploy(next).inForce()).isTrue();
    }

    @Test
    void twoDeployersAtOnceComeOneAfterTheOther() throws Exception {
        var one = TestRelayHost.plain("one of two");
        var other = TestRelayHost.plain("the other of two");
        var threads = Executors.newFixedThreadPool(3);
        var first = CompletableFuture.supplyAsync(() -> relay.deploy(one), threads);
        var second = CompletableFuture.supplyAsync(() -> relay.deploy(other), threads);
        var same = CompletableFuture.supplyAsync(() -> relay.deploy(other), threads);
        threads.shutdown();
        var results = List.of(
                first.get(60, TimeUnit.SECONDS), second.get(60, TimeUnit.SECONDS), same.get(60, TimeUnit.SECONDS));
        assertThat(results).allMatch(result -> result.inForce() || result instanceof DeploymentResult.Busy);
        assertThat(results).anyMatch(DeploymentResult::inForce);
        assertThat(inForce()).isIn(one.version(), other.version());
        assertThat(host.root("ls -A " + STATE + "/versions")).doesNotContain("trial");
    }

    @Test
    void aFullDiskStopsADeploymentAndNothingElse() {
        var before = inForce();
        var next = RelayConfiguration.of(Map.of(
                "nginx.conf",
                TestRelayHost.text("full", "rtmp { access_log off; }"),
                "padding.conf",
                "# a line of no meaning\n".repeat(2_000)));
        host.root("dd if=/dev/zero of=/var/lib/fill bs=4k >/dev/null 2>&1 || true");
        try {
            assertThat(relay.deploy(next))
                    .isEqualTo(
                            new DeploymentResult.Failed(
                                    next.version(),
                                    "The host 127.0.0.1:" + host.sshPort() + " could not keep the files in " + INCOMING
                                            + ". Most often its disk is full; the test of the connection tells how much is free."));
            assertThat(relay.testConnection())
                    .contains(new HostCheck(
                            "disk",
                            HostCheck.Verdict.WARNING,
                            "Only 0 MiB are free on the host.",
                            "Make room before the disk is full."));
            // Room for the upload, and for nothing more.
            host.root("truncate -s -64K /var/lib/fill");
            var result = relay.deploy(next);
            assertThat(result.sentence())
                    .isEqualTo("The files could not be copied on the host: No space left on device.");
            assertThat(result).isInstanceOf(DeploymentResult.Failed.class);
            assertThat(inForce()).isEqualTo(before);
        } finally {
            host.root("rm /var/lib/fill");
        }
        assertThat(relay.deploy(next).inForce()).isTrue();
    }

    @Test
    void aTrialThatWasCutShortByAKillOfTheHostIsOverAtTheNextStart() throws Exception {
        var good = TestRelayHost.plain("good");
        var other = TestRelayHost.plain("other");
        assertThat(relay.deploy(other).inForce()).isTrue();
        assertThat(relay.deploy(good).inForce()).isTrue();
        host.root("ln -sfn versions/" + other.version() + " " + STATE + "/current; kill -9 $(cat " + STATE
                + "/nginx.pid); pkill -9 -u livemeter-relay -x nginx || true");
        TestRelayHost.await("the relay is back", () -> host.about().answers().equals(good.version()));
        assertThat(host.root("readlink " + STATE + "/current")).endsWith(good.version());
    }

    @Test
    void itKeepsTheLastTwentyVersions() {
        assertThat(relay.deploy(TestRelayHost.plain("before many")).inForce()).isTrue();
        host.root("for i in $(seq 10 40); do mkdir -p " + STATE
                + "/versions/$(printf 'ab%.0s' $(seq 31))$i; touch -d \"$i days ago\" " + STATE
                + "/versions/$(printf 'ab%.0s' $(seq 31))$i; done; chown -R livemeter-relay: " + STATE + "/versions");
        assertThat(relay.deploy(TestRelayHost.plain("after many")).inForce()).isTrue();
        assertThat(host.root("ls " + STATE + "/versions | wc -l").strip()).isEqualTo("20");
        assertThat(host.root("ls " + STATE + "/versions")).doesNotContain("abab40");
    }

    @Test
    void aDryRunTellsTheDifferenceWithoutSecretsAndChangesNothing() {
        var token = "tkn4" + "x7".repeat(12);
        var before = RelayConfiguration.of(Map.of(
                "nginx.conf",
                TestRelayHost.text("dry run", "rtmp { access_log off; } # token " + token),
                "old.conf",
                "# goes\n"));
        assertThat(relay.deploy(before).inForce()).isTrue();
        var after = RelayConfiguration.of(Map.of(
                        "nginx.conf",
                        TestRelayHost.text("dry run", "rtmp { access_log off; } # token pass-phrase"),
                        "new.conf",
                        "# comes\n"))
                .hiding(List.of(Secret.of("pass-phrase")));
        var run = relay.dryRun(after);
        assertThat(run.isUnchanged()).isFalse();
        assertThat(run.isAccepted()).isTrue();
        assertThat(run.active()).isEqualTo(before.version());
        assertThat(run.difference().lines())
                .containsExactly(
                        "--- /dev/null",
                        "+++ new/new.conf",
                        "@@ -1,0 +1,1 @@",
                        "+# comes",
                        "--- in force/nginx.conf",
                        "+++ new/nginx.conf",
                        "@@ -3,7 +3,7 @@",
                        " worker_processes 1;",
                        " error_log stderr crit;",
                        " events { worker_connections 256; }",
                        "-rtmp { access_log off; } # token ····",
                        "+rtmp { access_log off; } # token ····",
                        " http {",
                        "   access_log off;",
                        "   client_body_temp_path temp-client_body;",
                        "--- in force/old.conf",
                        "+++ /dev/null",
                        "@@ -1,1 +1,0 @@",
                        "-# goes");
        assertThat(inForce()).isEqualTo(before.version());
        assertThat(host.root("ls -A " + INCOMING)).isEmpty();
        assertThat(relay.dryRun(before)).isEqualTo(new DryRun(before.version(), before.version(), "", ""));
        var refused = relay.dryRun(RelayConfiguration.of(Map.of("nginx.conf", TestRelayHost.text("dry", "nonsense;"))));
        assertThat(refused.refusal()).isEqualTo("unknown directive \"nonsense\" in nginx.conf:6");
    }

    @Test
    void aVersionThatIsNoneIsRefusedBeforeAnythingIsAsked() {
        for (var version :
                List.of("", "abc", "AB".repeat(32), "ab".repeat(31) + "/.", "ab".repeat(32) + "\n", "$(id)")) {
            assertThatExceptionOfType(LivemeterException.class)
                    .isThrownBy(() -> relay.rollBack(version))
                    .withMessage(
                            "The version that was given is not one: expected 64 hexadecimal digits, as the history has them.");
        }
    }
}
