package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.call.Call;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Alice at her desk with a played camera, and Vera who has none, each in a Chromium of their own. */
final class TwoPeople implements AutoCloseable {

    /** Begins a script: the element of that name. */
    static final String WIDGET = "const widget = document.querySelector(arguments[0]); ";

    static final String DESK = "livemeter-broadcaster";
    static final String CALL = "livemeter-call";
    static final String VIEWER = "livemeter-viewer";
    static final String ROOM = "livemeter-room";
    static final String DIRECTORY = "livemeter-directory";

    /** Pictures that a page has seen in full size so far, and since when: a preview is smaller; by the picture, and by what the browser counted. */
    private static final String WATCH = WIDGET + """
            const video = widget.shadowRoot.querySelector('video');
            window.full = { from: null, to: null };
            window.counted = { from: null, to: null, frames: 0 };
            setInterval(async () => {
              for (const connection of window.connections) {
                const frames = [...(await connection.getStats()).values()]
                  .filter(one => one.type === 'inbound-rtp' && one.kind === 'video' && one.frameWidth >= 320)
                  .reduce((sum, one) => sum + one.framesDecoded, 0);
                if (frames > window.counted.frames) {
                  window.counted.from ??= performance.now();
                  window.counted.to = performance.now();
                  window.counted.frames = frames;
                }
              }
            }, 100);
            setInterval(() => {
              if (video.srcObject && video.videoWidth >= 320 && video.currentTime !== window.full.at) {
                window.full.at = video.currentTime;
                window.full.from ??= performance.now();
                window.full.to = performance.now();
              }
            }, 50);
            """;

    private final String page;
    private final StudioBrowser alice;
    private final StudioBrowser vera;

    private TwoPeople(String page, StudioBrowser alice, StudioBrowser vera) {
        this.page = page;
        this.alice = alice;
        this.vera = vera;
    }

    /** Signs in, by browsers that are open and stay so. */
    static TwoPeople at(StudioApplication studio, StudioBrowser desk, StudioBrowser phone) {
        var people = new TwoPeople(studio.pageUrl(), desk, phone);
        people.signIn(studio.callInvitation(StudioApplication.ARTIST), studio.callInvitation(StudioApplication.VIEWER));
        return people;
    }

    /** Opens both browsers at a studio in another process. */
    static TwoPeople open(String page, Path desk, Path phone) {
        var alice = StudioBrowser.withCamera(desk);
        try {
            return new TwoPeople(page, alice, new StudioBrowser(phone));
        } catch (RuntimeException e) {
            alice.close();
            throw e;
        }
    }

    void signIn(String toDesk, String toDirectory) {
        alice.open(toDesk);
        alice.click("Continue as Alice");
        vera.open(toDirectory);
        vera.click("Continue as Vera");
        alice.until("h1", "My desk"::equals);
        vera.until("h1", "Who is live"::equals);
    }

    StudioBrowser alice() {
        return alice;
    }

    StudioBrowser vera() {
        return vera;
    }

    void aliceStarts() {
        alice.clickInside("Start");
        alice.script(WIDGET + "return widget.dataset.state === 'ready' && widget.client.link.isOpen", DESK);
    }

    /** One that is free for everybody. */
    void aliceOpensARoom(String title) {
        aliceOpensARoom(title, "free");
    }

    void aliceOpensARoom(String title, String kind) {
        alice.driver().executeScript(WIDGET + """
            widget.topic.value = arguments[1];
            widget.kind.value = arguments[2];
            widget.kind.dispatchEvent(new Event('change'));
            widget.shadowRoot.querySelector('form').requestSubmit();
            """, ROOM, title, kind);
    }

    /** From the list of rooms. */
    void veraLooksIn(String title) {
        looksIn(vera, title);
    }

    /** Whoever has the directory open goes into that room. */
    static void looksIn(StudioBrowser person, String title) {
        isListed(person, title);
        person.clickInside("Look in");
        person.until("h1", "Room"::equals);
    }

    /** Until a room or a person of that name is in the directory. */
    static void isListed(StudioBrowser person, String name) {
        person.script(
                WIDGET
                        + "return [...(widget?.shadowRoot?.querySelectorAll('.name') ?? [])].some(one => one.checkVisibility() && one.textContent === arguments[1])",
                DIRECTORY,
                name);
    }

    void veraOpensTheCall() {
        vera.open(page + "call/alice");
        vera.until("h1", "Call Alice"::equals);
    }

    /** Keeps the connections that Vera's page makes from now on, for what it tells nobody. */
    void veraKeepsConnections() {
        keepsConnections(vera);
    }

