package dev.livemeter;

import dev.livemeter.Livemeter.Builder.Found;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.AccountParts;
import dev.livemeter.account.AccountPolicy;
import dev.livemeter.account.Accounts;
import dev.livemeter.broadcast.BroadcastKeeper;
import dev.livemeter.broadcast.BroadcastParts;
import dev.livemeter.broadcast.BroadcastPolicy;
import dev.livemeter.broadcast.Broadcasts;
import dev.livemeter.call.CallParts;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.DestinationTests;
import dev.livemeter.destination.Destinations;
import dev.livemeter.event.Events;
import dev.livemeter.fleet.Relays;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.ingest.StreamKeys;
import dev.livemeter.moderation.Moderation;
import dev.livemeter.money.Tariff;
import dev.livemeter.recording.RecordingParts;
import dev.livemeter.recording.Recordings;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Meter;
import dev.livemeter.session.Prices;
import dev.livemeter.session.RelayLane;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.Sessions;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.KeepsQuota;
import dev.livemeter.spi.RecordsStreams;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.TakesPictures;
import dev.livemeter.tariff.Tariffs;
import dev.livemeter.thumbnail.Thumbnails;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.WorkerThreads;
import dev.livemeter.wallet.Wallets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Puts the parts that a builder has chosen together, in the order in which they need each other, and starts them. Used once, by one thread. */
final class Assembly {

    /** What a relay finds of an earlier life it tells of soon after it is open. */
    private static final Duration RELAY_LOOKS_AROUND = Duration.ofSeconds(30);

    private static final Set<State> MAY_BE_ON_AIR =
            Set.of(State.WAITING, State.CONNECTING, State.PREPARING, State.LIVE, State.RETRYING);

    private final Livemeter.Builder wishes;
    private final Found found;
    private final Tariff price;
    private final SessionPolicy rules;
    private final String prefix;

    Assembly(Livemeter.Builder wishes, Found found, Tariff price, SessionPolicy rules, String prefix) {
        this.wishes = wishes;
        this.found = found;
        this.price = price;
        this.rules = rules;
        this.prefix = prefix;
    }

