package dev.livemeter.jdbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.session.Payee;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.wallet.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds the books against what is known of the sessions. */
final class Audit {

    private static final Currency USD = Currency.getInstance("USD");
    private static final int PAGE = 500;

    private final JdbcWallet wallet;
    private final Map<UserId, List<Session>> sessions = new HashMap<>();
    private final Map<Subject, List<JournalEntry>> charges = new HashMap<>();

    /** Reads all that these payers ever did. */
    Audit(JdbcWallet wallet, Collection<UserId> payers) {
        this.wallet = wallet;
        for (var payer : payers) {
            sessions.put(payer, history(payer));
            var page = wallet.ledger().entries(AccountId.wallet(payer), PAGE, null);
            while (!page.isEmpty()) {
                for (var entry : page) {
                    if (entry.kind() == EntryKind.CAPTURE) {
                        charges.computeIfAbsent(entry.subject(), subject -> new ArrayList<>())
                                .add(entry);
                    }
                }
                page = wallet.ledger()
                        .entries(
                                AccountId.wallet(payer),
                                PAGE,
                                page.get(page.size() - 1).id());
            }
        }
    }

    /** Nothing is open, nothing is held, and the books prove themselves. */
    void requireClosed() {
        assertThat(wallet.sessions().open()).isEmpty();
        assertThat(wallet.ledger().verify().findings()).isEmpty();
        assertThat(sessions.keySet()).allSatisfy(payer -> {
            var balance = wallet.balance(payer).orElseThrow();
            assertThat(balance.held()).isEqualTo(usd(0));
            assertThat(balance.posted().isNegative()).isFalse();
        });
    }

    /** A session that is over was charged what its time costs, once, in parts that add up. */
    void requireCharged(Session session, @Nullable Payee payee) {
        var id = session.id();
        var metering = session.metering();
        assertThat(session.state()).isEqualTo(SessionState.ENDED);
        assertThat(metering.charged()).isEqualTo(metering.rating().cost(metering.used()));
        var captures = captures(id);
        assertThat(sum(captures)).isEqualTo(metering.charged());
        var share = payee == null ? usd(0) : payee.share().of(metering.charged());
        assertThat(earned(captures)).isEqualTo(share);
    }

    /** What each of these wallets paid in and did not spend on its sessions is there. */
    void requireBalances(Money paidIn) {
        sessions.forEach((payer, all) -> {
            var charged =
                    all.stream().map(session -> session.metering().charged()).reduce(usd(0), Money::plus);
            assertThat(wallet.balance(payer).orElseThrow().posted())
                    .as("what is left of %s in the wallet of %s", paidIn, payer)
                    .isEqualTo(paidIn.minus(charged));
        });
    }

    /** Every session that was stored, by its id. */
    Map<SessionId, Session> sessions() {
        return sessions.values().stream()
                .flatMap(List::stream)
                .collect(Collectors.toMap(Session::id, session -> session));
    }

    private List<Session> history(UserId payer) {
        var all = new ArrayList<Session>();
        var page = wallet.sessions().history(payer, PAGE, null);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = wallet.sessions()
                    .history(payer, PAGE, page.get(page.size() - 1).id());
        }
        return all;
    }

    /** Every charge of a session. */
    List<JournalEntry> captures(SessionId id) {
        return charges.getOrDefault(new Subject("session/" + id), List.of());
    }

    private static Money sum(List<JournalEntry> entries) {
        return entries.stream().map(JournalEntry::amount).reduce(usd(0), Money::plus);
    }

    private static Money earned(List<JournalEntry> entries) {
        return entries.stream()
                .flatMap(entry -> entry.postings().stream())
                .filter(posting -> posting.destination().kind() == AccountId.Kind.EARNINGS)
                .map(posting -> posting.amount())
                .reduce(usd(0), Money::plus);
    }

    static Money usd(long micros) {
        return new Money(micros, USD);
    }
}
