package dev.livemeter.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A signaling server on the first core, and its clients on the second one. */
final class SignalingProcess implements AutoCloseable {

    private static final String READY = "READY http://127.0.0.1:";

    private final List<Process> servers;
    private final List<Path> logs;
    private final Process generator;
    private final Writer orders;
    private final BufferedReader answers;

    private SignalingProcess(List<Process> servers, List<Path> logs, Process generator) {
        this.servers = servers;
        this.logs = logs;
        this.generator = generator;
        this.orders = new OutputStreamWriter(generator.getOutputStream(), StandardCharsets.UTF_8);
        this.answers = reader(generator);
    }

    private record Listening(Process process, int port) {}

    /** Ours, with everything on that keeps it safe, and limits as high as the load is. */
    static SignalingProcess ours() throws IOException {
        var log = newLog();
        var server = listening(command(log), READY);
        return with(List.of(server.process()), List.of(log), server.port(), server.port());
    }

    private static Path newLog() throws IOException {
        return Files.createTempFile("livemeter-peers", ".log");
    }

    /** Two of ours that are one over Redis, all three of them on one core. */
    static SignalingProcess twoNodes() throws IOException {
        var port = freePort();
        var redis = listening(
                List.of(
                        "redis-server",
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no"),
                "Ready to accept connections");
        var nodes = new ArrayList<>(List.of(redis.process()));
        var ports = new ArrayList<Integer>();
        var logs = new ArrayList<Path>();
        for (var i = 0; i < 2; i++) {
            var log = newLog();
            logs.add(log);
            var command = command(log);
            command.add("redis://127.0.0.1:" + port);
            var node = listening(command, READY);
            nodes.add(0, node.process());
            ports.add(node.port());
        }
        return with(nodes, logs, ports.get(0), ports.get(1));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static List<String> command(Path log) {
        return java(
                "-XX:+UseSerialGC",
                "-Xms32m",
                "-Xmn16m",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                GuardedSignaling.class.getName(),
                log.toString());
    }

    /** PeerServer on Node. */
    static SignalingProcess peerServer() throws IOException {
        var modules = Path.of(System.getProperty("user.home"), ".cache", "livemeter", "npm", "node_modules");
        if (!Files.isDirectory(modules.resolve("peer"))) {
            throw new IOException("PeerServer is not in " + modules + "; run bin/lib/npm.sh, as bin/benchmark does.");
        }
        var script = "const app = require('" + modules + "/peer').PeerServer("
                + "{ port: 0, host: '127.0.0.1', concurrent_limit: 20000, alive_timeout: 90000 },"
                + " server => console.log('PORT ' + server.address().port)); app.on('error', () => {});";
        var server = listening(List.of("node", "-e", script), "PORT ");
        return with(List.of(server.process()), List.of(), server.port(), server.port());
    }

    /** What logging says of itself may stand before it. */
    private static String lineWith(String words, BufferedReader lines) throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(words)) {
                return line;
            }
        }
        return "";
    }

    /** Starts a program and waits until it says so, and its port behind that. */
    private static Listening listening(List<String> command, String ready) throws IOException {
        var server = pinned(0, command);
        var line = lineWith(ready, reader(server));
        if (line.isEmpty()) {
            server.destroyForcibly();
            throw new IOException("A server did not begin: " + String.join(" ", command) + ".");
        }
        var port = line.substring(line.indexOf(ready) + ready.length()).replaceAll("[^0-9]", "");
        return new Listening(server, port.isEmpty() ? 0 : Integer.parseInt(port));
    }

    private static SignalingProcess with(List<Process> servers, List<Path> logs, int port, int otherPort)
            throws IOException {
        return new SignalingProcess(
                servers,
                logs,
                pinned(
                        1,
                        java(
                                "-XX:+UseSerialGC",
                                "-Xmx512m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SignalingGenerator.class.getName(),
                                Integer.toString(port),
                                Integer.toString(otherPort))));
    }

    private static List<String> java(String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static Process pinned(int core, List<String> command) throws IOException {
        var pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        pinned.addAll(command);
        return new ProcessBuilder(pinned)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Gives an order to the clients and waits for what they found; with it, what the server's processor did meanwhile, in seconds. */
    Map<String, Double> order(String order) throws IOException {
        var before = processorSeconds();
        orders.write(order + "\n");
        orders.flush();
        var found = new LinkedHashMap<String, Double>();
        for (var line = answers.readLine(); ; line = answers.readLine()) {
            if (line == null) {
                throw new IOException("The clients ended on the order '" + order + "'.");
            }
            var words = line.split(" ", -1);
            if (words[0].equals("done")) {
                break;
            }
            found.put(words[0], Double.parseDouble(words[1]));
        }
        found.put("cpu", processorSeconds() - before);
        return found;
    }

    private double processorSeconds() {
        return servers.stream()
                .mapToDouble(server -> ProcessorTime.ofTree(server.pid()).toMillis() / 1e3)
                .sum();
    }

    /** What the server holds in memory now, in MiB. */
    double residentMebibytes() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + servers.get(0).pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IOException("The signaling server ended.");
    }

    /** What is left of the server's heap after a full collection, in KiB; of a Java server only. */
    double liveHeapKibibytes() throws IOException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var asked = new ProcessBuilder(jcmd, Long.toString(servers.get(0).pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        // Total        123456        12345678
        var total = "";
        try (var lines = reader(asked)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("Total")) {
                    total = line;
                }
            }
        }
        if (total.isEmpty()) {
            throw new IOException("The signaling server did not tell its heap: " + jcmd + " printed no total.");
        }
        var words = total.trim().split(" +", -1);
        return Long.parseLong(words[2]) / 1024.0;
    }

    @Override
    public void close() {
        var all = new ArrayList<>(List.of(generator));
        all.addAll(servers);
        for (var process : all) {
            process.destroy();
            try {
                if (!process.waitFor(6, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        for (var log : logs) {
            try {
                Files.deleteIfExists(log);
            } catch (IOException inTheWay) {
                throw new UncheckedIOException(inTheWay);
            }
        }
    }
}