    /**
     * Puts the parts together and starts them.
     *
     * @throws LivemeterException if one cannot start; those that were started are closed
     */
    Livemeter start() {
        var owned = new ArrayList<AutoCloseable>();
        try {
            var workers = workers(owned);
            var timer = timer(workers, owned);
            owned.addAll(0, wishes.given());
            var events = new Events(workers);
            wishes.listeners.forEach(events::subscribe);
            var laneHolder = new LaneHolder();
            countUnits();
            var streamKeys = new StreamKeys(
                    found.storage().streamKeys(), wishes.ids, wishes.time, events, prefix, laneHolder::stopStreamsOf);
            var asking = asking(workers, timer, owned);
            var accounts = accounts(asking.scheduler(), events, laneHolder::disconnecting);
            owned.add(0, accounts::end);
            var destinations = new Destinations(
                    found.storage().destinations(),
                    found.cipher(),
                    wishes.ids,
                    wishes.providers,
                    accounts::find,
                    rules.maxDestinations(),
                    laneHolder::destinationsChanged,
                    target -> found.relay() == null
                            ? Optional.empty()
                            : found.relay().objectionTo(target));
            var wallets = new Wallets(found.wallet(), events, laneHolder::toppedUp);
            var sessionStore = found.storage().sessions();
            var tariffs = new Tariffs(found.storage().tariffs(), price.currency());
            var settler = settler(found);
            var plainPrices = new Prices(tariffs, price, wishes.ownPrices, sessionStore, wishes.time, wishes.zones);
            var prices = settler == null ? plainPrices : plainPrices.covering(settler::coverable);
            var meter = new Meter(
                    found.wallet(),
                    sessionStore,
                    settler,
                    wishes.time,
                    timer,
                    wishes.sessionIds(),
                    events,
                    rules,
                    wishes.zones);
            laneHolder.meter = meter;
            var broadcasting = broadcasting(accounts, meter, asking.scheduler(), events);
            @Nullable RelayLane lane = null;
            if (found.relay() != null) {
                lane = new RelayLane(
                        found.relay(),
                        meter,
                        found.wallet(),
                        streamKeys,
                        destinations,
                        prices,
                        wishes.time,
                        timer,
                        new SecureRandom(),
                        events,
                        found.storage().deliveries(),
                        broadcasting);
                laneHolder.lane = lane;
            }
            var broadcasts = found.storage()
                    .broadcasts()
                    .map(store -> Broadcasts.of(store, broadcasting))
                    .orElseGet(Broadcasts::none);
            if (broadcasting != null) {
                owned.add(0, broadcasting);
            }
            var recordings = recordings(meter, timer, events);
            var thumbnails = thumbnails(timer);
            var moderation = wishes.talk.moderation(found.storage(), wishes.time, timer, wishes.ids, events);
            owned.add(0, moderation::end);
            var calling = calling(meter, wallets, prices, moderation, timer, events);
            laneHolder.calling = calling;
            var talking = wishes.talk.begin(
                    moderation,
                    calling,
                    found.storage(),
                    found.cipher(),
                    wishes.time,
                    timer,
                    workers,
                    asking,
                    wishes.ids,
                    events);
            owned.add(0, talking::end);
            if (broadcasting != null) {
                broadcasting.tell(new ChatsOfBroadcasts(talking.platformChats(), wishes.providers, accounts::access));
            }
            accounts.begin();
            meter.start(found.storage().isExclusive());
            if (calling != null) {
                calling.begin();
            }
            var ingest =
                    found.relay() == null || lane == null ? null : found.relay().open(lane);
            if (broadcasting != null) {
                broadcasting.begin();
            }
            recordings.begin(RELAY_LOOKS_AROUND.plus(
                    found.relay() == null ? Duration.ZERO : found.relay().resumesWithin()));
            thumbnails.begin();
            return new Livemeter(
                    wallets,
                    streamKeys,
                    accounts,
                    destinations,
                    new DestinationTests(destinations, found.relay(), destination -> isOnAir(meter, destination)),
                    new Sessions(sessionStore, meter, found.storage().deliveries(), lane),
                    meter,
                    tariffs,
                    prices,
                    events,
                    price,
                    rules,
                    lane,
                    Relays.of(found.relay(), ingest, wishes.time, () -> (int) meter.running().stream()
                            .filter(status -> status.session().lane() == Lane.RELAY)
                            .count()),
                    broadcasts,
                    recordings,
                    thumbnails,
                    calling,
                    talking,
                    List.copyOf(owned));
        } catch (RuntimeException e) {
            Livemeter.closeAll(owned);
            throw e;
        }
    }

    /** Platforms whose quota all nodes share are told where it is counted, before they are asked anything. */
    private void countUnits() {
        found.storage()
                .quotas()
                .ifPresent(store -> wishes.providers.values().forEach(provider -> {
                    if (provider instanceof KeepsQuota counting) {
                        counting.keepQuotaIn(store);
                    }
                }));
    }

    private Accounts accounts(Scheduler timer, Events events, BiConsumer<UserId, AccountId> leaving) {
        var rules = wishes.connecting == null ? AccountPolicy.defaults() : wishes.connecting;
        return found.storage()
                .accounts()
                .map(store -> Accounts.with(
                        new AccountParts(
                                rules,
                                wishes.providers,
                                store,
                                found.cipher(),
                                wishes.time,
                                timer,
                                wishes.ids,
                                new SecureRandom(),
                                events),
                        leaving))
                .orElseGet(Accounts::none);
    }

    private @Nullable Calling calling(
            Meter meter, Wallets wallets, Prices prices, Moderation moderation, Scheduler timer, Events events) {
        var calls = found.storage().calls();
        var rooms = found.storage().rooms();
        if (wishes.called == null || calls.isEmpty() || rooms.isEmpty()) {
            return null;
        }
        var parts = new CallParts(
                wishes.called.policy().with(new BanRule(moderation)),
                wishes.called.network(),
                meter,
                found.wallet(),
                wallets,
                prices,
                calls.get(),
                found.storage().sessions(),
                found.cipher(),
                wishes.time,
                timer,
                wishes.ids,
                events);
        return Calling.with(parts, rooms.get(), moderation);
    }

