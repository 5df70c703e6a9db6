package dev.livemeter.studio;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A studio in a process of its own, with the demo's short spans, for tests that kill it. */
final class StudioProcess {

    private StudioProcess() {}

    public static void main(String[] arguments) throws Exception {
        var options = new StudioOptions(true, false, 0, 0, Path.of(arguments[0]), Duration.ZERO);
        try (var studio =
                StudioApplication.start(options, event -> System.out.println(event.code() + " " + event.sentence()))) {
            studio.welcome();
            var live = studio.live();
            System.out.println("publish " + live.ingest().url() + " "
                    + live.streamKeys().rotate(StudioApplication.ARTIST).reveal());
            new CountDownLatch(1).await();
        }
    }
}
