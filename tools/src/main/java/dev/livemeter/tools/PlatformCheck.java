package dev.livemeter.tools;

import dev.livemeter.LivemeterException;
import dev.livemeter.broadcast.BroadcastPlan;
import dev.livemeter.broadcast.BroadcastReport;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.destination.ConnectionTest.Result;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.ConnectsAccounts.Renewal;
import dev.livemeter.spi.ConnectsAccounts.Standing;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.ConnectsDevices.DevicePoll;
import dev.livemeter.spi.ConnectsDevices.DeviceStart;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.HostsBroadcasts.Ending;
import dev.livemeter.spi.HostsBroadcasts.Look;
import dev.livemeter.spi.HostsBroadcasts.Opening;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.KeepsVideos.VideoLook;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TestsDestinations;
import dev.livemeter.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes the way of a stream with a real account or key, step by step, and tells at each what was found. What others may see is asked for before. Used once.
 */
final class PlatformCheck {

    private static final Duration LIVE_WITHIN = Duration.ofMinutes(3);
    private static final Duration VIDEO_WITHIN = Duration.ofMinutes(5);
    private static final Duration VIDEO_EVERY = Duration.ofSeconds(15);
    private static final Duration GLANCE = Duration.ofSeconds(1);
    private static final DestinationId DESTINATION = new DestinationId("dst-check");

