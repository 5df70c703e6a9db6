package dev.livemeter.testing;

import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.BroadcastIssue;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.spi.StreamProvider;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A platform in memory that shows broadcasts of connected accounts and keeps their videos: the test says what it gets, what it shows, what it finds wrong and what it refuses. Thread-safe; answers in the
 * thread of the caller.
 */
public final class InMemoryVideoPlatform implements StreamProvider, KeepsVideos {

    /** What the platform can be asked. */
    public enum Question {
        OPEN,
        ADVANCE,
        END,
        VIDEO
    }

    /** One that it has. */
    private static final class Shown {
        final String id;
        final BroadcastPlan plan;
        final AccountId account;
        Phase phase = Phase.PREPARING;
        boolean gets;

        @Nullable
        Long viewers;

        List<BroadcastIssue> issues = List.of();

        @Nullable
        URI video;

        boolean kept = true;

        Shown(String id, BroadcastPlan plan, AccountId account) {
            this.id = id;
            this.plan = plan;
            this.account = account;
        }
    }

    private final String name;
    private final InMemoryStreamProvider byKey;
    private final Map<String, Shown> all;
    private final Map<Question, PlatformTrouble> troubles = new EnumMap<>(Question.class);
    private final List<Question> asked = new ArrayList<>();
    private final Map<Question, Runnable> during = new EnumMap<>(Question.class);
    private Runnable whileOpening = () -> {};
    private Duration interval = Duration.ofSeconds(5);

    private InMemoryVideoPlatform(String name, Map<String, Shown> all) {
        this.name = name;
        this.byKey = InMemoryStreamProvider.named(name);
        this.all = all;
    }

    /** A platform of that name that shows nothing yet. */
    public static InMemoryVideoPlatform named(String name) {
        return new InMemoryVideoPlatform(name, new LinkedHashMap<>());
    }

    /** The same platform, as another process reaches it, without any trouble. */
    public InMemoryVideoPlatform another() {
        return new InMemoryVideoPlatform(name, all);
    }

    /** From now on it answers that question with that trouble, until {@link #recover}. */
    public synchronized void refuse(Question question, PlatformTrouble trouble) {
        troubles.put(question, trouble);
    }

    /** From now on it answers nothing for a while. */
    public void goAway() {
        for (var question : Question.values()) {
            refuse(question, new PlatformTrouble(true, null, "unavailable", displayName() + " does not answer."));
        }
    }

    /** From now on it answers everything. */
    public synchronized void recover() {
        troubles.clear();
    }

    /** Is run in the middle of each {@link #open}, when the broadcast is made and nobody knows of it yet, as if the platform were slow. */
    public synchronized void whileOpening(Runnable task) {
        whileOpening = task;
    }

    /** Is run in the thread that asks each such question, before the answer, as if the platform were slow or hung. */
    public synchronized void during(Question question, Runnable task) {
        during.put(question, task);
    }

    /** How long it wants to be left alone between two looks. */
    public synchronized void interval(Duration next) {
        interval = next;
    }

    /** It gets the stream, and shows it to who looks after that. */
    public void get(DestinationId destination) {
        change(destination, shown -> shown.gets = true);
    }

    /** So many watch; null for what it does not tell. */
    public void viewers(DestinationId destination, @Nullable Long viewers) {
        change(destination, shown -> shown.viewers = viewers);
    }

    /** It finds that wrong. */
    public void find(DestinationId destination, BroadcastIssue... issues) {
        change(destination, shown -> shown.issues = List.of(issues));
    }

    /** It ends a broadcast by itself. */
    public void finish(DestinationId destination) {
        change(destination, shown -> shown.phase = Phase.ENDED);
    }

    /** The video of an ended one is there. */
    public void keep(DestinationId destination, URI video) {
        change(destination, shown -> shown.video = video);
    }

    /** There will be no video of one. */
    public void discard(DestinationId destination) {
        change(destination, shown -> shown.kept = false);
    }

    private interface Change {
        void on(Shown shown);
    }

