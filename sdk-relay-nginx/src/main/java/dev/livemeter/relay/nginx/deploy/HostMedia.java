package dev.livemeter.relay.nginx.deploy;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.schmizz.sshj.sftp.FileMode;
import net.schmizz.sshj.sftp.PacketType;
import net.schmizz.sshj.sftp.RemoteResourceInfo;
import net.schmizz.sshj.sftp.SFTPClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a relay host in which its nginx writes streams down, by connections of its own: what is large must not delay the callbacks, which come through another one. Made anew where a
 * connection breaks. Thread-safe.
 */
public final class HostMedia implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HostMedia.class);

    /** Enough for a way of some milliseconds, and little enough that streams on the same uplink come first. */
    private static final int READS_AHEAD = 8;

    private final RelayHost host;
    private @Nullable SshConnection connection;
    private @Nullable SFTPClient sftp;
    private volatile @Nullable SshConnection fetching;
    private volatile boolean closed;

    private interface Work<T> {
        T on(SFTPClient files) throws IOException;
    }

    private HostMedia(RelayHost host) {
        this.host = host;
    }

    /**
     * Comes to that folder.
     *
     * @throws LivemeterException {@code relay.host_unreachable}; {@code relay.recording_folder} where the host has none
     */
    public static HostMedia of(RelayHost host) {
        var media = new HostMedia(host);
        try {
            var ignored = media.sizes();
            return media;
        } catch (IOException e) {
            media.close();
            if (e.getCause() instanceof HostProblem problem) {
                throw problem.toException();
            }
            throw new LivemeterException(
                    "relay.recording_folder",
                    "Streams are to be recorded, and the relay host " + host + " has no folder " + media.folder()
                            + " that this key may use (" + e.getMessage()
                            + "). Run install.sh of this release on the host.",
                    false,
                    e);
        }
    }

    /** As the host calls it. */
    public String folder() {
        return host.folder() + "/recordings";
    }

    private String path(String name) {
        return folder() + "/" + name;
    }

    /** What lies there, plain files alone, and how many bytes each has. */
    public Map<String, Long> sizes() throws IOException {
        return work(files -> files.ls(folder()).stream()
                .filter(file -> file.getAttributes().getType() == FileMode.Type.REGULAR)
                .collect(Collectors.toMap(
                        RemoteResourceInfo::getName,
                        file -> file.getAttributes().getSize())));
    }

    /** How many bytes a file has; empty where it is not there. */
    public Optional<Long> size(String name) throws IOException {
        return work(files -> {
            var found = files.statExistence(path(name));
            return found == null ? Optional.empty() : Optional.of(found.getSize());
        });
    }

    /** How many bytes of room there are, by an extension that OpenSSH has. */
    public long room() throws IOException {
        return work(files -> {
            var engine = files.getSFTPEngine();
            var answer = engine.request(
                            engine.newExtendedRequest("statvfs@openssh.com").putString(folder()))
                    .retrieve(host.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                    .ensurePacketTypeIs(PacketType.EXTENDED_REPLY);
            // The size of a block, of a fragment, and how many fragments there are, are free, and are free for all.
            var numbers = new long[5];
            for (var i = 0; i < numbers.length; i++) {
                numbers[i] = answer.readUInt64();
            }
            return numbers[1] * numbers[4];
        });
    }

    /** Gives a file another name. */
    public void rename(String from, String to) throws IOException {
        var ignored = work(files -> {
            files.rename(path(from), path(to));
            return to;
        });
    }

    /** Deletes a file. Idempotent. */
    public void delete(String name) throws IOException {
        var ignored = work(files -> {
            if (files.statExistence(path(name)) != null) {
                files.rm(path(name));
            }
            return name;
        });
    }

    /** Copies a file to this machine, in place of what is there. Blocks for as long as it takes. */
    public void fetch(String name, Path to) throws IOException {
        try (var own = open()) {
            fetching = own;
            if (closed) {
                throw new IOException("The relay is closed.");
            }
            try (var files = own.sftp();
                    var file = files.open(path(name));
                    InputStream in = file.new ReadAheadRemoteFileInputStream(READS_AHEAD);
                    var out = Files.newOutputStream(to)) {
                in.transferTo(out);
            }
        } catch (RuntimeException e) {
            throw new IOException(SshConnection.reason(e), e);
        } finally {
            fetching = null;
        }
    }

    private SshConnection open() throws IOException {
        try {
            return SshConnection.open(host);
        } catch (HostProblem e) {
            throw new IOException(e.whole(), e);
        }
    }

    private synchronized <T> T work(Work<T> what) throws IOException {
        if (closed) {
            throw new IOException("The relay is closed.");
        }
        var before = sftp;
        if (before != null) {
            try {
                return what.on(before);
            } catch (IOException | RuntimeException e) {
                var way = connection;
                if (way != null && way.isUp() && e instanceof IOException told) {
                    throw told;
                }
                log.debug("The connection to {} for recordings is made anew: {}.", host, e.toString());
                drop();
            }
        }
        try {
            var way = open();
            connection = way;
            var files = way.sftp();
            sftp = files;
            return what.on(files);
        } catch (RuntimeException e) {
            drop();
            throw new IOException(SshConnection.reason(e), e);
        }
    }

    private void drop() {
        var way = connection;
        connection = null;
        sftp = null;
        if (way != null) {
            way.close();
        }
    }

    /** Ends what is under way. Idempotent. */
    @Override
    public void close() {
        closed = true;
        var own = fetching;
        if (own != null) {
            own.close();
        }
        synchronized (this) {
            drop();
        }
    }
}
