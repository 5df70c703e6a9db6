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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Answers who polls. A poll may wait until something is said; it then holds a reader of the channel and no thread. So many may wait; who comes beyond them is answered at once and told to ask again later, never refused. Thread-safe.
 */
final class ChatPolls implements AutoCloseable {

    /** Many of the connections that one process can have. */
    static final int MOST_WAITING = 10_000;

    /** Below the time after which servers and proxies take a connection for dead. */
    static final int LONGEST_WAIT_SECONDS = 25;

    private final Chat chat;
    private final TimeSource time;
    private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ChatPolls(Chat chat, TimeSource time) {
        this.chat = chat;
        this.time = time;
    }

    /** A poll that waits; equal to itself alone. */
    private static final class Waiter {

        private final CompletableFuture<Boolean> news;

        Waiter(CompletableFuture<Boolean> news) {
            this.news = news;
        }

        void answer() {
            news.complete(false);
        }
    }

    /** What somebody asks for. */
    record Question(ChatChannel channel, ChatPerson person, long after, int limit, Duration patience) {}

    /** What there is, as soon as there is something or the time is over. */
    CompletionStage<WebResponse> answer(Question question) {
        if (question.patience().isZero() || closed || waiting.size() >= MOST_WAITING) {
            return CompletableFuture.completedFuture(now(question));
        }
        var news = new CompletableFuture<Boolean>();
        var joined = chat.subscribe(question.channel(), question.person(), () -> news.complete(true));
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
        var waiter = new Waiter(news);
        waiting.add(waiter);
        if (closed) {
            news.complete(false);
        }
        return news.completeOnTimeout(false, question.patience().toMillis(), TimeUnit.MILLISECONDS)
                .handle((woken, failure) -> {
                    waiting.remove(waiter);
                    var found = reader.after(question.after());
                    reader.close();
                    return response(found, question, PollPace.Style.WAITS);
                });
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
        return PollPace.next(sinceLast, 100 * waiting.size() / MOST_WAITING, style);
    }

    int waiting() {
        return waiting.size();
    }

    /** Answers all that wait. Idempotent. */
    @Override
    public void close() {
        closed = true;
        waiting.forEach(Waiter::answer);
    }
}
