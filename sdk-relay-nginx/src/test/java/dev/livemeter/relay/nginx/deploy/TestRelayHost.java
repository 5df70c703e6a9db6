package dev.livemeter.relay.nginx.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A relay host, installed by {@code install.sh} and run with the real sshd, sudo and nginx, in a mount and process namespace of this machine: what is
 * changed in there is gone with it. Wants root, or sudo without a password, and no library of tests, as programs play with it, too.
 */
public final class TestRelayHost implements AutoCloseable {

    private static final Path INSTALL =
            Path.of("..", "deploy", "relay-host", "install.sh").toAbsolutePath().normalize();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final Process process;
    private final PrintWriter orders;
    private final BufferedReader answers;
    private final int sshPort;
    private final int controlPort;
    private final int callbackPort;
    private final Path install;

    private TestRelayHost(Path folder, int nodes, Path install) throws Exception {
        this.folder = folder;
        this.install = install;
        needs("/usr/sbin/sshd", "openssh-server");
        needs("/usr/lib/openssh/sftp-server", "openssh-sftp-server");
        needs("/usr/bin/sudo", "sudo");
        needs("/usr/bin/curl", "curl");
        newKey("id", "");
        sshPort = TestPorts.free();
        controlPort = TestPorts.free();
        callbackPort = TestPorts.free(nodes);
        var command = new ArrayList<String>();
        if (!isRoot()) {
            if (exitCode("sudo", "-n", "true") != 0) {
                throw new AssertionError(
                        "A relay host is played by root, or by sudo without a password; run the tests as one of them.");
            }
            command.addAll(List.of("sudo", "-n"));
        }
        command.addAll(List.of("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", "bash"));
        var script = folder.resolve("host.sh");
        try (var resource = TestRelayHost.class.getResourceAsStream("/relay-host/host.sh")) {
            Files.write(script, resource.readAllBytes());
        }
        command.addAll(List.of(
                script.toString(),
                folder.toString(),
                install.toString(),
                Integer.toString(sshPort),
                Integer.toString(controlPort),
                Integer.toString(TestPorts.free()),
                Integer.toString(callbackPort),
                Integer.toString(nodes)));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        orders = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var told = new ArrayList<String>();
        for (var line = answers.readLine(); !"ready".equals(line); line = answers.readLine()) {
            if (line == null) {
                throw new AssertionError("The relay host did not start: " + told);
            }
            told.add(line);
        }
        await("sshd answers", this::sshAnswers);
        await("the relay answers", () -> !about().answers().isEmpty());
    }

    public static TestRelayHost start(Path folder) throws Exception {
        return new TestRelayHost(folder, 1, INSTALL);
    }

    /** One that so many nodes may work with at once. */
    public static TestRelayHost start(Path folder, int nodes) throws Exception {
        return new TestRelayHost(folder, nodes, INSTALL);
    }

    /**
     * One for who does not run where tests of this module do.
     *
     * @param install the script that installs it, with the files of its folder beside it
     */
    public static TestRelayHost start(Path folder, Path install) throws Exception {
        return start(folder, 1, install);
    }

    /** The same, that so many nodes may work with at once. */
    public static TestRelayHost start(Path folder, int nodes, Path install) throws Exception {
        return new TestRelayHost(folder, nodes, install.toAbsolutePath().normalize());
    }

    /** Fails with what to install where a program is missing. */
    static void needs(String file, String debianPackage) {
        if (!Files.exists(Path.of(file))) {
            throw new AssertionError(
                    "The tests of relay hosts need " + file + "; install it: apt install " + debianPackage);
        }
    }

