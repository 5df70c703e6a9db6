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

    private final String page;
    private final StudioBrowser alice;
    private final StudioBrowser vera;

    private TwoPeople(String page, StudioBrowser alice, StudioBrowser vera) {
        this.page = page;
        this.alice = alice;
        this.vera = vera;
    }

    /** Opens both browsers, and signs in. */
    static TwoPeople at(StudioApplication studio, Path desk, Path phone) {
        var people = open(studio.pageUrl(), desk, phone);
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
        vera.until(".people .name", title::equals);
        vera.clickInside("Look in");
        vera.until("h1", "Room"::equals);
    }

    void veraOpensTheCall() {
        vera.open(page + "call/alice");
        vera.until("h1", "Call Alice"::equals);
    }

    /** Keeps the connections that Vera's page makes from now on, for what it tells nobody. */
    void veraKeepsConnections() {
        vera.driver().executeScript("""
            window.connections = [];
            window.RTCPeerConnection = class extends RTCPeerConnection {
              constructor(...wishes) {
                super(...wishes);
                window.connections.push(this);
              }
            };
            """);
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
