package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Means;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every provider that {@link CarriesChat} keeps: the rules of {@code docs/contracts/carries-chat.md}. Extend it, supply a provider and a platform that does as it is told, inherit the
 * tests. Time is the machine's.
 */
@Timeout(120)
public abstract class CarriesChatContract {

    private static final PlatformAuthor FAN = new PlatformAuthor("4711", "fan", Set.of());
    private static final PlatformAuthor HELPER = new PlatformAuthor("4712", "helper", Set.of(Badge.MODERATOR));
    private static final int TWO_THREADS = 2;

    private final HeardChat heard = new HeardChat();
    private final List<Link> links = new ArrayList<>();
    private ExecutorService workers;
    private SystemScheduler scheduler;

    /** For those who extend it. */
    protected CarriesChatContract() {}

    /** The provider under test; the same one at each call within a test. */
    protected abstract CarriesChat chat();

    /** A broadcast that is shown, whose chat is open, empty, and lets the account write. */
    protected abstract BroadcastRef broadcast();

    /** The account that it was made with. */
    protected abstract AccountAccess access();

    /** On the platform somebody says something. Badges are given as the platform's own. */
    protected abstract void somebodySays(String id, PlatformAuthor author, String text) throws Exception;

    /** On the platform one message is taken away. */
    protected abstract void messageIsTakenAway(String id) throws Exception;

    /** On the platform all that somebody said is taken away. */
    protected abstract void authorIsSentAway(String author) throws Exception;

    /** All connections that are there break; new ones can be made at once. */
    protected abstract void connectionsBreak() throws Exception;

    /** The chat of the broadcast is over. */
    protected abstract void chatEnds() throws Exception;

    /** What the platform took from the account, in order. */
    protected abstract List<String> saidByTheAccount() throws Exception;

    /** Whether the platform tells who moderates. */
    protected boolean hasModerators() {
        return true;
    }

    /** Whether the platform tells that all of an author was taken away, and not only each message. */
    protected boolean tellsOfAuthors() {
        return true;
    }

    @BeforeEach
    void beginWithTwoThreads() {
        workers = Executors.newFixedThreadPool(TWO_THREADS);
        scheduler = new SystemScheduler(workers);
    }

