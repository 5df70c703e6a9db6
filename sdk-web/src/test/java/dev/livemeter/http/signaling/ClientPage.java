package dev.livemeter.http.signaling;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A page with the unmodified client in a real Chromium, which has a camera that is played. */
final class ClientPage implements AutoCloseable {

    /** What the tests say in the page: each waits for what the client tells, and gives it back. */
    private static final String WORDS = """
            window.errors = [];
            window.peers = {};
            window.calls = {};
            window.make = (id, port, token, config = { iceServers: [] }) => new Promise(done => {
                const options = { host: '127.0.0.1', port, path: '/', config, serializers: window.serializers ?? {} };
                if (token) options.token = token;
                const peer = new Peer(id, options);
                peers[id] = peer;
                peer.on('open', () => done('open ' + peer.id));
                peer.on('error', e => { errors.push(e.type); done('error ' + e.type + ': ' + e.message); });
            });
            window.next = (what, event) => new Promise(done => what.once(event, value => done(value)));
            window.camera = () => navigator.mediaDevices.getUserMedia({ video: true, audio: true });
            window.call = async (from, to) => {
                const stream = await camera();
                peers[to].once('call', incoming => { calls[to] = incoming; incoming.answer(stream); });
                const outgoing = calls[from] = peers[from].call(to, stream);
                await next(outgoing, 'stream');
                return 'talking';
            };
            window.decoded = async who => {
                let frames = 0;
                (await calls[who].peerConnection.getStats()).forEach(report => {
                    if (report.type === 'inbound-rtp' && report.kind === 'video') frames += report.framesDecoded;
                });
                return frames;
            };
            window.moreDecoded = async who => {
                const before = await decoded(who);
                while (await decoded(who) < before + 5) await new Promise(later => setTimeout(later, 50));
                return 'flows';
            };
            """;

    private final HttpServer pages;
    private final ChromeDriver driver;

    ClientPage(Path profile) throws IOException {
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve(
                "/",
                "text/html",
                "<!doctype html><title>Client</title><script src=/peerjs.js></script><script>" + WORDS + "</script>");
        serve(
                "/peerjs.js",
                "text/javascript",
                Files.readString(PeerServerProcess.packages().resolve("peerjs/dist/peerjs.min.js")));
        serve(
                "/msgpack.js",
                "text/javascript",
                Files.readString(PeerServerProcess.packages().resolve("peerjs/dist/serializer.msgpack.mjs")));
        pages.start();
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(Path.of("/usr/bin/chromedriver").toFile())
                        .build(),
                new ChromeOptions()
                        .setBinary("/usr/bin/chromium")
                        .addArguments(
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--use-fake-device-for-media-stream",
                                "--use-fake-ui-for-media-stream",
                                "--allow-loopback-in-peer-connection",
                                "--autoplay-policy=no-user-gesture-required",
                                "--user-data-dir=" + profile));
        driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
        driver.get(url().toString());
    }

    private void serve(String path, String type, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        pages.createContext(path, exchange -> {
            exchange.getResponseHeaders().putAll(Map.of("Content-Type", java.util.List.of(type)));
            exchange.sendResponseHeaders(200, bytes.length);
            try (var body = exchange.getResponseBody()) {
                body.write(bytes);
            }
        });
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + pages.getAddress().getPort() + "/");
    }

    /** A page that has said nothing yet. */
    void fresh() {
        driver.get(url().toString());
    }

    /** What an expression comes to, waited for. */
    String told(String expression) {
        return String.valueOf(driver.executeAsyncScript("const done = arguments[arguments.length - 1];"
                + "(async () => (" + expression + "))().then(done, e => done('failed: ' + e));"));
    }

    @Override
    public void close() {
        driver.quit();
        pages.stop(0);
    }
}
