package dev.livemeter.benchmarks;

import dev.livemeter.relay.nginx.NginxRelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An nginx on this machine, which the application started and which outlives it. */
final class SoakRelayHere implements SoakRelay {

    private final Path data;

    /** In the folder that the application has for its data. */
    SoakRelayHere(Path data) {
        this.data = data;
    }

    private ProcessHandle master() throws IOException {
        return running().orElseThrow(() -> new IOException("nginx does not run any more."));
    }

    /** Empty for the moment between its death and the next start. */
    private Optional<ProcessHandle> running() throws IOException {
        try {
            return ProcessHandle.of(Long.parseLong(
                    Files.readString(data.resolve("relay/nginx.pid")).strip()));
        } catch (NoSuchFileException | NumberFormatException starting) {
            return Optional.empty();
        }
    }

    @Override
    public void killWorkers() throws IOException {
        for (var worker : master().children().toList()) {
            worker.destroyForcibly();
        }
    }

    @Override
    public void kill() throws IOException {
        var master = master();
        var workers = master.children().toList();
        master.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public double mebibytes() throws IOException {
        return running().stream()
                        .flatMap(ProcessHandle::children)
                        .mapToDouble(ResidentMemory::kibibytes)
                        .sum()
                / 1024;
    }

    @Override
    public List<SoakStep> story(Stage stage) {
        return List.of(
                new SoakStep(18, "the certificate is renewed", stage::renewCertificate),
                new SoakStep(52, "the certificate is renewed once more", stage::renewCertificate));
    }

    @Override
    public void look(SoakFindings findings) {
        // Nothing is known here that was not seen from outside.
    }

    @Override
    public void close() {
        NginxRelay.endLeftBehind(data.resolve("relay"));
    }
}