    @AfterEach
    void leaveAll() throws InterruptedException {
        links.forEach(Link::close);
        scheduler.close();
        workers.shutdownNow();
        assertThat(workers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private Means means() {
        return new Means(TimeSource.system(), scheduler, workers);
    }

    private Link join(CarriesChat.Ear ear) {
        var link = chat().join(broadcast(), access(), ear, means());
        links.add(link);
        return link;
    }

    private Link joined() throws InterruptedException {
        var link = join(heard);
        heard.awaits("connected");
        return link;
    }

    @Test
    @Rule("CHC-01")
    void joiningReturnsAtOnceAndTheEarIsToldLater() throws Exception {
        var isWithin = ThreadLocal.withInitial(() -> false);
        var wasWithin = new boolean[1];
        var ear = new HeardChat() {
            @Override
            public void changed(CarriesChat.State state) {
                wasWithin[0] |= isWithin.get();
                super.changed(state);
            }
        };
        isWithin.set(true);
        var before = System.nanoTime();
        join(ear);
        var took = Duration.ofNanos(System.nanoTime() - before);
        isWithin.set(false);
        ear.awaits("connected");
        assertThat(wasWithin[0]).isFalse();
        assertThat(took).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    @Rule("CHC-02")
    void whatIsSaidIsHeardInOrderAsItIs() throws Exception {
        joined();
        somebodySays("m-1", FAN, "<b>hello</b> & 'you' \ud83d\ude00");
        somebodySays("m-2", HELPER, "be kind");
        heard.awaits("helper: be kind");
        assertThat(heard.lines()).endsWith("fan: <b>hello</b> & 'you' \ud83d\ude00", "helper: be kind");
        assertThat(heard.messages())
                .extracting(
                        CarriesChat.Message::id,
                        message -> message.author().id(),
                        message -> message.author().badges())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("m-1", "4711", Set.of()),
                        org.assertj.core.groups.Tuple.tuple(
                                "m-2", "4712", hasModerators() ? Set.of(Badge.MODERATOR) : Set.of()));
    }

    @Test
    @Rule("CHC-03")
    void whatIsTakenAwayIsHeard() throws Exception {
        joined();
        somebodySays("m-1", FAN, "rude");
        messageIsTakenAway("m-1");
        heard.awaits("removed m-1");
        if (tellsOfAuthors()) {
            authorIsSentAway("4711");
            heard.awaits("removed all of 4711");
            assertThat(heard.lines()).endsWith("fan: rude", "removed m-1", "removed all of 4711");
        } else {
            somebodySays("m-2", FAN, "rude again");
            heard.awaits("fan: rude again");
            authorIsSentAway("4711");
            heard.awaits("removed m-2");
            assertThat(heard.lines()).endsWith("fan: rude", "removed m-1", "fan: rude again", "removed m-2");
        }
    }

    @Test
    @Rule("CHC-04")
    void aLinkThatBreaksIsJoinedAgainByItself() throws Exception {
        joined();
        connectionsBreak();
        heard.awaits("interrupted");
        heard.awaits("connected", 2);
        somebodySays("m-9", FAN, "still here");
        heard.awaits("fan: still here");
    }

    @Test
    @Rule("CHC-05")
    void whatComesAgainHasTheSameId() throws Exception {
        joined();
        somebodySays("m-1", FAN, "one");
        heard.awaits("fan: one");
        connectionsBreak();
        heard.awaits("connected", 2);
        somebodySays("m-2", FAN, "two");
        heard.awaits("fan: two");
        Map<String, String> texts = new HashMap<>();
        for (var message : heard.messages()) {
            assertThat(texts.merge(message.id(), message.text(), (known, again) -> again))
                    .isEqualTo(message.text());
        }
        assertThat(texts).isEqualTo(Map.of("m-1", "one", "m-2", "two"));
    }

    @Test
    @Rule("CHC-06")
    void whatIsSaidFromHereArrivesOnceAndComesBack() throws Exception {
        var link = joined();
        assertThat(link.say("hello from here")).isEqualTo(new Saying.Said());
        var own = access().account().identity().name() + ": hello from here";
        heard.awaits(own);
        assertThat(saidByTheAccount()).containsExactly("hello from here");
        assertThat(heard.messages())
                .allSatisfy(message -> assertThat(message.author().id())
                        .isEqualTo(access().account().identity().id()));
    }

    @Test
    @Rule("CHC-07")
    void theLongestTextIsTaken() throws Exception {
        var link = joined();
        var longest = "x".repeat(chat().longestText());
        assertThat(chat().longestText()).isPositive();
        assertThat(link.say(longest)).isEqualTo(new Saying.Said());
        assertThat(saidByTheAccount()).containsExactly(longest);
    }

    @Test
    @Rule("CHC-08")
    void whoLeftHearsAndSaysNothingMore() throws Exception {
        var other = new HeardChat();
        var link = joined();
        join(other);
        other.awaits("connected");
        link.close();
        link.close();
        var before = heard.lines();
        somebodySays("m-1", FAN, "anybody there?");
        // The other one stays, and what reached it had reached the first one, too.
        other.awaits("fan: anybody there?");
        assertThat(heard.lines()).isEqualTo(before);
        assertThat(link.say("me")).isInstanceOf(Saying.NotAllowed.class);
        assertThat(((Saying.NotAllowed) link.say("me")).message()).endsWith(".");
        assertThat(saidByTheAccount()).isEmpty();
    }

    @Test
    @Rule("CHC-09")
    void theEndOfTheChatIsTheLastThatIsHeard() throws Exception {
        var link = joined();
        chatEnds();
        heard.awaits("over");
        assertThat(heard.lines()).endsWith("over");
        assertThat(heard.lines()).containsOnlyOnce("over");
        assertThat(link.say("me")).isInstanceOf(Saying.NotAllowed.class);
        assertThat(saidByTheAccount()).isEmpty();
        link.close();
    }

    @Test
    @Rule("CHC-10")
    void anEarIsToldByOneThreadAtATime() throws Exception {
        var link = joined();
        for (var i = 0; i < 20; i++) {
            somebodySays("m-" + i, FAN, "message " + i);
            if (i % 10 == 0) {
                link.say("reply " + i);
            }
        }
        heard.awaits("fan: message 19");
        assertThat(heard.wasToldByTwo()).isFalse();
        assertThat(heard.lines().stream().filter(line -> line.startsWith("fan: ")))
                .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 20)
                        .mapToObj(i -> "fan: message " + i)
                        .toList());
    }

    @Test
    @Rule("CHC-11")
    void manyQuietChatsNeedFewThreads() throws Exception {
        var ears = new ArrayList<HeardChat>();
        for (var i = 0; i < 10 * TWO_THREADS; i++) {
            var ear = new HeardChat();
            ears.add(ear);
            join(ear);
        }
        for (var ear : ears) {
            ear.awaits("connected");
        }
        somebodySays("m-1", FAN, "hello all");
        for (var ear : ears) {
            ear.awaits("fan: hello all");
        }
    }

    @Test
    @Rule("CHC-12")
    void nothingThatIsPrintedShowsAToken() throws Exception {
        var link = joined();
        var token = access().token().reveal();
        assertThat(link.toString()).doesNotContain(token);
        assertThat(chat().toString()).doesNotContain(token);
        assertThat(link.say("hello").toString()).doesNotContain(token);
    }
}
