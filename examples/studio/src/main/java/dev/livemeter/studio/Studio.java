package dev.livemeter.studio;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** The main class of the studio. */
public final class Studio {

    private Studio() {}

    /**
     * Starts the studio; see {@code bin/studio --help}.
     *
     * @param arguments the command line
     * @throws InterruptedException if it is interrupted while it waits
     */
    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(arguments));
    }

    private static int run(String... arguments) throws InterruptedException {
        try {
            var options = StudioOptions.parse(arguments);
            if (options.help()) {
                System.out.println(StudioOptions.HELP);
                return 0;
            }
            return options.demo() ? demo(options) : serve(options);
        } catch (IllegalArgumentException | LivemeterException | IOException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    private static int demo(StudioOptions options) throws IOException, InterruptedException {
        var witness = new Witness();
        var tale = new Tale(System.out);
        System.out.println("Livemeter Studio: the whole story, with a real encoder and real servers on this machine.");
        try (var studio = StudioApplication.start(options, witness)) {
            return new DemoStory(studio, witness, tale).play() ? 0 : 1;
        }
    }

    private static int serve(StudioOptions options) throws IOException, InterruptedException {
        var stopped = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        try (var studio = StudioApplication.start(options, event -> {})) {
            System.out.println(studio.welcome());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stopped.countDown();
                await(closed);
            }));
            stopped.await();
            System.out.println("Stopping: what runs is cut and charged.");
        } finally {
            closed.countDown();
        }
        return 0;
    }

    /** Keeps the JVM until everything is closed, so that what runs is charged. */
    private static void await(CountDownLatch closed) {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
