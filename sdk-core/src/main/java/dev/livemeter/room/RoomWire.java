package dev.livemeter.room;

import dev.livemeter.LivemeterException;
import dev.livemeter.call.CallEnd;
import dev.livemeter.identity.UserId;
import dev.livemeter.node.NodeWire;
import dev.livemeter.peer.PeerId;
import dev.livemeter.session.SessionId;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What nodes say to each other about who is in rooms, as bytes. */
final class RoomWire {

    private static final byte DONE = 1;
    private static final byte FAILED = 2;

    private RoomWire() {}

    /** What is wished of presences that run on another node. */
    sealed interface Wish {

        RoomId room();

        /** How a viewer stands. */
        record Status(RoomId room, UserId viewer) implements Wish {}

        /** A viewer's client reports. */
        record Report(RoomId room, UserId viewer, boolean flowing, long number) implements Wish {}

        /** The broadcaster's client reports. */
        record Sent(RoomId room, Set<UserId> flowingTo, long number) implements Wish {}

        /**
         * It is to end.
         *
         * @param viewer whose; null for everybody's
         */
        record End(RoomId room, @Nullable UserId viewer, CallEnd why) implements Wish {}
    }

    static byte[] written(Wish wish) {
        return NodeWire.written(out -> {
            out.writeUTF(wish.getClass().getSimpleName());
            out.writeUTF(wish.room().value());
            if (wish instanceof Wish.Status status) {
                out.writeUTF(status.viewer().value());
            } else if (wish instanceof Wish.Report report) {
                out.writeUTF(report.viewer().value());
                out.writeBoolean(report.flowing());
                out.writeLong(report.number());
            } else if (wish instanceof Wish.Sent sent) {
                out.writeLong(sent.number());
                out.writeInt(sent.flowingTo().size());
                for (var user : sent.flowingTo()) {
                    out.writeUTF(user.value());
                }
            } else if (wish instanceof Wish.End end) {
                NodeWire.text(end.viewer() == null ? null : end.viewer().value(), out);
                out.writeUTF(end.why().cause().name());
                NodeWire.text(end.why().by() == null ? null : end.why().by().value(), out);
                out.writeUTF(end.why().detail());
            }
        });
    }

    static Wish wish(byte[] bytes) {
        return NodeWire.read(bytes, in -> {
            var kind = in.readUTF();
            var room = new RoomId(in.readUTF());
            return switch (kind) {
                case "Status" -> new Wish.Status(room, UserId.of(in.readUTF()));
                case "Report" -> new Wish.Report(room, UserId.of(in.readUTF()), in.readBoolean(), in.readLong());
                case "Sent" -> {
                    var number = in.readLong();
                    var users = new ArrayList<UserId>();
                    for (var left = in.readInt(); left > 0; left--) {
                        users.add(UserId.of(in.readUTF()));
                    }
                    yield new Wish.Sent(room, Set.copyOf(users), number);
                }
                case "End" ->
                    new Wish.End(
                            room,
                            user(NodeWire.text(in)),
                            new CallEnd(CallEnd.Cause.valueOf(in.readUTF()), user(NodeWire.text(in)), in.readUTF()));
                default -> throw new IOException("Another node wishes '" + kind + "'; do all run the same version?");
            };
        });
    }

    private static @Nullable UserId user(@Nullable String name) {
        return name == null ? null : UserId.of(name);
    }

    static byte[] answer(List<ParticipantStatus> statuses) {
        return NodeWire.written(out -> {
            out.writeByte(DONE);
            out.writeInt(statuses.size());
            for (var status : statuses) {
                write(status, out);
            }
        });
    }

    static byte[] failed(LivemeterException e) {
        return NodeWire.written(out -> {
            out.writeByte(FAILED);
            NodeWire.write(e, out);
        });
    }

    /**
     * Reads an answer.
     *
     * @throws LivemeterException what was thrown there
     */
    static List<ParticipantStatus> statuses(byte[] bytes) {
        return NodeWire.read(bytes, in -> {
            if (in.readByte() != DONE) {
                throw NodeWire.failure(in);
            }
            var statuses = new ArrayList<ParticipantStatus>();
            for (var left = in.readInt(); left > 0; left--) {
                statuses.add(status(in));
            }
            return List.copyOf(statuses);
        });
    }

    private static void write(ParticipantStatus status, DataOutputStream out) throws IOException {
        var one = status.participant();
        out.writeUTF(one.id());
        out.writeUTF(one.room().value());
        out.writeUTF(one.viewer().value());
        out.writeUTF(one.peer().value());
        NodeWire.text(one.session() == null ? null : one.session().value(), out);
        NodeWire.write(one.joinedAt(), out);
        NodeWire.write(one.leftAt(), out);
        NodeWire.write(one.watched(), out);
        NodeWire.write(one.cost(), out);
        out.writeUTF(one.why());
        out.writeUTF(status.broadcasterPeer().value());
        NodeWire.write(status.at(), out);
        out.writeBoolean(status.full());
        out.writeBoolean(status.counting());
        NodeWire.write(status.used(), out);
        NodeWire.write(status.cost(), out);
        NodeWire.write(status.balance(), out);
        NodeWire.write(status.timeLeft(), out);
        out.writeBoolean(status.low());
        var page = status.topUpPage();
        NodeWire.text(page == null ? null : page.toString(), out);
    }

    private static ParticipantStatus status(DataInputStream in) throws IOException {
        return new ParticipantStatus(
                new Participant(
                        in.readUTF(),
                        new RoomId(in.readUTF()),
                        UserId.of(in.readUTF()),
                        PeerId.of(in.readUTF()),
                        session(NodeWire.text(in)),
                        NodeWire.requireInstant(in),
                        NodeWire.instant(in),
                        NodeWire.requireSpan(in),
                        NodeWire.requireMoney(in),
                        in.readUTF()),
                PeerId.of(in.readUTF()),
                NodeWire.requireInstant(in),
                in.readBoolean(),
                in.readBoolean(),
                NodeWire.requireSpan(in),
                NodeWire.requireMoney(in),
                NodeWire.money(in),
                NodeWire.span(in),
                in.readBoolean(),
                page(NodeWire.text(in)));
    }

    private static @Nullable URI page(@Nullable String text) {
        return text == null ? null : URI.create(text);
    }

    private static @Nullable SessionId session(@Nullable String text) {
        return text == null ? null : new SessionId(text);
    }
}
