package dev.livemeter.signaling.redis;

import static dev.livemeter.signaling.redis.LiveNode.await;
import static dev.livemeter.signaling.redis.LiveNode.hears;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.room.RoomAnswer;
import dev.livemeter.room.RoomAnswer.Joined;
import dev.livemeter.room.RoomAnswer.Reason;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomKind;
import dev.livemeter.room.RoomPlan;
import dev.livemeter.room.RoomState;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A room whose broadcaster is on one node and whose viewer came in by another, over a real Redis and one database. */
@Timeout(180)
@Tag("once") // the protocol runs on both JVMs without Redis
class RoomOverRedisTest {

    @TempDir
    private Path folder;

    private static RoomAnswer join(LiveNode node, String viewer, RoomId room) {
        var rooms = node.live().rooms();
        var price = rooms.price(rooms.find(room).orElseThrow()).orElseThrow();
        return rooms.join(viewer, room, "", rooms.reference(price));
    }

    @Test
    void aViewerComesInIsMeteredAndLeavesFromWhereverTheTwoAre() throws Exception {
        var database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        try (var redis = OwnRedis.start();
                var one = LiveNode.start(redis, database, folder.resolve("key"));
                var two = LiveNode.start(redis, database, folder.resolve("key"))) {
            for (var viewer : List.of("vera", "carol")) {
                one.live().wallets().credit(viewer, Money.of("USD", "20.00"), "order-" + viewer);
            }
            var bob = one.comesIn("bob");
            var vera = two.comesIn("vera");
            await(() -> two.live().calls().isPresent("bob"));
            var room = ((RoomAnswer.Done) one.live().rooms().open("bob", RoomPlan.now("Tea", RoomKind.METERED, 1)))
                    .room()
                    .id();
            assertThat(join(two, "vera", room)).isInstanceOf(Joined.class);
            await(() -> one.live().rooms().isIn("vera", room));
            for (var node : List.of(one, two)) {
                assertThat(((RoomAnswer.Refused) join(node, "carol", room)).reason())
                        .isEqualTo(Reason.FULL);
                assertThat(node.live().rooms().in(RoomState.OPEN))
                        .singleElement()
                        .satisfies(open -> assertThat(open.present()).isEqualTo(1));
            }
            vera.send("{\"type\":\"OFFER\",\"dst\":\""
                    + one.live().calls().token("bob", "").peer().value() + "\",\"payload\":1}");
            hears(bob, "{\"type\":\"OFFER\"");
            two.live().rooms().report("vera", room, true, 1);
            assertThat(one.live().rooms().reportSent("bob", room, Set.of(UserId.of("vera")), 1))
                    .singleElement()
                    .satisfies(status -> assertThat(status.counting()).isTrue());
            one.live().rooms().leave("vera", room);
            hears(vera, "{\"type\":\"LEAVE\"");
            await(() -> join(one, "carol", room) instanceof Joined);
            one.live().rooms().close("bob", room);
            await(() -> two.live().rooms().in(RoomState.OPEN).isEmpty());
        }
    }
}
