package dev.livemeter.testing.simulation;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.Billing;
import dev.livemeter.billing.Ledger;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.BalanceLow;
import dev.livemeter.event.LiveEvent.ChargeCaptured;
import dev.livemeter.event.LiveEvent.ChargeUncollected;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionFenced;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.SessionId;
import dev.livemeter.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One small world: its clocks, nodes and streams, and what was found wrong in it. Plays in one thread, the same way each time. */
final class World {

    /** Fifteen seconds of lease, five until somebody looks, thirty until the last retry. */
    private static final Duration ABANDONED_FOR = Duration.ofSeconds(51);

    private final Rules rules;
    private final String name;
    private final Looks looks;
    private final ManualTime time;
    private final WorldStores stores;
    private final boolean stepwise;
    private final Findings findings = new Findings();
    private final WalletModel model;
    private final Witness witness;
    private final Trade trade;
    private final BundleWitness bundles;
    private final Map<String, Stream> streams = new HashMap<>();
    private final List<Stream> open = new ArrayList<>();
    private final Map<NodeId, Node> nodes = new HashMap<>();
    private final List<@Nullable Node> running = new ArrayList<>();
    private final Map<FaultKind, Long> faults = new EnumMap<>(FaultKind.class);
    private int freezing;
    private long ids;
    private long disturbedAt;
    private long calmAt;
    private long entries;

    World(long seed, String name, Looks looks, boolean together, WorldStores.Factory factory) {
        this.rules = Rules.of(seed);
        this.name = name;
        this.looks = looks;
        this.time = ManualTime.startingAt(rules.start());
        this.stores = factory.open(time);
        this.stepwise = (rules.stepwise() && !together) || stores.settler() == null;
        this.model = new WalletModel(time::instant);
        this.witness = new Witness(this, model);
        this.trade = new Trade(this, model);
        this.bundles = new BundleWitness(this, model);
        for (var i = 0; i < rules.nodes(); i++) {
            running.add(null);
            start(i);
        }
    }

    Rules rules() {
        return rules;
    }

    ManualTime time() {
        return time;
    }

    WorldStores stores() {
        return stores;
    }

    boolean isStepwise() {
        return stepwise;
    }

    Findings findings() {
        return findings;
    }

    Witness witness() {
        return witness;
    }

    Trade trade() {
        return trade;
    }

    BundleWitness bundles() {
        return bundles;
    }

    /** Billing as a host has it, on the books themselves. */
    Billing billing() {
        return Billing.on(stores.ledger(), time);
    }

    WalletModel model() {
        return model;
    }

    Looks looks() {
        return looks;
    }

    /** How often each kind came about; those that did not, too. */
    Map<String, Long> faults() {
        var all = new TreeMap<String, Long>();
        for (var kind : FaultKind.values()) {
            all.put(kind.words(), faults.getOrDefault(kind, 0L));
        }
        return all;
    }

    long entries() {
        return entries;
    }

    int sessions() {
        return streams.size();
    }

    String nextId() {
        var number = Long.toString(ids++, 36);
        return name + "0".repeat(Math.max(1, 7 - number.length())) + number;
    }

    UserId payer(int number) {
        return UserId.of(name + "-payer" + Math.floorMod(number, Rules.PAYERS));
    }

    UserId payee(int number) {
        return UserId.of(name + "-payee" + Math.floorMod(number, Rules.PAYEES));
    }

    // Nodes

    @Nullable
    Node running(int number) {
        return running.get(Math.floorMod(number, running.size()));
    }

    List<Node> alive() {
        var alive = new ArrayList<Node>();
        for (var node : running) {
            if (node != null && !node.isDead()) {
                alive.add(node);
            }
        }
        return alive;
    }

    /** Starts a process where there is none. */
    void start(int number) {
        var place = Math.floorMod(number, running.size());
        var before = running.get(place);
        if (before == null || before.isDead()) {
            var node = new Node(this);
            nodes.put(node.id(), node);
            running.set(place, node);
            node.run(() -> node.meter().start(rules.nodes() == 1));
        }
    }

    @Nullable
    Node nodeOf(NodeId id) {
        return nodes.get(id);
    }

    /** A fault that disturbs no node at this moment. */
    void count(FaultKind fault) {
        faults.merge(fault, 1L, Long::sum);
    }

    /** Something is not as it should be at this moment. */
    void disturbed(FaultKind fault) {
        count(fault);
        disturbedAt = time.nanoTime();
    }

