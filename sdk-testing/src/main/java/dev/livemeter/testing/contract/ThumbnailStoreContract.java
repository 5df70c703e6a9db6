package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.session.SessionId;
import dev.livemeter.spi.ThumbnailStore;
import dev.livemeter.thumbnail.Thumbnail;
import dev.livemeter.thumbnail.ThumbnailContent;
import dev.livemeter.thumbnail.ThumbnailContent.Link;
import dev.livemeter.thumbnail.ThumbnailContent.Missing;
import dev.livemeter.thumbnail.ThumbnailContent.Picture;
import dev.livemeter.thumbnail.ThumbnailNote;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link ThumbnailStore} keeps: the rules of {@code docs/contracts/thumbnail-store.md}. Extend it, supply an empty store, inherit the tests. */
@Timeout(180)
public abstract class ThumbnailStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final SessionId FIRST = new SessionId("session-1");
    private static final SessionId SECOND = new SessionId("session-2");
    private static final SessionId THIRD = new SessionId("session-3");
    private static final Link LINK = new Link(URI.create("https://pictures.example/%C3%A4?of=\u4e2d'1'"));
    private static final Missing MISSING = new Missing("The picture is HEVC, 'which' nobody here reads \u4e2d\u6587.");

    private ThumbnailStore store;

    /** For subclasses. */
    protected ThumbnailStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract ThumbnailStore create();

    @BeforeEach
    void start() {
        store = create();
    }

    /** Of as many bytes as asked for, every value among them. */
    private static Picture picture(int bytes) {
        var jpeg = new byte[bytes];
        new Random(bytes).nextBytes(jpeg);
        jpeg[0] = (byte) 0xFF;
        jpeg[1] = (byte) 0xD8;
        jpeg[bytes - 2] = (byte) 0xFF;
        jpeg[bytes - 1] = (byte) 0xD9;
        return new Picture(jpeg);
    }

    private static Thumbnail of(SessionId session, Instant madeAt, ThumbnailContent content) {
        return new Thumbnail(session, madeAt, content);
    }

    @Test
    @Rule("THB-01")
    void eachKindComesBackWhole() {
        var largest = of(FIRST, NOON, picture(ThumbnailContent.MOST_BYTES));
        store.save(largest);
        store.save(of(SECOND, NOON.plusSeconds(1), LINK));
        store.save(of(THIRD, NOON.plusSeconds(2), MISSING));
        assertThat(store.find(FIRST)).contains(largest);
        assertThat(store.find(SECOND)).contains(of(SECOND, NOON.plusSeconds(1), LINK));
        assertThat(store.find(THIRD)).contains(of(THIRD, NOON.plusSeconds(2), MISSING));
        assertThat(store.find(new SessionId("session-unknown"))).isEmpty();
    }

    @Test
    @Rule("THB-02")
    void whatIsSavedStandsInPlaceOfWhatWas() {
        store.save(of(FIRST, NOON, LINK));
        store.save(of(FIRST, NOON.plusSeconds(1), picture(5_000)));
        store.save(of(FIRST, NOON.plusSeconds(1), picture(5_000)));
        assertThat(store.find(FIRST)).contains(of(FIRST, NOON.plusSeconds(1), picture(5_000)));
        store.save(of(FIRST, NOON.plusSeconds(2), MISSING));
        assertThat(store.find(FIRST)).contains(of(FIRST, NOON.plusSeconds(2), MISSING));
    }

    @Test
    @Rule("THB-03")
    void whatIsOfferedLeavesALinkAsItIs() {
        assertThat(store.offer(of(FIRST, NOON, MISSING))).isTrue();
        assertThat(store.offer(of(FIRST, NOON, picture(4_000)))).isTrue();
        assertThat(store.offer(of(FIRST, NOON, picture(4_000)))).isTrue();
        assertThat(store.find(FIRST)).contains(of(FIRST, NOON, picture(4_000)));
        store.save(of(FIRST, NOON, LINK));
        assertThat(store.offer(of(FIRST, NOON.plusSeconds(1), picture(4_000)))).isFalse();
        assertThat(store.find(FIRST)).contains(of(FIRST, NOON, LINK));
    }

    @Test
    @Rule("THB-04")
    void notesTellAllButTheBytes() {
        store.save(of(FIRST, NOON, picture(4_321)));
        store.save(of(SECOND, NOON.plusSeconds(1), LINK));
        store.save(of(THIRD, NOON.plusSeconds(2), MISSING));
        assertThat(store.notes(List.of(FIRST, SECOND, THIRD, new SessionId("session-unknown"))))
                .isEqualTo(Map.of(
                        FIRST,
                        new ThumbnailNote(FIRST, NOON, 4_321, null, ""),
                        SECOND,
                        new ThumbnailNote(SECOND, NOON.plusSeconds(1), 0, LINK.address(), ""),
                        THIRD,
                        new ThumbnailNote(THIRD, NOON.plusSeconds(2), 0, null, MISSING.why())));
        assertThat(store.notes(List.of())).isEmpty();
    }

    @Test
    @Rule("THB-05")
    void whatIsRemovedIsGoneAndToldOnce() {
        store.save(of(FIRST, NOON, LINK));
        assertThat(store.remove(FIRST)).isTrue();
        assertThat(store.remove(FIRST)).isFalse();
        assertThat(store.find(FIRST)).isEmpty();
        assertThat(store.offer(of(FIRST, NOON, picture(4_000)))).isTrue();
    }

    @Test
    @Rule("THB-06")
    void theOldOnesAreRemovedTheOldestFirstAndLinksStay() {
        store.save(of(SECOND, NOON.minusSeconds(10), picture(4_000)));
        store.save(of(FIRST, NOON.minusSeconds(20), MISSING));
        store.save(of(THIRD, NOON.minusSeconds(30), LINK));
        var young = new SessionId("session-4");
        store.save(of(young, NOON, picture(4_000)));
        assertThat(store.removeBefore(NOON, 1)).isEqualTo(1);
        assertThat(store.notes(List.of(FIRST, SECOND, THIRD, young))).containsOnlyKeys(SECOND, THIRD, young);
        assertThat(store.removeBefore(NOON, 500)).isEqualTo(1);
        assertThat(store.removeBefore(NOON, 500)).isZero();
        assertThat(store.notes(List.of(FIRST, SECOND, THIRD, young))).containsOnlyKeys(THIRD, young);
    }

    @Test
    @Rule("THB-07")
    void ofManyAtOnceOneIsKeptAndALinkWins() throws Exception {
        var threads = Executors.newFixedThreadPool(4);
        try {
            for (var round = 0; round < 5; round++) {
                var session = new SessionId("session-round-" + round);
                var begin = new CountDownLatch(1);
                var link = of(session, NOON, LINK);
                var work = List.<Callable<Boolean>>of(
                        () -> store.offer(of(session, NOON, picture(4_000))),
                        () -> store.offer(of(session, NOON, MISSING)),
                        () -> {
                            store.save(link);
                            return true;
                        },
                        () -> store.offer(of(session, NOON, picture(5_000))));
                var done = new ArrayList<Future<Boolean>>();
                for (var one : work) {
                    done.add(threads.submit(() -> {
                        begin.await();
                        return one.call();
                    }));
                }
                begin.countDown();
                for (var one : done) {
                    one.get(60, TimeUnit.SECONDS);
                }
                assertThat(store.find(session)).contains(link);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
