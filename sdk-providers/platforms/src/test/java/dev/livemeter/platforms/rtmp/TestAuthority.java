package dev.livemeter.platforms.rtmp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of a test, by the program openssl. */
final class TestAuthority {

    private static final String PASSWORD = "changeit";
    private static final List<String> NEW_KEY =
            List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes");

    private final Path directory;

    /**
     * A new one.
     *
     * @param directory for its files
     */
    public TestAuthority(Path directory) throws IOException {
        this.directory = directory;
        openssl(List.of("req", "-x509"), NEW_KEY, List.of("-days", "2", "-subj", "/CN=test authority"), files("ca"));
    }

    private static List<String> files(String name) {
        return List.of("-keyout", name + ".key", "-out", name + ".crt");
    }

    /** What a client trusts that trusts this authority alone. */
    public SSLContext trusting() throws IOException {
        try (var file = Files.newInputStream(directory.resolve("ca.crt"))) {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /**
     * What a server of that name shows.
     *
     * @param days how long it is valid; with a negative number it has expired
     */
    public SSLContext showing(String host, int days) throws IOException {
        var name = host + days;
        Files.writeString(directory.resolve(name + ".ext"), "subjectAltName=DNS:" + host + "\n");
        openssl(
                List.of("req"),
                NEW_KEY,
                List.of("-subj", "/CN=" + host, "-keyout", name + ".key", "-out", name + ".csr"));
        openssl(
                List.of("x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial"),
                List.of("-days", Integer.toString(days), "-extfile", name + ".ext", "-out", name + ".crt"));
        openssl(
                List.of("pkcs12", "-export", "-in", name + ".crt", "-inkey", name + ".key"),
                List.of("-out", name + ".p12", "-passout", "pass:" + PASSWORD));
        try (var file = Files.newInputStream(directory.resolve(name + ".p12"))) {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(file, PASSWORD.toCharArray());
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD.toCharArray());
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    @SafeVarargs
    private void openssl(List<String>... arguments) throws IOException {
        var command = new ArrayList<>(List.of("openssl"));
        for (var some : arguments) {
            command.addAll(some);
        }
        var log = directory.resolve("openssl.log");
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