    private void change(DestinationId destination, Change change) {
        synchronized (all) {
            change.on(last(destination)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "Nothing was opened for the destination " + destination + ".")));
        }
    }

    private Optional<Shown> last(DestinationId destination) {
        return all.values().stream()
                .filter(shown -> shown.plan.destination().equals(destination))
                .reduce((one, other) -> other);
    }

    /** What was opened, in order. */
    public List<BroadcastPlan> opened() {
        synchronized (all) {
            return all.values().stream().map(shown -> shown.plan).toList();
        }
    }

    /** How the platform itself sees the last one of a destination; empty where none was opened. */
    public Optional<Phase> phase(DestinationId destination) {
        synchronized (all) {
            return last(destination).map(shown -> shown.phase);
        }
    }

    /** The account that the last one of a destination is shown for. */
    public Optional<AccountId> account(DestinationId destination) {
        synchronized (all) {
            return last(destination).map(shown -> shown.account);
        }
    }

    /** How many are not over there. */
    public long running() {
        synchronized (all) {
            return all.values().stream()
                    .filter(shown -> shown.phase != Phase.ENDED)
                    .count();
        }
    }

    /** How often it was asked that. */
    public synchronized long asked(Question question) {
        return asked.stream().filter(question::equals).count();
    }

    private Optional<PlatformTrouble> trouble(Question question) {
        final Runnable task;
        synchronized (this) {
            asked.add(question);
            task = during.getOrDefault(question, () -> {});
        }
        // Without the lock: others may ask meanwhile.
        task.run();
        synchronized (this) {
            return Optional.ofNullable(troubles.get(question));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String displayName() {
        return byKey.displayName();
    }

    @Override
    public Check check(Destination destination) {
        return byKey.check(destination);
    }

    @Override
    public Preparation prepare(Destination destination) {
        return byKey.prepare(destination);
    }

    private URI server() {
        return URI.create("rtmp://" + name + ".invalid/app");
    }

    @Override
    public Opening open(BroadcastPlan plan, AccountAccess access) {
        var trouble = trouble(Question.OPEN);
        if (trouble.isPresent()) {
            return new Opening.Failed(trouble.get());
        }
        final Shown shown;
        synchronized (all) {
            shown = last(plan.destination())
                    .filter(known -> known.plan.session().equals(plan.session()) && known.phase != Phase.ENDED)
                    .orElseGet(() -> {
                        var id = name + "-" + (all.size() + 1);
                        var fresh = new Shown(id, plan, access.account().id());
                        all.put(id, fresh);
                        return fresh;
                    });
        }
        whileOpening().run();
        return new Opening.Opened(
                new BroadcastRef(shown.id, "", URI.create("https://" + name + ".invalid/watch/" + shown.id)),
                new PushTarget(server(), Secret.of("key-of-" + shown.id)));
    }

    private synchronized Runnable whileOpening() {
        return whileOpening;
    }

    private synchronized Duration interval() {
        return interval;
    }

    private static PlatformTrouble unknown() {
        return new PlatformTrouble(
                false, null, "broadcastNotFound", "The broadcast is not there any more; somebody deleted it.");
    }

    @Override
    public Look advance(BroadcastRef broadcast, AccountAccess access) {
        var trouble = trouble(Question.ADVANCE);
        if (trouble.isPresent()) {
            return new Look.Failed(trouble.get());
        }
        synchronized (all) {
            var shown = all.get(broadcast.id());
            if (shown == null) {
                return new Look.Failed(unknown());
            }
            if (shown.gets && shown.phase == Phase.PREPARING) {
                shown.phase = Phase.LIVE;
            }
            var viewers = shown.phase == Phase.LIVE ? shown.viewers : null;
            return new Look.Seen(new BroadcastReport(shown.phase, shown.issues, viewers), interval());
        }
    }

    @Override
    public Ending end(BroadcastRef broadcast, AccountAccess access) {
        var trouble = trouble(Question.END);
        if (trouble.isPresent()) {
            return new Ending.Failed(trouble.get());
        }
        synchronized (all) {
            var shown = all.get(broadcast.id());
            if (shown != null) {
                shown.phase = Phase.ENDED;
            }
            return new Ending.Ended();
        }
    }

    @Override
    public VideoLook video(BroadcastRef broadcast, AccountAccess access) {
        var trouble = trouble(Question.VIDEO);
        if (trouble.isPresent()) {
            return new VideoLook.Failed(trouble.get());
        }
        synchronized (all) {
            var shown = all.get(broadcast.id());
            if (shown == null || !shown.kept) {
                return new VideoLook.None(displayName() + " kept no video of it.");
            }
            var video = shown.video;
            return shown.phase == Phase.ENDED && video != null ? new VideoLook.Found(video) : new VideoLook.NotYet();
        }
    }

    @Override
    public String toString() {
        return "InMemoryVideoPlatform[" + name + "]";
    }
}
