package dev.livemeter.relay.nginx;

import dev.livemeter.recording.RecordingId;
import java.nio.file.Path;
import java.time.Duration;

/** A host application that records whoever publishes to it, to be killed by a test. */
final class RecordingProcess {

    static final RecordingId ID = new RecordingId("rec-killed00");

    private RecordingProcess() {}

    public static void main(String[] arguments) throws Exception {
        var authority = new ScriptedAuthority();
        var recordings = new ScriptedRecordings(Path.of(arguments[2]));
        var relay = NginxRelay.local(NginxRelayConfig.builder()
                .ingestPort(Integer.parseInt(arguments[0]))
                .workDirectory(Path.of(arguments[1]))
                .heartbeat(Duration.ofSeconds(1))
                .mostDestinations(1)
                .recordingReserve(0)
                .build());
        relay.recordFor(recordings);
        relay.open(authority);
        System.out.println("open");
        Await.until("somebody publishes", () -> !authority.sessions.isEmpty());
        var session = authority.sessions.values().iterator().next();
        recordings.wanted.put(ID, session);
        Await.until("nginx takes the order", () -> relay.startRecording(session, ID));
        // Until it is killed; a test that forgot to leaves nothing behind for longer.
        Thread.sleep(60_000);
    }
}