    /** The same of anybody's page. */
    static void keepsConnections(StudioBrowser person) {
        person.driver().executeScript("""
            window.connections = [];
            window.RTCPeerConnection = class extends RTCPeerConnection {
              constructor(...wishes) {
                super(...wishes);
                window.connections.push(this);
              }
            };
            """);
    }

    /** Notes from now on in {@code window.full} and {@code window.counted} when whole pictures came first and last; after {@link #keepsConnections}. */
    static void watchesPictures(StudioBrowser person, String element) {
        person.driver().executeScript(WATCH, element);
    }

    /** Notes from now on in {@code window.meter} each reading of a widget's meter, and when it was shown first. */
    static void readsTheMeter(StudioBrowser person, String element) {
        person.driver().executeScript(WIDGET + """
            window.meter = [];
            setInterval(() => {
              const terms = [...widget.meter.element.querySelectorAll('dt')].map(term => term.textContent);
              const [time, cost, own, left] = [...widget.meter.element.querySelectorAll('dd')].map(one => one.textContent);
              if (!widget.meter.element.hidden && window.meter.at(-1)?.time !== time) {
                window.meter.push({ terms: terms.join(' '), time, cost, own, left });
              }
            }, 50);
            """, element);
    }

    /** Counts in {@code window.asked} how often a page asks for camera or microphone from now on. */
    static void countsQuestionsForACamera(StudioBrowser person) {
        person.driver().executeScript("""
            window.asked = 0;
            const { mediaDevices } = navigator;
            const ask = mediaDevices.getUserMedia.bind(mediaDevices);
            mediaDevices.getUserMedia = (...wishes) => {
              window.asked += 1;
              return ask(...wishes);
            };
            """);
    }

    /** Keeps in {@code window.sockets} what connects a page with signaling, and in {@code window.links} what it hears of that; it comes anew by that. */
    static void keepsSockets(StudioBrowser person, String element) {
        person.driver().executeScript(WIDGET + """
            window.sockets = [];
            window.links = [];
            window.WebSocket = class extends WebSocket {
              constructor(address, ...more) {
                super(address, ...more);
                if (new URL(address).pathname.endsWith('/peerjs')) {
                  window.sockets.push(this);
                }
              }
            };
            const { client } = widget;
            for (const type of ['open', 'lost']) {
              client.link.addEventListener(type, () => window.links.push(type));
            }
            client.disconnect();
            client.connect();
            """, element);
        person.script("return window.links.join() === 'open'");
    }

    /** Until pictures come. */
    void veraCalls() {
        veraOpensTheCall();
        veraCallsAgain();
    }

    void veraCallsAgain() {
        vera.clickInside("Accept and call");
        alice.clickInside("Accept");
        aliceIs("live");
        veraIs("live");
    }

    /** After a network was away: the first that it carries may be lost, and whoever reads so presses again. */
    void veraCallsUntilItRings() throws InterruptedException {
        var limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        vera.clickInside("Accept and call");
        while (!Boolean.TRUE.equals(
                alice.driver().executeScript(WIDGET + "return widget.dataset.state === 'ringing'", DESK))) {
            assertThat(System.nanoTime())
                    .as(() -> "it rings within a minute; Vera reads '"
                            + vera.driver().executeScript(WIDGET + "return widget.problem.textContent", CALL) + "'")
                    .isLessThan(limit);
            vera.driver().executeScript(WIDGET + """
                    if (widget.problem.textContent !== '' && !widget.call.hidden && !widget.call.disabled) {
                      widget.call.click();
                    }
                    """, CALL);
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    void aliceIs(String state) {
        alice.script(WIDGET + "return widget.dataset.state === arguments[1]", DESK, state);
    }

    void veraIs(String state) {
        vera.script(WIDGET + "return widget.dataset.state === arguments[1]", CALL, state);
    }

    /** What Vera reads over the picture. */
    void veraReads(String words) {
        vera.script(
                WIDGET + "return widget.shadowRoot.querySelector('.words').textContent === arguments[1]", CALL, words);
    }

    /** Vera's last call, once it is over and in the books. */
    static Call overAt(Livemeter live) throws InterruptedException {
        var limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            var last = live.calls().history(StudioApplication.VIEWER, 1, null).get(0);
            if (last.state().isOver() && isSettled(live, last)) {
                return last;
            }
            assertThat(System.nanoTime()).as("the call is over within a minute").isLessThan(limit);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** What the history tells is stored after the books. */
    private static boolean isSettled(Livemeter live, Call call) {
        return live.sessions()
                .find(call.session())
                .filter(session -> session.state().isOver())
                .filter(session -> session.metering().charged().equals(call.cost()))
                .isPresent();
    }

    @Override
    public void close() {
        try {
            alice.close();
        } finally {
            vera.close();
        }
    }
}