    private static boolean isRoot() throws Exception {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static int exitCode(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private boolean sshAnswers() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), sshPort), 500);
            return socket.getInputStream().read() == 'S';
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The port on loopback that a configuration may use for its own controls. */
    public int controlPort() {
        return controlPort;
    }

    /** The port on loopback where an application may listen through SSH. */
    public int callbackPort() {
        return callbackPort;
    }

    public int sshPort() {
        return sshPort;
    }

    /** A new key pair; the path of the private half. */
    public Path newKey(String name, String passphrase) throws Exception {
        return newKey(name, passphrase, "ed25519");
    }

    /** The same of another type. */
    Path newKey(String name, String passphrase, String type) throws Exception {
        var file = folder.resolve(name);
        if (exitCode("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", name, "-f", file.toString()) != 0) {
            throw new AssertionError("ssh-keygen made no key " + file + ".");
        }
        return file;
    }

    public Path folder() {
        return folder;
    }

    /** What nginx wrote on its standard error, which on a real host goes to the journal. */
    public Path log() {
        return folder.resolve("relay.log");
    }

    /** The script that installed it, as it is called on the host. */
    String install() {
        return install.toString();
    }

    /** The way in that works. */
    public RelayHost.Builder way() throws IOException {
        return wayThrough(sshPort);
    }

    /** The same through another port, behind which the host is. */
    public RelayHost.Builder wayThrough(int port) throws IOException {
        var known = folder.resolve("known_hosts-" + port);
        var key = Files.readString(folder.resolve("host_key.pub")).split(" ", -1);
        Files.writeString(known, "[127.0.0.1]:" + port + " " + key[0] + " " + key[1] + "\n");
        return RelayHost.at("127.0.0.1").port(port).knownHosts(known).key(folder.resolve("id"));
    }

    public RelayDeployment deployment() throws IOException {
        return RelayDeployment.to(way().build());
    }

    AboutHost about() {
        try (var connection = SshConnection.open(way().build())) {
            return AboutHost.ask(connection);
        } catch (IOException | HostProblem e) {
            throw new AssertionError(e);
        }
    }

    /** What the host answers to an order, be it a known one or not. */
    HostAnswer ask(String order) throws Exception {
        try (var connection = SshConnection.open(way().build())) {
            return connection.ask(order);
        }
    }

    /** Runs a script on the host, as root, and gives what it said. It must succeed. */
    public String root(String script) {
        var answer = tryRoot(script);
        if (!answer.startsWith("0 ")) {
            throw new AssertionError("On the host: " + script + "\n" + answer);
        }
        return answer.substring(2);
    }

    /** The exit code, a space, and what it said. */
    public synchronized String tryRoot(String script) {
        orders.println(Base64.getEncoder().encodeToString(script.getBytes(StandardCharsets.UTF_8)));
        try {
            var answer = answers.readLine();
            if (answer == null) {
                return "- the host is gone";
            }
            var space = answer.indexOf(' ');
            return answer.substring(0, space + 1)
                    + new String(Base64.getDecoder().decode(answer.substring(space + 1)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Plain files of a configuration that nginx takes; the remark makes a version of its own. */
    public static RelayConfiguration plain(String remark) {
        return RelayConfiguration.of(Map.of("nginx.conf", text(remark, "rtmp { access_log off; }")));
    }

    /**
     * The text of a configuration that loads the RTMP module.
     *
     * @param rtmp its part of that name; a worker that once knew one crashes if the next configuration has the module and none
     */
    public static String text(String remark, String rtmp) {
        return String.join(
                "\n",
                "# " + remark,
                "load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;",
                "worker_processes 1;",
                "error_log stderr crit;",
                "events { worker_connections 256; }",
                rtmp,
                "http {",
                "  access_log off;",
                "  client_body_temp_path temp-client_body;",
                "  proxy_temp_path temp-proxy;",
                "  fastcgi_temp_path temp-fastcgi;",
                "  uwsgi_temp_path temp-uwsgi;",
                "  scgi_temp_path temp-scgi;",
                "  include livemeter-proof.conf;",
                "}",
                "");
    }

    static void await(String what, java.util.function.BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            Thread.sleep(30);
        }
    }

    @Override
    public void close() {
        orders.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
