package dev.livemeter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.server.SharedServer;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often a unit of work goes to the server and back: most of the time of a start is that (record 0025). */
@Timeout(180)
@Tag("once") // servers do not care which JVM asks
final class PostgresMessagesTest {

    @RegisterExtension
    static final SharedServer SERVER = SharedServer.postgres();

    private static final UserId ALICE = UserId.of("alice");
    private static final SessionId SESSION = new SessionId("session-1");
    private static final int MANY = 50;

    private final List<String> messages = new ArrayList<>();
    private JdbcWallet wallet;

    @BeforeEach
    void counting() {
        wallet = JdbcWallet.on(JdbcStorage.on(source()), TimeSource.system());
        credit(ALICE);
        messages.clear();
    }

    @Test
    void aStartAsksTwiceAndCommits() {
        open(SESSION, ALICE);

        assertThat(messages).hasSize(3);
        assertThat(messages.get(0))
                .startsWith("SET TRANSACTION")
                .containsSubsequence("FROM livemeter_wallet", "FOR UPDATE", "FROM livemeter_hold");
        assertThat(messages.get(1))
                .startsWith("UPDATE livemeter_wallet")
                .contains("INSERT INTO livemeter_hold", "INSERT INTO livemeter_session");
        assertThat(messages.get(2)).isEqualTo("commit");
    }

    @Test
    void aCaptureAsksTwiceAndCommits() {
        var request = capturing(open(SESSION, ALICE));
        messages.clear();

        settle(List.of(request));

        // wallet, entry and holds; wallet, hold, entry and session
        assertThat(messages).hasSize(3).last().isEqualTo("commit");
    }

    @Test
    void capturesOfManySessionsAskNoMoreOftenThanOne() {
        assertThat(messagesForMany(MANY)).hasSize(3).last().isEqualTo("commit");
    }

    @Test
    void capturesOfManySessionsOfOneWalletAskNoMoreOftenThanOne() {
        assertThat(messagesForMany(1)).hasSize(3).last().isEqualTo("commit");
    }

    /** Of several wallets at once, eight holds each come with the lock. */
    @Test
    void capturesOfSeveralWalletsWithManyHoldsEachAskOnceMore() {
        assertThat(messagesForMany(5)).hasSize(4).last().isEqualTo("commit");
    }

    /** What is sent to capture of many sessions at once, which so many wallets share. */
    private List<String> messagesForMany(int payers) {
        var requests = new ArrayList<SettleRequest>();
        for (var number = 0; number < MANY; number++) {
            var payer = UserId.of("payer-" + number % payers);
            if (number < payers) {
                credit(payer);
            }
            requests.add(capturing(open(new SessionId("session-" + number), payer)));
        }
        messages.clear();

        assertThat(settle(requests))
                .hasSize(MANY)
                .allSatisfy(session -> assertThat(session.metering().charged()).isEqualTo(usd("0.10")));
        return messages;
    }

    @Test
    void aProofOfLifeIsOneMessageAndItsCommit() {
        var open = open(SESSION, ALICE);
        messages.clear();

        settle(List.of(new SettleRequest(
                        open, session(SESSION, ALICE, SessionState.AUTHORIZED, 0, 10), List.of(), null, List.of())
                .withoutBalance()));

        assertThat(messages).hasSize(2);
        assertThat(messages.get(0)).startsWith("SET TRANSACTION").contains("UPDATE livemeter_session");
    }

    private void credit(UserId payer) {
        wallet.credit(new CreditRequest(new TransferId("order/" + payer), payer, usd("100.00"), ""))
                .orElseThrow();
    }

    private Session open(SessionId id, UserId payer) {
        var hold = HoldRequest.exactly(hold(id), payer, usd("1.00"), Duration.ofDays(1));
        return settle(List.of(new SettleRequest(
                        session(id, payer, SessionState.AUTHORIZING, -1, 0),
                        session(id, payer, SessionState.AUTHORIZED, -1, 0),
                        List.of(),
                        hold,
                        List.of())))
                .get(0);
    }

    private static SettleRequest capturing(Session open) {
        var capture = new CaptureRequest(
                new TransferId(open.id() + "/capture-1"),
                hold(open.id()),
                usd("0.10"),
                CaptureRequest.Remainder.KEEP,
                new Subject("session/" + open.id()),
                null);
        return new SettleRequest(
                open,
                session(open.id(), open.payer(), SessionState.AUTHORIZED, 0, 10),
                List.of(capture),
                null,
                List.of());
    }

    private static HoldId hold(SessionId id) {
        return new HoldId(id + "/hold-1");
    }

    /** A session that was used for so long, and has one hold where it is stored. */
    private static Session session(SessionId id, UserId payer, SessionState state, long version, int usedSeconds) {
        var now = Instant.parse("2026-03-01T12:00:00Z");
        var isStored = version >= 0;
        return new Session(
                id,
                new SessionTerms(Lane.RELAY, payer, null, "", null, List.of()),
                state,
                now,
                null,
                now,
                null,
                new Metering(
                        Tariff.perMinute("USD", "0.60"),
                        RatingBasis.startingAt(now, ZoneOffset.UTC, 1, Duration.ZERO),
                        Duration.ofSeconds(usedSeconds),
                        usd(isStored ? "1.00" : "0"),
                        usd("0"),
                        isStored ? 1 : 0,
                        0),
                usd("5.00"),
                null,
                null,
                new NodeId("node"),
                version);
    }

    private List<Session> settle(List<SettleRequest> requests) {
        return wallet.settle(requests).stream()
                .map(result -> ((SettleResult.Settled) result).session())
                .toList();
    }

    private static Money usd(String amount) {
        return Money.of("USD", amount);
    }

    /** The server's connections, each message noted. */
    private DataSource source() {
        return proxy(
                DataSource.class,
                (proxy, method, arguments) ->
                        noting(Connection.class, SERVER.database().connect(), ""));
    }

    private <T> T noting(Class<T> type, Object real, String sql) {
        return proxy(type, (proxy, method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                messages.add(sql);
            } else if (method.getName().equals("commit")) {
                messages.add("commit");
            }
            try {
                var answer = method.invoke(real, arguments);
                return answer instanceof PreparedStatement statement
                        ? noting(PreparedStatement.class, statement, (String) arguments[0])
                        : answer;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
