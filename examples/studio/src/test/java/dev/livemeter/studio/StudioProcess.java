package dev.livemeter.studio;

import dev.livemeter.call.CallId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;

/** A studio in a process of its own, with the demo's short spans, for tests that kill it. */
final class StudioProcess {

    private StudioProcess() {}

    /**
     * Runs until it is killed. Says of each call when its end is in the books, which comes after everybody was told.
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
            var stored = new HashSet<CallId>();
            while (true) {
                for (var call : live.calls().history(StudioApplication.VIEWER, 10, null)) {
                    if (call.end() != null && stored.add(call.id())) {
                        System.out.println("stored " + call.end().cause());
                    }
                }
                Thread.sleep(100);
            }
        }
    }
}
