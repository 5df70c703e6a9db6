package dev.livemeter.standin.youtube;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Flow;

/** Keeps an answer as it comes, which is all ASCII. Thread-safe. */
final class Pieces implements Flow.Subscriber<List<ByteBuffer>> {

    private final StringBuilder text = new StringBuilder();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        buffers.forEach(buffer -> text.append(StandardCharsets.US_ASCII.decode(buffer)));
    }

    @Override
    public void onError(Throwable broken) {}

    @Override
    public void onComplete() {}

    synchronized String text() {
        return text.toString();
    }
}
