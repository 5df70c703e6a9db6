package dev.livemeter.relay.nginx;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority of a test, by the program openssl. */
final class TestAuthority {

    /** What a server shows: chain and key, as PEM files. */
    record Pair(Path certificate, Path key) {}

    private final Path directory;
    private final Pair own;

    TestAuthority(Path directory, String name) throws Exception {
        this.directory = directory;
        this.own = new Pair(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
        openssl(List.of(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-keyout",
                own.key().toString(),
                "-out",
                own.certificate().toString()));
    }

    Path certificate() {
        return own.certificate();
    }

    /** A pair for one host name; with negative days it has expired. */
    Pair issue(String file, String host, int days) throws Exception {
        var pair = new Pair(directory.resolve(file + ".crt"), directory.resolve(file + ".key"));
        var request = directory.resolve(file + ".csr");
        var extensions = directory.resolve(file + ".ext");
        Files.writeString(extensions, "subjectAltName=DNS:" + host + "\n");
        openssl(List.of(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-subj",
                "/CN=" + host,
                "-keyout",
                pair.key().toString(),
                "-out",
                request.toString()));
        openssl(List.of(
                "x509",
                "-req",
                "-in",
                request.toString(),
                "-CA",
                own.certificate().toString(),
                "-CAkey",
                own.key().toString(),
                "-CAcreateserial",
                "-days",
                Integer.toString(days),
                "-extfile",
                extensions.toString(),
                "-out",
                pair.certificate().toString()));
        return pair;
    }

    private void openssl(List<String> arguments) throws Exception {
        var command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        var log = directory.resolve("openssl.log");
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(Files.readString(log));
        }
    }
}
