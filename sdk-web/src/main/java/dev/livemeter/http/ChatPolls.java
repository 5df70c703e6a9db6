package dev.livemeter.http;

import dev.livemeter.chat.Chat;
import dev.livemeter.chat.ChatAnswer;
import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.chat.ChatAnswer.Granted;
import dev.livemeter.chat.ChatAnswer.Reason;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatEntry;
import dev.livemeter.chat.ChatPage;
import dev.livemeter.chat.ChatPerson;
import dev.livemeter.chat.ChatSubscription;
import dev.livemeter.time.TimeSource;
import dev.livemeter.web.WebResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers who polls. A poll may wait until something is said; it then holds a reader of the channel and no thread. So many may wait; who comes beyond them is answered at once and told to ask again later, never refused. Thread-safe.
 */
final class ChatPolls implements AutoCloseable {

    /** Many of the connections that one process can have. */
    static final int MOST_WAITING = 10_000;

    private final Chat chat;
    private final TimeSource time;
    private final Waits waits = new Waits(MOST_WAITING, MOST_WAITING);

    ChatPolls(Chat chat, TimeSource time) {
        this.chat = chat;
        this.time = time;
    }

    /** What somebody asks for. */
    record Question(ChatChannel channel, ChatPerson person, long after, int limit, Duration patience) {}

    /** What there is, as soon as there is something or the time is over. */
    CompletionStage<WebResponse> answer(Question question) {
        var wait = question.patience().isZero() ? null : waits.begin("anybody");
        if (wait == null) {
            return CompletableFuture.completedFuture(now(question));
        }
        var isWaiting = false;
        try {
            var joined = chat.subscribe(question.channel(), question.person(), wait::wake);
            if (joined instanceof Declined<ChatSubscription> declined) {
                if (declined.reason() == Reason.FULL) {
                    return CompletableFuture.completedFuture(now(question));
                }
                throw ChatView.problem(declined);
            }
            var reader = joined.orElseThrow();
            var page = reader.after(question.after());
            if (page instanceof Declined || hasNews(page, question)) {
                reader.close();
                return CompletableFuture.completedFuture(response(page, question, PollPace.Style.WAITS));
            }
            isWaiting = true;
            return wait.answer(question.patience(), () -> {
                wait.end();
                var found = reader.after(question.after());
                reader.close();
                return response(found, question, PollPace.Style.WAITS);
            });
        } finally {
            if (!isWaiting) {
                wait.end();
            }
        }
    }

    private static boolean hasNews(ChatAnswer<ChatPage> answer, Question question) {
        return answer instanceof Granted<ChatPage> granted
                && (!granted.value().entries().isEmpty() || granted.value().isMissed(question.after()));
    }

    private WebResponse now(Question question) {
        return response(
                chat.after(question.channel(), question.person(), question.after()), question, PollPace.Style.ASKS);
    }

    private WebResponse response(ChatAnswer<ChatPage> answer, Question question, PollPace.Style style) {
        return answer.fold(
                found -> {
                    var page = found.limitedTo(question.limit());
                    var more = page.entries().size() < found.entries().size();
                    return Wire.answer(
                            200,
                            ChatView.page(page, question.after())
                                    .add("more", more)
                                    .add(
                                            "askAgain",
                                            Wire.seconds(more ? Duration.ZERO : pause(question, found.last(), style))));
                },
                declined -> ChatView.problem(declined).problem().toResponse());
    }

    private Duration pause(Question question, long last, PollPace.Style style) {
        var latest = chat.after(question.channel(), question.person(), Math.max(0, last - 1))
                .fold(page -> page.entries(), declined -> List.<ChatEntry>of());
        var sinceLast = latest.isEmpty()
                ? Duration.ofDays(1)
                : Duration.between(latest.get(latest.size() - 1).at(), time.instant());
        return PollPace.next(sinceLast, waits.loadPercent(), style);
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
