package dev.livemeter.tools;

import dev.livemeter.destination.PushTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A test picture by ffmpeg, which has to be installed. The stream key is an argument of its process for as long as it runs, so it is seen by whoever may list the processes of this machine.
 */
final class FfmpegEncoder implements CheckEncoder {

    private static final List<String> PICTURE = List.of(
            "ffmpeg",
            "-nostdin",
            "-loglevel",
            "error",
            "-re",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=1280x720:rate=30",
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=440:sample_rate=44100",
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-pix_fmt",
            "yuv420p",
            "-g",
            "60",
            "-b:v",
            "2500k",
            "-maxrate",
            "2500k",
            "-bufsize",
            "5000k",
            "-c:a",
            "aac",
            "-b:a",
            "128k",
            "-f",
            "flv");

    private final boolean byAddress;

    /**
     * @param byAddress whether the RTMP {@code tcUrl} names the server's address in place of its name, as the relay does
     */
    FfmpegEncoder(boolean byAddress) {
        this.byAddress = byAddress;
    }

    @Override
    public Sending send(PushTarget target) throws IOException {
        var command = new ArrayList<>(PICTURE);
        var server = target.server().toString();
        if (byAddress) {
            var host = target.server().getHost();
            command.add("-rtmp_tcurl");
            command.add(server.replace(
                    "://" + host, "://" + InetAddress.getByName(host).getHostAddress()));
        }
        command.add(
                (server.endsWith("/") ? server : server + "/") + target.key().reveal());
        var process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new Sending() {
            @Override
            public boolean goesOn() {
                return process.isAlive();
            }

            @Override
            public void close() {
                process.destroy();
                try {
                    if (!process.waitFor(5, TimeUnit.SECONDS)) {
                        process.destroyForcibly();
                    }
                } catch (InterruptedException e) {
                    process.destroyForcibly();
                    Thread.currentThread().interrupt();
                }
            }
        };
    }
}
