package dev.livemeter.call;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallAnswer.Done;
import dev.livemeter.call.CallAnswer.Refused;
import dev.livemeter.call.CallStatus.Picture;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Share;
import dev.livemeter.node.NodeWire;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What nodes say to each other about calls, as bytes. */
final class CallWire {

    private static final byte DONE = 1;
    private static final byte REFUSED = 2;
    private static final byte FAILED = 3;
    private static final byte NOT_HERE = 4;

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

        /** As it is sent to a node, or to all where none is named; whoever is asked alone has to answer. */
        byte[] bytesFor(@Nullable String node) {
            return NodeWire.written(out -> {
                out.writeBoolean(node != null);
                out.writeUTF(wish.name());
                out.writeUTF(call.value());
                out.writeUTF(user);
                out.writeUTF(text);
                out.writeLong(number);
                out.writeBoolean(flowing);
            });
        }

        static boolean isForOne(byte[] bytes) {
            return bytes.length > 0 && bytes[0] != 0;
        }

        static Question read(byte[] bytes) {
            return NodeWire.read(bytes, in -> {
                in.readBoolean();
                return new Question(
                        Wish.valueOf(in.readUTF()),
                        new CallId(in.readUTF()),
                        in.readUTF(),
                        in.readUTF(),
                        in.readLong(),
                        in.readBoolean());
            });
        }
    }

    /** Whoever was asked alone does not run that call. */
    static byte[] notHere() {
        return new byte[] {NOT_HERE};
    }

    static boolean isNotHere(byte[] answer) {
        return answer.length == 1 && answer[0] == NOT_HERE;
    }

    static byte[] failed(LivemeterException e) {
        return NodeWire.written(out -> {
            out.writeByte(FAILED);
            NodeWire.write(e, out);
        });
    }

    static byte[] answer(CallAnswer answer) {
        return NodeWire.written(out -> {
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
        return NodeWire.read(bytes, CallWire::answer);
    }

    private static CallAnswer answer(DataInputStream in) throws IOException {
        return switch (in.readByte()) {
            case DONE -> new Done(status(in));
            case REFUSED -> new Refused(CallAnswer.Reason.valueOf(in.readUTF()), in.readUTF());
            default -> throw NodeWire.failure(in);
        };
    }

    private static void write(CallStatus status, DataOutputStream out) throws IOException {
        write(status.call(), out);
        out.writeLong(status.version());
        NodeWire.write(status.at(), out);
        out.writeUTF(status.picture().name());
        out.writeBoolean(status.counting());
        NodeWire.write(status.used(), out);
        NodeWire.write(status.cost(), out);
        NodeWire.write(status.balance(), out);
        NodeWire.write(status.earned(), out);
        NodeWire.write(status.tips(), out);
        NodeWire.write(status.timeLeft(), out);
        NodeWire.write(status.agreedLeft(), out);
        out.writeBoolean(status.low());
        out.writeBoolean(status.finalUnit());
        var page = status.topUpPage();
        NodeWire.text(page == null ? null : page.toString(), out);
        out.writeUTF(status.price());
    }

    private static CallStatus status(DataInputStream in) throws IOException {
        return new CallStatus(
                call(in),
                in.readLong(),
                NodeWire.requireInstant(in),
                Picture.valueOf(in.readUTF()),
                in.readBoolean(),
                NodeWire.requireSpan(in),
                NodeWire.requireMoney(in),
                NodeWire.money(in),
                NodeWire.money(in),
                NodeWire.requireMoney(in),
                NodeWire.span(in),
                NodeWire.span(in),
                in.readBoolean(),
                in.readBoolean(),
                address(NodeWire.text(in)),
                in.readUTF());
    }

    private static void write(Call call, DataOutputStream out) throws IOException {
        out.writeUTF(call.id().value());
        out.writeUTF(call.caller().value());
        out.writeUTF(call.callee().value());
        out.writeUTF(call.callerPeer().value());
        NodeWire.text(call.calleePeer() == null ? null : call.calleePeer().value(), out);
        out.writeUTF(call.state().name());
        out.writeUTF(call.tariffVersion());
        out.writeInt(call.share().basisPoints());
        NodeWire.write(call.agreed(), out);
        NodeWire.write(call.invitedAt(), out);
        NodeWire.write(call.acceptedAt(), out);
        NodeWire.write(call.liveAt(), out);
        NodeWire.write(call.endedAt(), out);
        NodeWire.text(call.session() == null ? null : call.session().value(), out);
        var end = call.end();
        NodeWire.text(end == null ? null : end.cause().name(), out);
        NodeWire.text(end == null || end.by() == null ? null : end.by().value(), out);
        NodeWire.text(end == null ? null : end.detail(), out);
        NodeWire.write(call.talked(), out);
        NodeWire.write(call.cost(), out);
        NodeWire.write(call.earned(), out);
    }

    private static Call call(DataInputStream in) throws IOException {
        return new Call(
                new CallId(in.readUTF()),
                UserId.of(in.readUTF()),
                UserId.of(in.readUTF()),
                PeerId.of(in.readUTF()),
                peer(NodeWire.text(in)),
                CallState.valueOf(in.readUTF()),
                in.readUTF(),
                new Share(in.readInt()),
                NodeWire.requireSpan(in),
                NodeWire.requireInstant(in),
                NodeWire.instant(in),
                NodeWire.instant(in),
                NodeWire.instant(in),
                session(NodeWire.text(in)),
                end(NodeWire.text(in), NodeWire.text(in), NodeWire.text(in)),
                NodeWire.requireSpan(in),
                NodeWire.requireMoney(in),
                NodeWire.requireMoney(in));
    }

    private static @Nullable URI address(@Nullable String text) {
        return text == null ? null : URI.create(text);
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
}
