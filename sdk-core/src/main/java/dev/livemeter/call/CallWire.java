package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallAnswer.Done;
import dev.livemeter.call.CallAnswer.Refused;
import dev.livemeter.call.CallStatus.Picture;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/** What nodes say to each other about calls, as bytes. */
final class CallWire {

    private static final byte DONE = 1;
    private static final byte REFUSED = 2;
    private static final byte FAILED = 3;

    private CallWire() {}

    /** What is wished of a call that runs on another node. */
    enum Wish {
        ACCEPT,
        DECLINE,
        CANCEL,
        HANG_UP,
        REPORT,
        EXTEND,
        STATUS,
        TIPPED,
        END
    }

    /**
     * A wish.
     *
     * @param user whose; empty for an operator's
     * @param text a device, a reason, or an amount
     * @param number of a report, or seconds
     */
    record Question(Wish wish, CallId call, String user, String text, long number, boolean flowing) {

        byte[] bytes() {
            return written(out -> {
                out.writeUTF(wish.name());
                out.writeUTF(call.value());
                out.writeUTF(user);
                out.writeUTF(text);
                out.writeLong(number);
                out.writeBoolean(flowing);
            });
        }

        static Question read(byte[] bytes) {
            return CallWire.read(
                    bytes,
                    in -> new Question(
                            Wish.valueOf(in.readUTF()),
                            new CallId(in.readUTF()),
                            in.readUTF(),
                            in.readUTF(),
                            in.readLong(),
                            in.readBoolean()));
        }
    }

