package dev.livemeter.studio;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A studio in a process of its own, with the demo's short spans, for tests that kill it. */
final class StudioProcess {

    private StudioProcess() {}

    /**
     * Runs until it is killed.
     *
     * @param arguments a folder for the data; and the page's port, where it matters
     */
    public static void main(String[] arguments) throws Exception {
        var port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        var options = new StudioOptions(true, false, port, 0, Path.of(arguments[0]), Duration.ZERO);
        try (var studio =
                StudioApplication.start(options, event -> System.out.println(event.code() + " " + event.sentence()))) {
            studio.welcome();
            System.out.println("page " + studio.pageUrl());
            System.out.println("desk " + studio.callInvitation(StudioApplication.ARTIST));
            System.out.println("directory " + studio.callInvitation(StudioApplication.VIEWER));
            var live = studio.live();
            System.out.println("publish " + live.ingest().url() + " "
                    + live.streamKeys().rotate(StudioApplication.ARTIST).reveal());
            new CountDownLatch(1).await();
        }
    }
}
