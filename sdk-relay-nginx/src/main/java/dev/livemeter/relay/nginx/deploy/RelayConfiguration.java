package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.LivemeterException;
import dev.livemeter.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The files of nginx's configuration on a relay host, and the version that they make. How the texts came about does not matter here.
 *
 * <p>One file is {@code nginx.conf}; its {@code http} part says {@code include livemeter-proof.conf;}, a file that the host adds, so that
 * nginx can tell its version. {@code pid} and {@code daemon} are the host's and must not be said. Paths that nginx writes to are relative, which
 * leads them into the host's own folder. Immutable and thread-safe.
 */
public final class RelayConfiguration {

    /** The file that the host adds to each version. */
    static final String PROOF = "livemeter-proof.conf";

    static final Pattern VERSION = Pattern.compile("[0-9a-f]{64}");
    private static final String MAIN = "nginx.conf";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final int MOST_FILES = 64;
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private final SortedMap<String, String> files;
    private final List<Secret> secrets;
    private final String version;

    private RelayConfiguration(SortedMap<String, String> files, List<Secret> secrets) {
        this.files = files;
        this.secrets = secrets;
        this.version = versionOf(files);
    }

    /**
     * A configuration of these files.
     *
     * @param files texts by name; a name is 1 to 64 of a-z, 0-9, '.', '_' and '-', and begins with a letter or a digit. There are no folders
     * @throws LivemeterException {@code deployment.files}: a name that does not fit, no {@code nginx.conf}, more than 64 files or 4 MiB
     */
    public static RelayConfiguration of(Map<String, String> files) {
        var bytes = 0L;
        for (var file : files.entrySet()) {
            if (!NAME.matcher(file.getKey()).matches()) {
                throw refused("The name of a file of the configuration, '" + shown(file.getKey())
                        + "', does not fit; expected 1 to 64 of a-z, 0-9, '.', '_' and '-', and no folder.");
            }
            if (file.getKey().equals(PROOF)) {
                throw refused("The file " + PROOF + " is written by the relay host; leave it out.");
            }
            if (file.getValue().indexOf('\0') >= 0) {
                throw refused("The file " + file.getKey() + " has a NUL character, where nginx would end it.");
            }
            bytes += file.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (!files.containsKey(MAIN)) {
            throw refused("The configuration has no file " + MAIN + ", which is where nginx begins.");
        }
        if (files.size() > MOST_FILES || bytes > MOST_BYTES) {
            throw refused("The configuration has " + files.size() + " files and " + bytes + " bytes; expected at most "
                    + MOST_FILES + " files and " + MOST_BYTES + " bytes.");
        }
        return new RelayConfiguration(Collections.unmodifiableSortedMap(new TreeMap<>(files)), List.of());
    }

    /** The same files, with texts in them that are never to be shown: not in a difference, and not where nginx quotes them. */
    public RelayConfiguration hiding(List<Secret> never) {
        return new RelayConfiguration(files, List.copyOf(never));
    }

    /** The SHA-256 over names and contents, as 64 hexadecimal digits; the host computes it anew. */
    public String version() {
        return version;
    }

    /** The texts by name, sorted. */
    public SortedMap<String, String> files() {
        return files;
    }

    Redaction redaction() {
        return new Redaction(secrets);
    }

    /** The same that {@code sha256sum} makes of the list that {@code sha256sum} makes of the files, so that a host needs nothing else. */
    private static String versionOf(SortedMap<String, String> files) {
        var list = new StringBuilder();
        files.forEach((name, text) ->
                list.append(sha256(text)).append("  ").append(name).append('\n'));
        return sha256(list.toString());
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    private static String shown(String name) {
        var clean = name.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 60 ? clean : clean.substring(0, 60) + "...";
    }

    private static LivemeterException refused(String sentence) {
        return new LivemeterException("deployment.files", sentence);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RelayConfiguration that && files.equals(that.files);
    }

    @Override
    public int hashCode() {
        return version.hashCode();
    }

    @Override
    public String toString() {
        return "RelayConfiguration[" + version.substring(0, 12) + ", " + files.size() + " files]";
    }
}
