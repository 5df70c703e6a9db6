package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.relay.nginx.deploy.HostProblem.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import net.schmizz.sshj.sftp.OpenMode;
import net.schmizz.sshj.sftp.RemoteResourceInfo;
import net.schmizz.sshj.sftp.Response.StatusCode;
import net.schmizz.sshj.sftp.SFTPClient;
import net.schmizz.sshj.sftp.SFTPException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files on a relay host. For one thread. Where a connection breaks, sshj can throw unchecked exceptions too: its buffers do not expect to be used once
 * more. They mean the same.
 */
final class HostFiles implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HostFiles.class);
    private static final int CHUNK = 32 * 1024;
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private final RelayHost host;
    private final SFTPClient sftp;

    HostFiles(RelayHost host, SFTPClient sftp) {
        this.host = host;
        this.sftp = sftp;
    }

    private String incoming() {
        return host.folder() + "/incoming";
    }

    /**
     * Brings the files there, whole or not at all: into a folder of their own, which then gets the name of the version.
     *
     * @param attempt tells this upload from all others, so that none needs a lock
     */
    void upload(RelayConfiguration configuration, String attempt) throws HostProblem {
        var part = incoming() + "/" + configuration.version() + "." + attempt + ".part";
        var complete = incoming() + "/" + configuration.version();
        try {
            sftp.mkdir(part);
            for (var file : configuration.files().entrySet()) {
                write(part + "/" + file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
            }
            rename(part, complete);
        } catch (IOException | RuntimeException e) {
            remove(part);
            throw notWritten(e);
        }
    }

    private void rename(String part, String complete) throws IOException {
        try {
            sftp.rename(part, complete);
        } catch (SFTPException e) {
            // Somebody brought the same version. What is really in there the host looks at before it counts.
            if (sftp.statExistence(complete) == null) {
                throw e;
            }
            remove(part);
        }
    }

    private void write(String path, byte[] bytes) throws IOException {
        try (var file = sftp.open(path, Set.of(OpenMode.WRITE, OpenMode.CREAT, OpenMode.EXCL))) {
            for (var from = 0; from < bytes.length; from += CHUNK) {
                file.write(from, bytes, from, Math.min(CHUNK, bytes.length - from));
            }
        }
    }

    /** Takes away what came in under that version; something else than the version says. */
    void discard(String version) {
        remove(incoming() + "/" + version);
    }

    /** Can a file be made where deployments come in? */
    void probe(String attempt) throws HostProblem {
        var path = incoming() + "/probe." + attempt + ".part";
        try {
            sftp.mkdir(path);
            sftp.rmdir(path);
        } catch (IOException | RuntimeException e) {
            throw notWritten(e);
        }
    }

    private void remove(String folder) {
        try {
            if (sftp.statExistence(folder) != null) {
                for (RemoteResourceInfo file : sftp.ls(folder)) {
                    sftp.rm(file.getPath());
                }
                sftp.rmdir(folder);
            }
        } catch (IOException | RuntimeException e) {
            // The host sweeps what is an hour old.
            log.debug("The folder {} on {} was left behind: {}.", folder, host, SshConnection.reason(e));
        }
    }

    private HostProblem notWritten(Exception e) {
        if (!(e instanceof SFTPException answered) || answered.getStatusCode() == StatusCode.UNKNOWN) {
            return SshConnection.lost(host, e);
        }
        var code = answered.getStatusCode();
        if (code == StatusCode.PERMISSION_DENIED || code == StatusCode.NO_SUCH_FILE) {
            return new HostProblem(
                    Stage.WORK,
                    "The account " + host.account() + " may not write to " + incoming() + " on " + host + ".",
                    "Run install.sh on the host again; it puts the folder and its rights right.",
                    e);
        }
        return new HostProblem(
                Stage.WORK,
                "The host " + host + " could not keep the files in " + incoming() + ".",
                "Most often its disk is full; the test of the connection tells how much is free.",
                e);
    }

    /** The files of a version that the host keeps. */
    SortedMap<String, String> version(String version) throws HostProblem {
        var folder = host.folder() + "/state/versions/" + version;
        var files = new TreeMap<String, String>();
        try {
            for (var file : sftp.ls(folder)) {
                if (!file.getName().equals(RelayConfiguration.PROOF)) {
                    files.put(file.getName(), read(file.getPath(), 0));
                }
            }
            return files;
        } catch (IOException | RuntimeException e) {
            throw notRead(folder, e);
        }
    }

    /** The last lines of the history; the first of them may be cut. */
    String history(int atMostBytes) throws HostProblem {
        var path = host.folder() + "/state/history";
        try {
            var about = sftp.statExistence(path);
            return about == null ? "" : read(path, Math.max(0, about.getSize() - atMostBytes));
        } catch (IOException | RuntimeException e) {
            throw notRead(path, e);
        }
    }

    private String read(String path, long from) throws IOException {
        try (var file = sftp.open(path)) {
            var length = Math.toIntExact(Math.min(MOST_BYTES, Math.max(0, file.length() - from)));
            var bytes = new byte[length];
            var have = 0;
            while (have < length) {
                var count = file.read(from + have, bytes, have, length - have);
                if (count < 0) {
                    break;
                }
                have += count;
            }
            return new String(bytes, 0, have, StandardCharsets.UTF_8);
        }
    }

    private HostProblem notRead(String path, Exception e) {
        if (!(e instanceof SFTPException answered) || answered.getStatusCode() == StatusCode.UNKNOWN) {
            return SshConnection.lost(host, e);
        }
        return new HostProblem(
                Stage.WORK,
                "The account " + host.account() + " cannot read " + path + " on " + host + ".",
                "Run install.sh on the host again; it puts folders and rights right.",
                e);
    }

    @Override
    public void close() {
        try {
            sftp.close();
        } catch (IOException | RuntimeException e) {
            log.debug("A channel for files was not closed as it should be: {}.", SshConnection.reason(e));
        }
    }
}
