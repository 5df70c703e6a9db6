package dev.livemeter.studio;

import dev.livemeter.http.Problem;
import dev.livemeter.web.WebBody;
import dev.livemeter.web.WebHandler;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The {@code peerjs} client as its authors publish it, from the folder into which {@code bin/lib/npm.sh} has put it. A host would serve it with its other scripts. */
record PeerjsFile(Path folder) implements WebHandler {

    static Path usualFolder() {
        return Path.of(System.getProperty("user.home"), ".cache", "livemeter", "npm", "node_modules");
    }

    @Override
    public WebResponse handle(WebRequest request) {
        if (!request.path().equals("/peerjs.min.js")) {
            return Problem.of(404, "request.unknown_path", "There is nothing at this address.")
                    .toResponse();
        }
        try {
            var script = Files.readAllBytes(folder.resolve("peerjs/dist/peerjs.min.js"));
            return new WebResponse(
                    200,
                    Map.of(
                            "Content-Type", "text/javascript; charset=utf-8",
                            "Cache-Control", "no-cache",
                            "X-Content-Type-Options", "nosniff"),
                    WebBody.of(script));
        } catch (IOException missing) {
            return Problem.of(
                            404,
                            "studio.no_peerjs",
                            "The npm package peerjs is not there; run bin/lib/npm.sh, as bin/studio does.")
                    .toResponse();
        }
    }
}
