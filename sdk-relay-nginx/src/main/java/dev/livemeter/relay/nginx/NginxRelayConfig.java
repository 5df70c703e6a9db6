package dev.livemeter.relay.nginx;

import dev.livemeter.config.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link NginxRelay} is set up. Immutable; made with {@link #builder()}, which tells every fault together.
 *
 * @param ingestHost the address that encoders connect to, as a literal: {@code 127.0.0.1} by default, {@code 0.0.0.0} or {@code ::} for all
 *     interfaces
 * @param ingestPort 1935 by default; 0 for a free one
 * @param publicHost the name or address that encoders are told; the ingest host where that is a single address
 * @param application the RTMP application in the ingest URL; {@code live} by default
 * @param mostDestinations how many destinations one stream can have, 1 to 32; 10 by default. Those that are not used cost nothing
 * @param heartbeat how often a publisher is asked for proof of life, 1 to 60 seconds; 5 by default. Bounds how late a publisher is cut off
 *     where the immediate way fails
 * @param workDirectory where configuration and pid file are kept; null for a temporary directory that is deleted on close
 * @param binary the nginx to run; null to look for it
 * @param module {@code ngx_rtmp_module.so}; null to look for it
 * @param allowPrivateDestinations whether streams may be passed on to loopback and private addresses; false by default, and to be left
 *     so wherever strangers enter destinations
 * @param resolveTimeout how long to wait for the address of a destination's host, 100 milliseconds to 2 seconds
 * @param egressCa PEM file of the certificate authorities that servers of {@code rtmps://} destinations are verified by; null for the
 *     system's
 * @param plainIngest on by default
 * @param ingestTls null, as by default, where nobody comes by TLS
 * @param restartGrace how long streams go on while the application is away, 5 seconds to 10 minutes; zero, as by default, where they end with it. Needs a work directory, and a
 *     heartbeat of 2 seconds or more
 * @param recorder how streams are written down, where somebody asks for recordings
 */
public record NginxRelayConfig(
        String ingestHost,
        int ingestPort,
        String publicHost,
        String application,
        int mostDestinations,
        Duration heartbeat,
        @Nullable Path workDirectory,
        @Nullable Path binary,
        @Nullable Path module,
        boolean allowPrivateDestinations,
        Duration resolveTimeout,
        @Nullable Path egressCa,
        PlainIngest plainIngest,
        @Nullable IngestTls ingestTls,
        Duration restartGrace,
        Recorder recorder) {

    /** Whether encoders may come without TLS. */
    public enum PlainIngest {
        /** They may. */
        ON,
        /** They come by TLS, or not at all. */
        OFF
    }

    /**
     * How encoders come by TLS ({@code rtmps://}).
     *
     * @param port to listen on, at the ingest host; 0 for a free one
     * @param certificate PEM file with the full chain; read again when it changes
     * @param key PEM file of its private key, without a pass phrase
     */
    public record IngestTls(int port, Path certificate, Path key) {}

    /**
     * How streams are written down.
     *
     * @param folder where they lie in plain until they are finished; null for {@code recordings} in the work directory
     * @param reserveBytes so much room is left on that disk, or nothing is recorded
     * @param ffmpeg null to look for it
     */
    public record Recorder(
            @Nullable Path folder,
            long reserveBytes,
            @Nullable Path ffmpeg) {

        static final Recorder DEFAULT = new Recorder(null, 1_000_000_000L, null);
    }

    /** An answer to a heartbeat is kept for a second at least, and in it no other is asked for. */
    static final Duration LEAST_HEARTBEAT_WITH_GRACE = Duration.ofSeconds(2);

    private static final Pattern APPLICATION = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

    /**
     * Checks every part.
     *
     * @throws ConfigurationException with a sentence for each fault
     */
    public NginxRelayConfig {
        var faults = new ArrayList<String>();
        if (!IpLiteral.isOne(ingestHost)) {
            faults.add(
                    "The ingest host '" + shown(ingestHost)
                            + "' is not an IP address; give one such as 127.0.0.1, or 0.0.0.0 for all interfaces, and the name for people as public host.");
        } else if (publicHost.isEmpty()) {
            if (IpLiteral.isWildcard(ingestHost)) {
                faults.add("The relay is to listen on all interfaces, and no public host is given;"
                        + " give the name or address that encoders reach this machine by.");
            } else {
                publicHost = ingestHost;
            }
        }
        if (!publicHost.isEmpty() && !HOST.matcher(publicHost).matches() && !IpLiteral.isOne(publicHost)) {
            faults.add("The public host '" + shown(publicHost)
                    + "' is neither a host name nor an IP address; give one such as live.example.com.");
        }
        if (ingestPort < 0 || ingestPort > 65535) {
            faults.add("The ingest port is " + ingestPort + "; expected 1 to 65535, or 0 for a free one.");
        }
        if (plainIngest == PlainIngest.OFF && ingestTls == null) {
            faults.add("Plain ingest is switched off, and no certificate for TLS ingest is given;"
                    + " give one, or leave plain ingest on.");
        }
        if (ingestTls != null) {
            if (ingestTls.port() < 0 || ingestTls.port() > 65535) {
                faults.add("The port for TLS ingest is " + ingestTls.port()
                        + "; expected 1 to 65535, or 0 for a free one.");
            } else if (ingestTls.port() > 0 && ingestTls.port() == ingestPort && plainIngest == PlainIngest.ON) {
                faults.add("Plain and TLS ingest have the same port " + ingestPort + "; give them different ones.");
            }
            requirePlain(faults, "ingest certificate", ingestTls.certificate());
            requirePlain(faults, "key of the ingest certificate", ingestTls.key());
        }
        if (!APPLICATION.matcher(application).matches()) {
            faults.add("The application '" + shown(application)
                    + "' does not fit; expected 1 to 64 of a-z, 0-9, '_' and '-'.");
        }
        if (mostDestinations < 1 || mostDestinations > 32) {
            faults.add("The most destinations of a stream are " + mostDestinations + "; expected 1 to 32.");
        }
        requireBetween(faults, "heartbeat", heartbeat, Duration.ofSeconds(1), Duration.ofSeconds(60));
        requireBetween(faults, "resolve time-out", resolveTimeout, Duration.ofMillis(100), Duration.ofSeconds(2));
        if (!restartGrace.isZero()) {
            requireBetween(faults, "restart grace", restartGrace, Duration.ofSeconds(5), Duration.ofMinutes(10));
            if (workDirectory == null) {
                faults.add(
                        "Streams are to outlive the application, and no work directory is given, by which the next start finds them;"
                                + " give one that stays.");
            }
            if (heartbeat.compareTo(LEAST_HEARTBEAT_WITH_GRACE) < 0) {
                faults.add("Streams are to outlive the application, and the heartbeat is " + heartbeat.toMillis()
                        + " ms; expected at least " + LEAST_HEARTBEAT_WITH_GRACE.toMillis() + " ms.");
            }
        }
        if (recorder.reserveBytes() < 0) {
            faults.add("The room that recordings leave on the disk is " + recorder.reserveBytes()
                    + " bytes; expected 0 or more.");
        }
        requirePlain(faults, "folder for recordings", recorder.folder());
        requirePlain(faults, "ffmpeg", recorder.ffmpeg());
        requirePlain(faults, "work directory", workDirectory);
        requirePlain(faults, "nginx binary", binary);
        requirePlain(faults, "RTMP module", module);
        requirePlain(faults, "file of certificate authorities", egressCa);
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    /** What {@link NginxRelay#local()} takes: loopback, port 1935, ten destinations for a stream, a heartbeat of 5 seconds. */
    public static NginxRelayConfig defaults() {
        return builder().build();
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    private static void requireBetween(
            List<String> faults, String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            faults.add("The " + name + " is " + value.toMillis() + " ms; expected " + least.toMillis() + " to "
                    + most.toMillis() + " ms.");
        }
    }

    private static void requirePlain(List<String> faults, String name, @Nullable Path path) {
        if (path != null && path.toString().chars().anyMatch(Character::isISOControl)) {
            faults.add("The path of the " + name + " has a control character; choose another one.");
        }
    }

    private static String shown(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= 60 ? clean : clean.substring(0, 60) + "...";
    }

    /** Collects settings; each has a default. Not thread-safe. */
    public static final class Builder {

        private String ingestHost = "127.0.0.1";
        private int ingestPort = 1935;
        private String publicHost = "";
        private String application = "live";
        private int mostDestinations = 10;
        private Duration heartbeat = Duration.ofSeconds(5);
        private @Nullable Path workDirectory;
        private @Nullable Path binary;
        private @Nullable Path module;
        private boolean allowPrivateDestinations;
        private Duration resolveTimeout = Duration.ofSeconds(2);

        private @Nullable Path egressCa;
        private PlainIngest plainIngest = PlainIngest.ON;
        private @Nullable IngestTls ingestTls;
        private Duration restartGrace = Duration.ZERO;
        private Recorder recorder = Recorder.DEFAULT;

        private Builder() {}

        /** The address to listen on, as a literal; {@code 0.0.0.0} for all interfaces. */
        public Builder ingestHost(String address) {
            this.ingestHost = address;
            return this;
        }

        /** The port to listen on; 0 for a free one. */
        public Builder ingestPort(int port) {
            this.ingestPort = port;
            return this;
        }

        /** What encoders are told to connect to. */
        public Builder publicHost(String name) {
            this.publicHost = name;
            return this;
        }

        /** The RTMP application in the ingest URL. */
        public Builder application(String name) {
            this.application = name;
            return this;
        }

        /** How many destinations one stream can have. */
        public Builder mostDestinations(int count) {
            this.mostDestinations = count;
            return this;
        }

        /** How often a publisher is asked for proof of life. */
        public Builder heartbeat(Duration interval) {
            this.heartbeat = interval;
            return this;
        }

        /** A directory to keep; made where it is missing. One relay at a time can use it. */
        public Builder workDirectory(Path directory) {
            this.workDirectory = directory;
            return this;
        }

        /** The nginx to run. */
        public Builder binary(Path nginx) {
            this.binary = nginx;
            return this;
        }

        /** The {@code ngx_rtmp_module.so} to load. */
        public Builder module(Path rtmpModule) {
            this.module = rtmpModule;
            return this;
        }

        /** Lets streams be passed on to loopback and private addresses, as tests and closed networks need it. */
        public Builder allowPrivateDestinations(boolean allowed) {
            this.allowPrivateDestinations = allowed;
            return this;
        }

        /** How long to wait for the address of a destination's host. */
        public Builder resolveTimeout(Duration timeout) {
            this.resolveTimeout = timeout;
            return this;
        }

        /** The certificate authorities that servers of {@code rtmps://} destinations are verified by, as a PEM file. */
        public Builder egressCa(Path authorities) {
            this.egressCa = authorities;
            return this;
        }

        /** Takes encoders by TLS at that port; 0 for a free one. The files are read again when they change. */
        public Builder ingestTls(int port, Path certificate, Path key) {
            this.ingestTls = new IngestTls(port, certificate, key);
            return this;
        }

        /** Whether encoders may come without TLS. */
        public Builder plainIngest(PlainIngest allowed) {
            this.plainIngest = allowed;
            return this;
        }

        /**
         * Lets streams go on for that long while the application restarts, as far as they are paid; nginx then outlives the application. Zero for not at all.
         */
        public Builder restartGrace(Duration longest) {
            this.restartGrace = longest;
            return this;
        }

        /** Where streams that are recorded lie until they are finished; {@code recordings} in the work directory where nothing is given. One relay at a time can use it. */
        public Builder recordingFolder(Path folder) {
            this.recorder = new Recorder(folder, recorder.reserveBytes(), recorder.ffmpeg());
            return this;
        }

        /** How many bytes recordings leave free on that disk; a billion where nothing is given. */
        public Builder recordingReserve(long bytes) {
            this.recorder = new Recorder(recorder.folder(), bytes, recorder.ffmpeg());
            return this;
        }

        /** The ffmpeg that finishes recordings. */
        public Builder ffmpeg(Path program) {
            this.recorder = new Recorder(recorder.folder(), recorder.reserveBytes(), program);
            return this;
        }

        /**
         * Checks everything.
         *
         * @throws ConfigurationException with a sentence for each fault
         */
        public NginxRelayConfig build() {
            return new NginxRelayConfig(
                    ingestHost,
                    ingestPort,
                    publicHost,
                    application,
                    mostDestinations,
                    heartbeat,
                    workDirectory,
                    binary,
                    module,
                    allowPrivateDestinations,
                    resolveTimeout,
                    egressCa,
                    plainIngest,
                    ingestTls,
                    restartGrace,
                    recorder);
        }
    }
}