    private @Nullable BroadcastKeeper broadcasting(Accounts accounts, Meter meter, Scheduler timer, Events events) {
        var store = found.storage().broadcasts();
        if (found.relay() == null || store.isEmpty()) {
            return null;
        }
        return new BroadcastKeeper(new BroadcastParts(
                wishes.shown == null ? BroadcastPolicy.defaults() : wishes.shown,
                store.get(),
                wishes.providers,
                accounts::access,
                found.storage().sessions(),
                meter,
                found.cipher(),
                found.storage().isExclusive(),
                wishes.time,
                timer,
                new SecureRandom(),
                wishes.ids,
                events));
    }

    private Recordings recordings(Meter meter, Scheduler timer, Events events) {
        var store = found.storage().recordings();
        if (wishes.recorded == null || store.isEmpty() || !(found.relay() instanceof RecordsStreams recorder)) {
            return Recordings.none();
        }
        return Recordings.with(new RecordingParts(
                wishes.recorded.policy(),
                store.get(),
                wishes.recorded.vault(),
                found.cipher(),
                recorder,
                meter,
                found.storage().sessions(),
                found.storage().isExclusive(),
                wishes.time,
                timer,
                wishes.ids,
                events));
    }

    private Thumbnails thumbnails(Scheduler timer) {
        var store = found.storage().thumbnails();
        if (store.isEmpty()) {
            return Thumbnails.none();
        }
        var sessions = found.storage().sessions();
        return wishes.pictured == null || !(found.relay() instanceof TakesPictures relay)
                ? Thumbnails.linked(store.get(), sessions, wishes.time)
                : Thumbnails.taken(wishes.pictured, relay, store.get(), sessions, wishes.time, timer);
    }

    private static boolean isOnAir(Meter meter, DestinationId destination) {
        return meter.running().stream()
                .flatMap(running -> running.destinations().stream())
                .anyMatch(status -> status.id().equals(destination) && MAY_BE_ON_AIR.contains(status.state()));
    }

    /** One that settles wallet and sessions together, where they lie together. */
    private static @Nullable Settler settler(Found found) {
        return found.wallet() instanceof Settler settler && found.wallet() == found.storage() ? settler : null;
    }

    private Executor workers(List<AutoCloseable> owned) {
        if (wishes.executor != null) {
            return wishes.executor;
        }
        ExecutorService own = WorkerThreads.create();
        owned.add(own::shutdown);
        return own;
    }

    private Scheduler timer(Executor workers, List<AutoCloseable> owned) {
        if (wishes.scheduler != null) {
            return wishes.scheduler;
        }
        var own = new SystemScheduler(workers);
        // Before the workers, which it would hand its tasks to in vain.
        owned.add(0, own);
        return own;
    }

    /**
     * What talks to platforms, which may hang: never in the host's threads, which may be few and are to cut streams in time. Where a scheduler is given, that one runs everything.
     *
     * @param owned gets what is to be closed, before the stores are
     */
    private CarriesChat.Means asking(Executor workers, Scheduler timer, List<AutoCloseable> owned) {
        if (wishes.executor == null || wishes.scheduler != null) {
            return new CarriesChat.Means(wishes.time, timer, workers);
        }
        ExecutorService threads = WorkerThreads.create();
        var own = new SystemScheduler(threads);
        owned.add(0, () -> {
            own.close();
            threads.shutdown();
        });
        return new CarriesChat.Means(wishes.time, own, threads);
    }

    /** Lets wallets and keys speak to the lane that is made after them. */
    private static final class LaneHolder {

        private volatile @Nullable RelayLane lane;
        private volatile @Nullable Meter meter;
        private volatile @Nullable Calling calling;

        void stopStreamsOf(StreamKeyId key) {
            var present = lane;
            if (present != null) {
                present.stopStreamsOf(key);
            }
        }

        void destinationsChanged(UserId user) {
            var present = lane;
            if (present != null) {
                present.destinationsChanged(user);
            }
        }

        void disconnecting(UserId user, AccountId account) {
            var present = lane;
            if (present != null) {
                present.disconnecting(user, account);
            }
        }

        void toppedUp(UserId user) {
            var present = meter;
            if (present != null) {
                present.toppedUp(user);
            }
            var streams = lane;
            if (streams != null) {
                streams.toppedUp(user);
            }
            // Both ways, as they may join different nodes; a node that hears twice looks twice.
            var calls = calling;
            if (calls != null) {
                calls.calls().toppedUp(user);
            }
        }
    }
}