    long disturbedAt() {
        return disturbedAt;
    }

    /** Leases were given by a clock that was ahead; nobody is dead before they end. */
    void calmNotBefore(Duration span) {
        calmAt = Math.max(calmAt, time.nanoTime()) + span.toNanos();
    }

    Duration untilCalm() {
        return Duration.ofNanos(Math.max(0, calmAt - time.nanoTime()));
    }

    void slept(Node node) {
        each(node, Stream::slept);
    }

    void unanswered(Node node) {
        each(node, Stream::unanswered);
    }

    private void each(Node node, java.util.function.Consumer<Stream> action) {
        for (var stream : open) {
            if (stream.node() == node) {
                action.accept(stream);
            }
        }
    }

    /** Freezing nodes lets time pass in the middle of something; not too deep. */
    boolean enterFreeze() {
        if (freezing == 2) {
            return false;
        }
        freezing++;
        return true;
    }

    void leaveFreeze() {
        freezing--;
    }

    // Streams

    void add(Stream stream) {
        streams.put(stream.id().value(), stream);
        open.add(stream);
    }

    /** The stream of a session, or of something named after it. */
    @Nullable
    Stream stream(String named) {
        var slash = named.indexOf('/');
        return streams.get(slash < 0 ? named : named.substring(0, slash));
    }

    List<Stream> open() {
        return open;
    }

    void cut(SessionId session) {
        var stream = stream(session.value());
        if (stream != null) {
            new Relay(this, stream).cut();
        }
    }

    void restricted(SessionId session) {
        var stream = stream(session.value());
        if (stream != null) {
            stream.restricted();
        }
    }

    void resumed(SessionId session) {
        var stream = stream(session.value());
        if (stream != null) {
            stream.resumed();
        }
    }

    /** More is in a wallet, or free in it, than before. */
    void richer(UserId payer) {
        for (var stream : open) {
            if (stream.terms().payer().equals(payer)) {
                stream.richer();
            }
        }
    }

    void told(Node teller, LiveEvent event) {
        if (!teller.isDead()) {
            var session = session(event);
            var stream = session == null ? null : stream(session.value());
            if (stream != null) {
                stream.told(teller, event);
            }
        }
    }

    private static @Nullable SessionId session(LiveEvent event) {
        if (event instanceof ChargeCaptured told) {
            return told.session();
        }
        if (event instanceof SessionStarted told) {
            return told.session();
        }
        if (event instanceof SessionEnded told) {
            return told.session();
        }
        if (event instanceof BalanceLow told) {
            return told.session();
        }
        if (event instanceof SessionFenced told) {
            return told.session();
        }
        return event instanceof ChargeUncollected told ? told.session() : null;
    }

    // Checks

    /** What holds after every step, and costs little. */
    void check() {
        open.removeIf(stream -> stream.isOver() && !stream.isDelivered());
        for (var stream : open) {
            stream.check();
            checkAbandoned(stream);
        }
    }

    private void checkAbandoned(Stream stream) {
        var row = stream.row();
        var holder = row == null ? null : nodes.get(row.node());
        if (row == null || row.state().isOver() || holder == null || !holder.isDead()) {
            return;
        }
        for (var node : running) {
            if (node != null && node.isRunning()) {
                var since = Math.max(Math.max(holder.diedAt(), node.startedAt()), Math.max(disturbedAt, calmAt));
                findings.check(
                        time.nanoTime() - since <= ABANDONED_FOR.toNanos(),
                        () -> "The session " + stream.id() + " of a dead node is not closed after "
                                + Duration.ofNanos(time.nanoTime() - since) + ": " + row + ".");
            }
        }
    }

    /** What holds after every step, and costs as much as the world is large. */
    void checkAll() {
        model.posted().keySet().forEach(witness::check);
        witness.checkRows();
        bundles.checkAll(witness.sessions());
        for (var i = 0; i < Rules.PAYEES; i++) {
            trade.check(payee(i));
        }
        for (var i = 0; i < Rules.PAYERS; i++) {
            trade.check(payer(i));
        }
        var report = new Ledger(stores.ledger()).verify();
        entries = report.entries();
        findings.check(
                report.isClean(),
                () -> "The books are wrong: " + report.findings().get(0).sentence());
    }

    void close() {
        stores.close();
    }

    static boolean isFault(RuntimeException e) {
        return e instanceof LivemeterException known
                && (known.code().equals("storage.busy") || known.code().equals("simulation.away"));
    }
}
