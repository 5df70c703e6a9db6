package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import java.util.regex.Pattern;

/** The certificate that encoders are shown, and its key: two PEM files that somebody else renews. */
record IngestCertificate(Path certificate, Path key) {

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final byte[] SAMPLE = "one of a pair".getBytes(StandardCharsets.US_ASCII);

    /** The pair that the settings name; empty where nobody comes by TLS. */
    static Optional<IngestCertificate> of(NginxRelayConfig config) {
        return Optional.ofNullable(config.ingestTls())
                .map(files -> new IngestCertificate(
                        files.certificate().toAbsolutePath(), files.key().toAbsolutePath()));
    }

    /** Whether one certificate was issued for a later time than another one, both as PEM; not where one of them is none. */
    static boolean isLater(String one, String other) {
        if (one.isEmpty() || one.equals(other)) {
            return false;
        }
        try {
            return parse(one)
                    .getNotBefore()
                    .toInstant()
                    .isAfter(parse(other).getNotBefore().toInstant());
        } catch (CertificateException none) {
            return false;
        }
    }

    /** Says that a certificate is left out, as one that was issued later is in force; empty where one of them is none. */
    static Optional<String> older(Path file, String ours, String inForce) {
        try {
            return Optional.of("The ingest certificate " + file + ", issued for the time from "
                    + parse(ours).getNotBefore().toInstant()
                    + " on, is not brought to the relay host: the one that is in force there is issued for the time from "
                    + parse(inForce).getNotBefore().toInstant() + " on. Renew the file on this node, too.");
        } catch (CertificateException none) {
            return Optional.empty();
        }
    }

    private static X509Certificate parse(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    /** By which a renewal is noticed. */
    record Stamp(FileTime certificate, FileTime key) {}

    /**
     * Makes sure that nginx can use the two.
     *
     * @throws LivemeterException {@code relay.certificate}, with a sentence that says which file is wrong and how
     */
    void require(Instant now) {
        var shown = certificate(now);
        if (!Files.isReadable(key)) {
            throw wrong(
                    "The key of the ingest certificate, " + key + ", is missing or cannot be read. Correct the setting"
                            + " ingest-certificate-key, or the rights of the file.");
        }
        if (!belongTogether(shown.getPublicKey())) {
            throw wrong("The key " + key + " does not belong to the ingest certificate " + certificate
                    + ". Give the key that the certificate was issued for.");
        }
    }

    /** Empty while a file is missing, as in the middle of a renewal. */
    Optional<Stamp> stamp() {
        try {
            return Optional.of(new Stamp(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key)));
        } catch (IOException missing) {
            return Optional.empty();
        }
    }

    private X509Certificate certificate(Instant now) {
        if (!Files.isReadable(certificate)) {
            throw wrong(
                    "The ingest certificate " + certificate
                            + " is missing or cannot be read. Correct the setting ingest-certificate, or the rights of the file.");
        }
        try (InputStream in = Files.newInputStream(certificate)) {
            var found =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            found.checkValidity(Date.from(now));
            return found;
        } catch (CertificateExpiredException e) {
            throw wrong(
                    "The ingest certificate " + certificate + " has expired. Renew it; encoders refuse it as it is.");
        } catch (CertificateNotYetValidException e) {
            throw wrong("The ingest certificate " + certificate
                    + " is not valid yet. Check this machine's clock, or wait until it is.");
        } catch (CertificateException | IOException e) {
            throw wrong("The ingest certificate " + certificate
                    + " is no PEM file with a certificate. Give the full chain that the authority issued.");
        }
    }

    /** Also true where the key is in a form that only nginx can tell of. */
    private boolean belongTogether(PublicKey shown) {
        try {
            var text = PKCS8.matcher(Files.readString(key, StandardCharsets.US_ASCII));
            if (!text.find()) {
                return true;
            }
            var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text.group(1)));
            return isPair(KeyFactory.getInstance(shown.getAlgorithm()).generatePrivate(encoded), shown);
        } catch (GeneralSecurityException | IllegalArgumentException | IOException e) {
            return false;
        }
    }

    private static boolean isPair(PrivateKey secret, PublicKey shown) throws GeneralSecurityException {
        var algorithm = switch (shown.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> shown.getAlgorithm();
        };
        var signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        signature.update(SAMPLE);
        var signed = signature.sign();
        signature.initVerify(shown);
        signature.update(SAMPLE);
        return signature.verify(signed);
    }

    private static LivemeterException wrong(String sentence) {
        return new LivemeterException("relay.certificate", sentence);
    }
}
