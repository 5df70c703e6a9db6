package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import dev.livemeter.relay.nginx.deploy.HostMedia;
import dev.livemeter.relay.nginx.deploy.RelayHost;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordingAuthority;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a relay has where recordings were asked for. */
record RecordingPart(@Nullable Path workDirectory, RecordingPlace folder, StreamRecorder recorder) {

    private static final String FOLDER = "recordings";

    /** Of a stream of twelve hours the copy takes minutes on a slow disk. */
    private static final Duration FINISH_WITHIN = Duration.ofMinutes(20);

    /** A temporary folder would not be found again after a crash, and what lies in it in plain would stay. */
    static void requireFolder(NginxRelayConfig config) {
        if (config.workDirectory() == null && config.recorder().folder() == null) {
            throw new LivemeterException(
                    "relay.recording_folder",
                    "Streams are to be recorded, and the relay has no work directory that stays, in which the next start finds what a crash"
                            + " left; give one with workDirectory(...).");
        }
    }

    static RecordingPart prepare(
            NginxRelayConfig config,
            Path workDirectory,
            RecordingAuthority authority,
            TimeSource time,
            Scheduler scheduler) {
        var remux = Remux.find(config.recorder().ffmpeg(), FINISH_WITHIN);
        var chosen = config.recorder().folder();
        var folder = RecordingFolder.open(chosen == null ? workDirectory.resolve(FOLDER) : chosen);
        return of(workDirectory, folder, remux, config, authority, time, scheduler);
    }

    /** On a relay host: nginx writes there, and files are made in the folder for recordings of this machine. */
    static RecordingPart onHost(RelayHost host, NginxHome.Visitor with, RecordingAuthority authority) {
        var config = with.config();
        var here = Objects.requireNonNull(config.recorder().folder());
        var remux = Remux.find(config.recorder().ffmpeg(), FINISH_WITHIN);
        var place = new HostRecordings(
                HostMedia.of(host),
                RecordingFolder.open(here),
                config.recorder().reserveBytes(),
                with.time());
        return of(null, place, remux, config, authority, with.time(), with.scheduler());
    }

    private static RecordingPart of(
            @Nullable Path workDirectory,
            RecordingPlace folder,
            Remux remux,
            NginxRelayConfig config,
            RecordingAuthority authority,
            TimeSource time,
            Scheduler scheduler) {
        return new RecordingPart(
                workDirectory,
                folder,
                new StreamRecorder(
                        authority,
                        folder,
                        new Finisher(authority, folder, remux, scheduler),
                        config.recorder().reserveBytes(),
                        time,
                        scheduler));
    }

    /** That nginx is the one from now on. Started as root it lets its worker run as somebody else, who has to get at the folder. */
    void use(NginxRun nginx, String application) {
        if (workDirectory != null) {
            giveToWorker(workDirectory);
        }
        letControl(nginx, application);
    }

    private void giveToWorker(Path workDirectory) {
        try (var own = Files.newDirectoryStream(workDirectory, "temp-*")) {
            for (var one : own) {
                if (!Files.getOwner(one).equals(Files.getOwner(workDirectory))) {
                    // To pass, not to look: what is in it stays unreadable.
                    Files.setPosixFilePermissions(workDirectory, PosixFilePermissions.fromString("rwx--x--x"));
                    folder.here().giveTo(one);
                    break;
                }
            }
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.recording_folder",
                    "The folder " + folder.path() + " for recordings cannot be given to nginx's worker: "
                            + e.getMessage() + ".",
                    false,
                    e);
        }
    }

    private void letControl(NginxRun nginx, String application) {
        recorder.use(new StreamRecorder.Control() {
            @Override
            public Optional<String> start(SessionId session) {
                return nginx.control().startRecording(application, session.value());
            }

            @Override
            public void stop(SessionId session) {
                nginx.control().stopRecording(application, session.value());
            }

            @Override
            public boolean isPublishing(SessionId session) {
                return nginx.publishers().present().stream()
                        .anyMatch(one -> one.id().equals(session));
            }
        });
    }
}
