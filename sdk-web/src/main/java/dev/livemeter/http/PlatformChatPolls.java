package dev.livemeter.http;

import dev.livemeter.Livemeter;
import dev.livemeter.broadcast.chat.PlatformChatEntry;
import dev.livemeter.broadcast.chat.PlatformChatPage;
import dev.livemeter.broadcast.chat.PlatformChatSubscription;
import dev.livemeter.broadcast.chat.PlatformChats;
import dev.livemeter.chat.ChatAnswer;
import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.session.SessionId;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebRequest;
import dev.livemeter.web.WebResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/**
 * {@code /platform-chat/USER}: what is said on the platforms beside that user's newest stream, and answers to it. A question may wait until something is said, and holds no thread meanwhile; who comes beyond
 * the bounds is answered at once, never refused. Thread-safe.
 */
final class PlatformChatPolls implements AutoCloseable {

    static final String PATH = "/platform-chat/";

    private static final int MOST_WAITING = 1_000;
    private static final int MOST_OF_ONE = 8;

    /** On a mount that cannot wait without a thread. */
    private static final int MOST_BLOCKED = 32;

    private static final int DEFAULT_LIMIT = 200;
    private static final int MOST = 400;
    private static final int LONGEST_ID = 64;

    /** Where nothing is shown on a platform just now. */
    private static final Duration ASK_SELDOM = Duration.ofSeconds(5);

    private final PlatformChats chats;
    private final PlatformChatView view;
    private final TimeSource time;
    private final Waits waits = new Waits(MOST_WAITING, MOST_OF_ONE);
    private final Semaphore blocked = new Semaphore(MOST_BLOCKED);

    PlatformChatPolls(Livemeter live, TimeSource time) {
        this.chats = live.platformChats();
        this.view = new PlatformChatView(live.destinations());
        this.time = time;
    }

    static boolean isMeant(WebRequest request) {
        return request.path().startsWith(PATH);
    }

    private record Question(SessionId session, Moderator reader, long after, int limit) {}

    /** What there is, as soon as there is something or the time is over. */
    CompletionStage<WebResponse> answer(Call call) {
        return answer(call, true);
    }

    /** The answer, for a mount that waits with a thread; where too many wait already, at once. */
    WebResponse answerNow(Call call) {
        var mayWait = blocked.tryAcquire();
        try {
            return answer(call, mayWait).toCompletableFuture().join();
        } finally {
            if (mayWait) {
                blocked.release();
            }
        }
    }

    /** Says something on the platforms. */
    WebResponse reply(Call call) {
        var fields = call.fields("text", "destination");
        var text = fields.requiredText("text");
        var destination = fields.line("destination", LONGEST_ID);
        var reader = reader(call);
        var session = session(call, reader)
                .orElseThrow(() -> new ProblemException(
                        404, "platform_chat.none", "No platform that this stream is shown on has an open chat."));
        return chats.reply(session, reader, destination.isEmpty() ? null : new DestinationId(destination), text)
                .fold(
                        replies -> Wire.answer(200, Wire.object().add("replies", PlatformChatView.replies(replies))),
                        declined -> {
                            throw PlatformChatView.problem(declined);
                        });
    }

    private static Moderator reader(Call call) {
        var user = call.caller().user();
        return call.caller().isAdministrator() ? Moderator.administrator(user) : Moderator.ordinary(user);
    }

    private Optional<SessionId> session(Call call, Moderator reader) {
        return chats.latest(UserId.of(call.captured("user")), reader).fold(found -> found, declined -> {
            throw PlatformChatView.problem(declined);
        });
    }

    private CompletionStage<WebResponse> answer(Call call, boolean mayWait) {
        var request = call.request();
        var after = Parameters.number(request, "after", 0, 0, Long.MAX_VALUE);
        var limit = (int) Parameters.number(request, "limit", DEFAULT_LIMIT, 1, MOST);
        var patience = Duration.ofSeconds(Parameters.number(request, "wait", 0, 0, Waits.LONGEST_SECONDS));
        var reader = reader(call);
        var session = session(call, reader);
        if (session.isEmpty()) {
            return CompletableFuture.completedFuture(nothing(after));
        }
        var question = new Question(session.get(), reader, after, limit);
        var wait = mayWait && !patience.isZero() ? waits.begin(reader.user().value()) : null;
        if (wait == null) {
            return CompletableFuture.completedFuture(now(question, PollPace.Style.ASKS));
        }
        PlatformChatSubscription left = null;
        var isWaiting = false;
        try {
            var joined = chats.subscribe(question.session(), reader, wait::wake);
            if (joined instanceof Declined<PlatformChatSubscription>) {
                return CompletableFuture.completedFuture(now(question, PollPace.Style.ASKS));
            }
            var subscription = joined.orElseThrow();
            left = subscription;
            // After it is subscribed: what comes from now on wakes.
            if (hasNews(subscription.after(after), after)) {
                return CompletableFuture.completedFuture(now(question, PollPace.Style.WAITS));
            }
            isWaiting = true;
            return wait.answer(patience, () -> {
                subscription.close();
                wait.end();
                return now(question, PollPace.Style.WAITS);
            });
        } finally {
            // Also where the host's own code, which is asked who moderates, failed.
            if (!isWaiting) {
                if (left != null) {
                    left.close();
                }
                wait.end();
            }
        }
    }

    private static boolean hasNews(ChatAnswer<PlatformChatPage> answer, long after) {
        return answer.fold(page -> !page.entries().isEmpty() || page.isMissed(after), declined -> true);
    }

    private WebResponse now(Question question, PollPace.Style style) {
        return chats.after(question.session(), question.reader(), question.after())
                .fold(
                        found -> {
                            var page = found.limitedTo(question.limit());
                            var more = page.entries().size() < found.entries().size();
                            var pause = more ? Duration.ZERO : pause(question, found, style);
                            return Wire.answer(
                                    200,
                                    view.page(page, question.after())
                                            .add("more", more)
                                            .add("askAgain", Wire.seconds(pause)));
                        },
                        declined -> PlatformChatView.problem(declined).problem().toResponse());
    }

    private Duration pause(Question question, PlatformChatPage page, PollPace.Style style) {
        var latest = page.entries().isEmpty()
                ? chats.after(question.session(), question.reader(), page.last() - 1)
                        .fold(PlatformChatPage::entries, declined -> List.<PlatformChatEntry>of())
                : page.entries();
        var sinceLast = latest.isEmpty()
                ? Duration.ofDays(1)
                : Duration.between(latest.get(latest.size() - 1).at(), time.instant());
        return PollPace.next(sinceLast, waits.loadPercent(), style);
    }

    private WebResponse nothing(long after) {
        return Wire.answer(
                200,
                view.page(new PlatformChatPage(List.of(), List.of(), after + 1, after, 0), after)
                        .add("more", false)
                        .add("askAgain", Wire.seconds(ASK_SELDOM)));
    }

    int waiting() {
        return waits.size();
    }

    /** Answers all that wait. Idempotent. */
    @Override
    public void close() {
        waits.close();
    }
}