    private final StreamProvider provider;
    private final CheckDialog dialog;
    private final CheckEncoder encoder;
    private final TimeSource time;
    private final Pause pause;
    private final Wishes wishes;
    private int failed;

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration span) throws InterruptedException;
    }

    /**
     * What is to be done.
     *
     * @param stream how long the picture is sent
     * @param reallyLive whether a platform that shows every stream to everybody may do so
     * @param privacy of broadcasts, where the platform lets one choose
     */
    record Wishes(Duration stream, boolean reallyLive, Privacy privacy) {}

    /** A step without which the next ones make no sense. */
    private static final class Stop extends Exception {
        private static final long serialVersionUID = 1L;
    }

    PlatformCheck(
            StreamProvider provider,
            CheckDialog dialog,
            CheckEncoder encoder,
            TimeSource time,
            Pause pause,
            Wishes wishes) {
        this.provider = provider;
        this.dialog = dialog;
        this.encoder = encoder;
        this.time = time;
        this.pause = pause;
        this.wishes = wishes;
    }

    /** By an account that is connected with a code on another device; whether all passed. */
    boolean byAccount() throws InterruptedException {
        return passed(() -> {
            var devices = (ConnectsDevices) provider;
            var account = connect(devices);
            try {
                stands(devices, account);
                if (provider.name().equals("twitch") && !wishes.reallyLive()) {
                    dialog.say("Twitch shows every stream to everybody, so none is opened without --really-live.");
                    key("unseen", null);
                } else {
                    broadcast((HostsBroadcasts) provider, account);
                }
            } finally {
                devices.revoke(account.tokens());
                dialog.say("The permission was given back.");
            }
        });
    }

    /** By a server and a stream key; whether all passed. */
    boolean byKey(@Nullable URI server) throws InterruptedException {
        return passed(() -> key("publish", server));
    }

    private interface Steps {
        void go() throws Stop, InterruptedException;
    }

    private boolean passed(Steps steps) throws InterruptedException {
        try {
            steps.go();
        } catch (Stop told) {
            dialog.say("The rest was not tried.");
        } catch (LivemeterException e) {
            fail("account", String.valueOf(e.getMessage()));
        }
        dialog.say(failed == 0 ? "Everything passed." : failed + (failed == 1 ? " step" : " steps") + " failed.");
        return failed == 0;
    }

    private void ok(String step, String found) {
        dialog.say(line("ok", step, found));
    }

    private void fail(String step, String found) {
        failed++;
        dialog.say(line("FAILED", step, found));
    }

    private Stop stop(String step, String found) {
        fail(step, found);
        return new Stop();
    }

    private static String line(String result, String step, String found) {
        return String.format(Locale.ROOT, "%-6s %-10s %s", result, step, found);
    }

    private CheckedAccount connect(ConnectsDevices devices) throws Stop, InterruptedException {
        if (!(devices.startDevice() instanceof DeviceStart.Started started)) {
            throw stop("connect", "The platform gives no code; see that the client is one for devices.");
        }
        dialog.say("Open " + started.page() + " and enter the code " + started.userCode() + ".");
        var end = time.nanoTime() + started.expiresIn().toNanos();
        var interval = started.interval();
        while (time.nanoTime() < end) {
            pause.sleep(interval);
            var poll = devices.pollDevice(started.deviceCode());
            if (poll instanceof DevicePoll.Pending pending) {
                interval = pending.slower() ? interval.plusSeconds(5) : interval;
                continue;
            }
            var connection = ((DevicePoll.Done) poll).connection();
            if (connection instanceof Connection.Connected connected) {
                ok("connect", "It is the account of " + connected.identity().name() + ".");
                return new CheckedAccount(devices, provider.name(), connected.identity(), connected.tokens());
            }
            throw stop(
                    "connect",
                    connection instanceof Connection.Refused refused
                            ? refused.message()
                            : ((Connection.Unavailable) connection).message());
        }
        throw stop("connect", "Nobody entered the code in time.");
    }

    private void stands(ConnectsDevices devices, CheckedAccount account) {
        var standing = devices.validate(account.tokens());
        if (standing instanceof Standing.Good) {
            ok("validate", "The platform takes the tokens.");
        } else {
            fail("validate", "The platform does not take the tokens that it just gave.");
        }
        var renewal = account.renew();
        if (renewal instanceof Renewal.Renewed) {
            ok("renew", "New tokens were given for the old ones.");
        } else {
            fail(
                    "renew",
                    renewal instanceof Renewal.Lost lost ? lost.message() : ((Renewal.Unavailable) renewal).message());
        }
    }

    private void broadcast(HostsBroadcasts host, CheckedAccount account) throws Stop, InterruptedException {
        var everybody = provider.name().equals("twitch");
        if (everybody
                && !dialog.allows("The channel's title is changed, and everybody sees a test picture for "
                        + wishes.stream().toSeconds() + " s.")) {
            throw stop("open", "Nothing was shown, as you wished.");
        }
        var privacy = everybody ? Privacy.PUBLIC : wishes.privacy();
        if (privacy == Privacy.PUBLIC && !everybody && !dialog.allows("Everybody sees the broadcast.")) {
            throw stop("open", "Nothing was shown, as you wished.");
        }
        var plan = plan("check-1-" + time.instant().toEpochMilli(), privacy);
        var opened = opened(host.open(plan, account), "open");
        ok(
                "open",
                "The stream goes to " + opened.target().server() + "."
                        + Optional.ofNullable(opened.broadcast().page())
                                .map(page -> " Watch it at " + page + ".")
                                .orElse(""));
        try {
            if (!everybody) {
                var again = opened(host.open(plan, account), "again");
                if (again.broadcast().id().equals(opened.broadcast().id())) {
                    ok("again", "A second opening found the first one.");
                } else {
                    fail("again", "A second opening made another broadcast; delete it at the platform.");
                }
            }
            way(opened.target());
            show(host, account, opened);
        } finally {
            var ending = host.end(opened.broadcast(), account);
            if (ending instanceof Ending.Ended) {
                ok("end", "The broadcast has ended.");
            } else {
                fail("end", ((Ending.Failed) ending).trouble().message() + " End it at the platform.");
            }
        }
        if (host instanceof KeepsVideos keeps) {
            video(keeps, account, opened);
        }
        if (!everybody) {
            unshown(host, account, privacy);
        }
    }

    private BroadcastPlan plan(String session, Privacy privacy) {
        return new BroadcastPlan(
                new SessionId(session),
                DESTINATION,
                new StreamDetails("Livemeter check", "A test picture, to be deleted.", "", privacy),
                time.instant());
    }

    private Opening.Opened opened(Opening opening, String step) throws Stop {
        if (opening instanceof Opening.Opened opened) {
            return opened;
        }
        throw stop(step, ((Opening.Failed) opening).trouble().message());
    }

    private void show(HostsBroadcasts host, CheckedAccount account, Opening.Opened opened)
            throws Stop, InterruptedException {
        var began = time.nanoTime();
        try (var sending = encoder.send(opened.target())) {
            var report = live(host, account, opened, sending, began);
            ok(
                    "live",
                    "It was shown after " + seconds(began) + " s."
                            + (report.viewers() == null ? "" : " Viewers: " + report.viewers() + "."));
            for (var issue : report.issues()) {
                dialog.say("       " + issue.severity().name().toLowerCase(Locale.ROOT) + ": " + issue.sentence());
            }
            keepSending(sending, began);
        } catch (IOException e) {
            throw stop("publish", "ffmpeg could not be started; see that it is installed.");
        }
    }

    private BroadcastReport live(
            HostsBroadcasts host,
            CheckedAccount account,
            Opening.Opened opened,
            CheckEncoder.Sending sending,
            long began)
            throws Stop, InterruptedException {
        while (time.nanoTime() - began < LIVE_WITHIN.toNanos()) {
            if (!sending.goesOn()) {
                throw stop("publish", "The platform hung up after " + seconds(began) + " s.");
            }
            var look = host.advance(opened.broadcast(), account);
            if (look instanceof Look.Failed refused && !refused.trouble().retryable()) {
                throw stop("live", refused.trouble().message());
            }
            if (look instanceof Look.Seen seen && seen.report().phase() == Phase.LIVE) {
                return seen.report();
            }
            pause.sleep(look instanceof Look.Seen seen ? seen.nextIn() : Duration.ofSeconds(5));
        }
        throw stop("live", "The platform did not show it within " + LIVE_WITHIN.toMinutes() + " minutes.");
    }

    private void keepSending(CheckEncoder.Sending sending, long began) throws Stop, InterruptedException {
        while (time.nanoTime() - began < wishes.stream().toNanos()) {
            if (!sending.goesOn()) {
                throw stop("publish", "The platform hung up after " + seconds(began) + " s.");
            }
            pause.sleep(GLANCE);
        }
        ok("publish", "The platform took the picture for " + seconds(began) + " s.");
    }

    private void video(KeepsVideos keeps, CheckedAccount account, Opening.Opened opened) throws InterruptedException {
        var began = time.nanoTime();
        while (true) {
            var look = keeps.video(opened.broadcast(), account);
            if (look instanceof VideoLook.Found found) {
                ok("video", "It is at " + found.page() + "; delete it there.");
                return;
            }
            if (look instanceof VideoLook.None none) {
                fail("video", none.why());
                return;
            }
            if (time.nanoTime() - began > VIDEO_WITHIN.toNanos()) {
                fail("video", "It was not there within " + VIDEO_WITHIN.toMinutes() + " minutes.");
                return;
            }
            pause.sleep(VIDEO_EVERY);
        }
    }

    private void unshown(HostsBroadcasts host, CheckedAccount account, Privacy privacy) throws Stop {
        var opened = opened(host.open(plan("check-2-" + time.instant().toEpochMilli(), privacy), account), "unshown");
        if (host.end(opened.broadcast(), account) instanceof Ending.Failed kept) {
            fail("unshown", kept.trouble().message() + " Delete the broadcast at the platform.");
        } else {
            ok("unshown", "A broadcast that was never shown is gone again.");
        }
    }

    private void way(PushTarget target) {
        if (provider instanceof TestsDestinations tester) {
            var test = tester.test(target, (address, port) -> Optional.empty());
            for (var step : test.steps()) {
                var name = step.kind().name().toLowerCase(Locale.ROOT);
                if (step.result() == Result.FAILED) {
                    fail(name, step.sentence());
                } else {
                    dialog.say(line(step.result() == Result.PASSED ? "ok" : "-", name, step.sentence()));
                }
            }
        }
    }

    private void key(String step, @Nullable URI server) throws Stop, InterruptedException {
        var key = dialog.secret("Paste the stream key of " + provider.displayName() + " (it is not shown):");
        final Destination destination;
        try {
            destination = new Destination(provider.name(), "Check", server, key);
        } catch (LivemeterException e) {
            throw stop("key", String.valueOf(e.getMessage()));
        }
        if (provider.check(destination) instanceof StreamProvider.Check.Objection objection) {
            throw stop("key", objection.message());
        }
        var target = prepared(destination);
        way(target);
        if (failed > 0) {
            throw new Stop();
        }
        var unseen = provider.name().equals("twitch") && !wishes.reallyLive();
        if (!unseen
                && !dialog.allows("Whoever publishes there is, or may be, on the air for all to see, for "
                        + wishes.stream().toSeconds() + " s.")) {
            throw stop(step, "Nothing was published, as you wished.");
        }
        var began = time.nanoTime();
        try (var sending = encoder.send(unseen ? unseen(target) : target)) {
            keepSending(sending, began);
        } catch (IOException e) {
            throw stop(step, "ffmpeg could not be started; see that it is installed.");
        }
    }

    private PushTarget prepared(Destination destination) throws Stop {
        var preparation = provider.prepare(destination);
        if (preparation instanceof StreamProvider.Preparation.Ready ready) {
            return ready.target();
        }
        throw stop("key", ((StreamProvider.Preparation.NotReady) preparation).message());
    }

    /** Twitch promises that a stream under such a key is shown to nobody. */
    private static PushTarget unseen(PushTarget target) {
        return new PushTarget(target.server(), Secret.of(target.key().reveal() + "?bandwidthtest=true"));
    }

    private long seconds(long began) {
        return Duration.ofNanos(time.nanoTime() - began).toSeconds();
    }
}