    /** Writes, into memory. */
    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads, from memory. */
    interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    static byte[] written(Writer writer) {
        var bytes = new ByteArrayOutputStream(256);
        try {
            writer.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static <T> T read(byte[] bytes, Reader<T> reader) {
        try {
            return reader.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] failed(LivemeterException e) {
        return written(out -> {
            out.writeByte(FAILED);
            out.writeUTF(e.code());
            out.writeUTF(String.valueOf(e.getMessage()));
            out.writeBoolean(e.retryable());
        });
    }

    static byte[] answer(CallAnswer answer) {
        return written(out -> {
            if (answer instanceof Refused refused) {
                out.writeByte(REFUSED);
                out.writeUTF(refused.reason().name());
                out.writeUTF(refused.sentence());
            } else {
                out.writeByte(DONE);
                write(((Done) answer).status(), out);
            }
        });
    }

    /**
     * Reads an answer.
     *
     * @throws LivemeterException what was thrown there
     */
    static CallAnswer answer(byte[] bytes) {
        return read(bytes, CallWire::answer);
    }

    private static CallAnswer answer(DataInputStream in) throws IOException {
        return switch (in.readByte()) {
            case DONE -> new Done(status(in));
            case REFUSED -> new Refused(CallAnswer.Reason.valueOf(in.readUTF()), in.readUTF());
            default -> throw new LivemeterException(in.readUTF(), in.readUTF(), in.readBoolean(), null);
        };
    }

    private static void write(CallStatus status, DataOutputStream out) throws IOException {
        write(status.call(), out);
        out.writeLong(status.version());
        write(status.at(), out);
        out.writeUTF(status.picture().name());
        out.writeBoolean(status.counting());
        write(status.used(), out);
        write(status.cost(), out);
        write(status.balance(), out);
        write(status.earned(), out);
        write(status.tips(), out);
        write(status.timeLeft(), out);
        write(status.agreedLeft(), out);
        out.writeBoolean(status.low());
        out.writeBoolean(status.finalUnit());
        out.writeUTF(status.price());
    }

    private static CallStatus status(DataInputStream in) throws IOException {
        return new CallStatus(
                call(in),
                in.readLong(),
                requireInstant(in),
                Picture.valueOf(in.readUTF()),
                in.readBoolean(),
                requireSpan(in),
                requireMoney(in),
                money(in),
                money(in),
                requireMoney(in),
                span(in),
                span(in),
                in.readBoolean(),
                in.readBoolean(),
                in.readUTF());
    }

    private static void write(Call call, DataOutputStream out) throws IOException {
        out.writeUTF(call.id().value());
        out.writeUTF(call.caller().value());
        out.writeUTF(call.callee().value());
        out.writeUTF(call.callerPeer().value());
        text(call.calleePeer() == null ? null : call.calleePeer().value(), out);
        out.writeUTF(call.state().name());
        out.writeUTF(call.tariffVersion());
        out.writeInt(call.share().basisPoints());
        write(call.agreed(), out);
        write(call.invitedAt(), out);
        write(call.acceptedAt(), out);
        write(call.liveAt(), out);
        write(call.endedAt(), out);
        text(call.session() == null ? null : call.session().value(), out);
        var end = call.end();
        text(end == null ? null : end.cause().name(), out);
        text(end == null || end.by() == null ? null : end.by().value(), out);
        text(end == null ? null : end.detail(), out);
        write(call.talked(), out);
        write(call.cost(), out);
        write(call.earned(), out);
    }

    private static Call call(DataInputStream in) throws IOException {
        return new Call(
                new CallId(in.readUTF()),
                UserId.of(in.readUTF()),
                UserId.of(in.readUTF()),
                PeerId.of(in.readUTF()),
                peer(text(in)),
                CallState.valueOf(in.readUTF()),
                in.readUTF(),
                new Share(in.readInt()),
                requireSpan(in),
                requireInstant(in),
                instant(in),
                instant(in),
                instant(in),
                session(text(in)),
                end(text(in), text(in), text(in)),
                requireSpan(in),
                requireMoney(in),
                requireMoney(in));
    }

    private static @Nullable PeerId peer(@Nullable String text) {
        return text == null ? null : PeerId.of(text);
    }

    private static @Nullable SessionId session(@Nullable String text) {
        return text == null ? null : new SessionId(text);
    }

    private static @Nullable CallEnd end(@Nullable String cause, @Nullable String by, @Nullable String detail) {
        return cause == null
                ? null
                : new CallEnd(
                        CallEnd.Cause.valueOf(cause), by == null ? null : UserId.of(by), detail == null ? "" : detail);
    }

    // Each may be absent; a flag comes first.

    private static void text(@Nullable String text, DataOutputStream out) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    private static @Nullable String text(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }

    private static void write(@Nullable Instant at, DataOutputStream out) throws IOException {
        text(at == null ? null : at.toString(), out);
    }

    private static @Nullable Instant instant(DataInputStream in) throws IOException {
        var text = text(in);
        return text == null ? null : Instant.parse(text);
    }

    private static Instant requireInstant(DataInputStream in) throws IOException {
        return required(instant(in));
    }

    private static void write(@Nullable Duration span, DataOutputStream out) throws IOException {
        text(span == null ? null : span.toString(), out);
    }

    private static @Nullable Duration span(DataInputStream in) throws IOException {
        var text = text(in);
        return text == null ? null : Duration.parse(text);
    }

    private static Duration requireSpan(DataInputStream in) throws IOException {
        return required(span(in));
    }

    private static void write(@Nullable Money money, DataOutputStream out) throws IOException {
        text(money == null ? null : money.currency().getCurrencyCode(), out);
        if (money != null) {
            out.writeLong(money.micros());
        }
    }

    private static @Nullable Money money(DataInputStream in) throws IOException {
        var currency = text(in);
        return currency == null ? null : new Money(in.readLong(), Currency.getInstance(currency));
    }

    private static Money requireMoney(DataInputStream in) throws IOException {
        return required(money(in));
    }

    private static <T> T required(@Nullable T value) throws IOException {
        if (value == null) {
            throw new IOException("Another node left out what has to be said; do all nodes run the same version?");
        }
        return value;
    }
}
