package dev.livemeter;

import dev.livemeter.account.AccountPolicy;
import dev.livemeter.account.Accounts;
import dev.livemeter.broadcast.BroadcastPolicy;
import dev.livemeter.broadcast.Broadcasts;
import dev.livemeter.broadcast.chat.PlatformChats;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.call.Calls;
import dev.livemeter.chat.Chat;
import dev.livemeter.chat.ChatAccess;
import dev.livemeter.chat.ChatPolicy;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.destination.DestinationTests;
import dev.livemeter.destination.Destinations;
import dev.livemeter.event.EventListener;
import dev.livemeter.event.Events;
import dev.livemeter.fleet.RelayFleet;
import dev.livemeter.fleet.Relays;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.Ingest;
import dev.livemeter.ingest.StreamKeys;
import dev.livemeter.moderation.Moderation;
import dev.livemeter.money.Tariff;
import dev.livemeter.recording.RecordingPolicy;
import dev.livemeter.recording.Recordings;
import dev.livemeter.room.Rooms;
import dev.livemeter.secret.AesGcmSecretCipher;
import dev.livemeter.session.Meter;
import dev.livemeter.session.Prices;
import dev.livemeter.session.RelayLane;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.Sessions;
import dev.livemeter.session.Streams;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.MediaVault;
import dev.livemeter.spi.PeerNetwork;
import dev.livemeter.spi.RecordsStreams;
import dev.livemeter.spi.RelayController;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.Storage;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TakesPictures;
import dev.livemeter.spi.Wallet;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.Tariffs;
import dev.livemeter.thumbnail.ThumbnailPolicy;
import dev.livemeter.thumbnail.Thumbnails;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.turn.Ice;
import dev.livemeter.turn.IcePolicy;
import dev.livemeter.wallet.Wallets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Livemeter, put together: what a host application holds on to. Made by {@link #builder()}, thread-safe, closed once.
 *
 * <p>{@link Builder#build()} closes what a crash left open, starts the relay, and returns when publishers can come. {@link #close()} cuts what runs,
 * charges it, and closes every part that it was given.
 */
public final class Livemeter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Livemeter.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(15);

    private final Wallets wallets;
    private final StreamKeys streamKeys;
    private final Accounts accounts;
    private final Destinations destinations;
    private final DestinationTests destinationTests;
    private final Sessions sessions;
    private final Events events;
    private final Tariff tariff;
    private final SessionPolicy policy;
    private final Meter meter;
    private final Tariffs tariffs;
    private final Prices prices;
    private final @Nullable RelayLane lane;
    private final Streams streams;
    private final Relays relays;
    private final Broadcasts broadcasts;
    private final Recordings recordings;
    private final Thumbnails thumbnails;
    private final @Nullable Calling calling;
    private final Talk talk;
    private final List<AutoCloseable> owned;

    Livemeter(
            Wallets wallets,
            StreamKeys streamKeys,
            Accounts accounts,
            Destinations destinations,
            DestinationTests destinationTests,
            Sessions sessions,
            Meter meter,
            Tariffs tariffs,
            Prices prices,
            Events events,
            Tariff tariff,
            SessionPolicy policy,
            @Nullable RelayLane lane,
            Relays relays,
            Broadcasts broadcasts,
            Recordings recordings,
            Thumbnails thumbnails,
            @Nullable Calling calling,
            Talk talk,
            List<AutoCloseable> owned) {
        this.wallets = wallets;
        this.streamKeys = streamKeys;
        this.accounts = accounts;
        this.destinations = destinations;
        this.destinationTests = destinationTests;
        this.sessions = sessions;
        this.meter = meter;
        this.tariffs = tariffs;
        this.prices = prices;
        this.events = events;
        this.tariff = tariff;
        this.policy = policy;
        this.lane = lane;
        this.streams = new Streams(lane);
        this.relays = relays;
        this.broadcasts = broadcasts;
        this.recordings = recordings;
        this.thumbnails = thumbnails;
        this.calling = calling;
        this.talk = talk;
        this.owned = owned;
    }

    /** Starts with nothing chosen. */
    public static Builder builder() {
        return new Builder();
    }

    public Wallets wallets() {
        return wallets;
    }

    public StreamKeys streamKeys() {
        return streamKeys;
    }

    /** The accounts that people have on platforms and connected; none where the storage keeps none. */
    public Accounts accounts() {
        return accounts;
    }

    public Destinations destinations() {
        return destinations;
    }

    /** Tries whether streams would reach a destination, without going live. */
    public DestinationTests destinationTests() {
        return destinationTests;
    }

    public Sessions sessions() {
        return sessions;
    }

    /** The streams that are passed on now, and what can be done about their destinations. */
    public Streams streams() {
        return streams;
    }

    /** What people say of their streams, and what platforms made of them; none where the storage keeps none. */
    public Broadcasts broadcasts() {
        return broadcasts;
    }

    /** Recordings of streams; none where the builder was given no policy for them. */
    public Recordings recordings() {
        return recordings;
    }

    /** What streams looked like; none where the storage keeps none. */
    public Thumbnails thumbnails() {
        return thumbnails;
    }

    /** Whether there are calls and rooms: the builder was given rules and signaling for them. */
    public boolean offersCalls() {
        return calling != null;
    }

    /**
     * Private calls.
     *
     * @throws LivemeterException {@code calls.none} where the builder was given no rules and signaling for them
     */
    public Calls calls() {
        return calling().calls();
    }

    /**
     * Rooms of one broadcaster and several viewers.
     *
     * @throws LivemeterException {@code calls.none} where the builder was given no rules and signaling for them
     */
    public Rooms rooms() {
        return calling().rooms();
    }

    private Calling calling() {
        if (calling == null) {
            throw new LivemeterException(
                    "calls.none",
                    "This application has no calls and rooms; its developer gives their rules and the signaling with .calls(policy, network).");
        }
        return calling;
    }

    /** Messages beside streams, in rooms and in calls; none where the storage keeps none. */
    public Chat chat() {
        return talk.chat();
    }

    /** What is said beside streams on the platforms that they are shown on. */
    public PlatformChats platformChats() {
        return talk.platformChats();
    }

    /** Kicks and bans; none where the storage keeps none. */
    public Moderation moderation() {
        return talk.moderation();
    }

    /** The ICE servers that browsers reach each other by, with credentials for TURN. */
    public Ice ice() {
        return talk.ice();
    }

    /** The credit control that all lanes share; a lane of the host's own opens its sessions here. */
    public Meter meter() {
        return meter;
    }

    public Events events() {
        return events;
    }

    /** The tariffs that were published; a published one comes before the one that was given to the builder. */
    public Tariffs tariffs() {
        return tariffs;
    }

    /** What time costs, asked before it is spent and explained after. */
    public Prices prices() {
        return prices;
    }

    /** What time costs where no tariff is published. */
    public Tariff tariff() {
        return tariff;
    }

    /** The rules of credit control. */
    public SessionPolicy policy() {
        return policy;
    }

    /**
     * Where encoders publish to; of several relay hosts, the one with most room at this moment.
     *
     * @throws LivemeterException {@code relay.none} if there is no relay
     */
    public Ingest ingest() {
        return relays.ingest();
    }

    /**
     * Where that user's encoder publishes to. The same for all, unless there are several relay hosts; see {@link Relays#place}.
     *
     * @throws LivemeterException {@code relay.none} if there is no relay; {@code user.malformed}
     */
    public Ingest ingest(String user) {
        return relays.place(UserId.of(user)).ingest();
    }

    /** The hosts that relay, and how one is emptied for maintenance. */
    public Relays relays() {
        return relays;
    }

    /** Cuts what runs, charges it, closes every part. Idempotent; waits, at most some seconds. */
    @Override
    public void close() {
        recordings.end();
        thumbnails.end();
        if (calling != null) {
            calling.end();
        }
        talk.end();
        if (lane != null) {
            lane.close();
        }
        awaitQuiet();
        if (calling != null) {
            calling.finish();
        }
        meter.end();
        closeAll(owned);
    }

    private void awaitQuiet() {
        var end = System.nanoTime() + CLOSE_WITHIN.toNanos();
        try {
            while (!sessions.running().isEmpty() && System.nanoTime() < end) {
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!sessions.running().isEmpty()) {
            log.warn(
                    "{} sessions are not closed after {}; the next start closes them.",
                    sessions.running().size(),
                    CLOSE_WITHIN);
        }
    }

    static void closeAll(Collection<AutoCloseable> parts) {
        for (var part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                log.warn("{} did not close.", part.getClass().getName(), e);
            }
        }
    }

    /**
     * Collects the parts. An instance that is given wins, then a name in the configuration, then the sole candidate that
     * {@link #discover()} finds; {@link #build()} tells every fault together. Not thread-safe.
     */
    public static final class Builder {

        final Map<String, StreamProvider> providers = new TreeMap<>();
        private final List<String> faults = new ArrayList<>();
        final List<EventListener> listeners = new ArrayList<>();
        private final Map<String, String> properties = new HashMap<>();
        private @Nullable Wallet wallet;
        private @Nullable Storage storage;
        private @Nullable RelayController relay;
        private @Nullable Tariff tariff;
        private @Nullable SessionPolicy policy;
        private @Nullable SecretCipher cipher;

        @Nullable
        Executor executor;

        @Nullable
        Scheduler scheduler;

        private @Nullable ClassLoader loader;
        Function<UserId, ZoneId> zones = user -> Settings.UTC;
        private boolean zonesGiven;
        TimeSource time = TimeSource.system();
        IdSource ids = IdSource.random();
        private @Nullable IdSource givenIds;
        private @Nullable String keyPrefix;

        @Nullable
        Recorded recorded;

        @Nullable
        ThumbnailPolicy pictured;

        @Nullable
        AccountPolicy connecting;

        @Nullable
        BroadcastPolicy shown;

        final Talk.Wishes talk = new Talk.Wishes();

        @Nullable
        Called called;

        final Map<Service, Tariff> ownPrices = new EnumMap<>(Service.class);
        private @Nullable Signaled signaled;

        record Called(CallPolicy policy, PeerNetwork network) {}

        private record Signaled(PeerNetwork network, UnaryOperator<CallPolicy.Builder> rules) {}

        record Recorded(RecordingPolicy policy, MediaVault vault) {}

        private Builder() {}

        /** Where money is kept. One that is a {@link Storage} as well lends its stores, unless {@link #storage} gives others. */
        public Builder wallet(Wallet wallet) {
            this.wallet = wallet;
            return this;
        }

        /** Where sessions, stream keys and destinations are kept. */
        public Builder storage(Storage storage) {
            this.storage = storage;
            return this;
        }

        /** What takes publishers in and passes their streams on. */
        public Builder relay(RelayController relay) {
            this.relay = relay;
            return this;
        }

        /** A platform that streams can be passed on to; any number of them. Closed with Livemeter, where it can be, after the last of its broadcasts and chats. */
        public Builder provider(StreamProvider provider) {
            var twin = providers.putIfAbsent(provider.name(), provider);
            if (twin != null) {
                faults.add("Two StreamProviders are called '" + provider.name() + "': "
                        + twin.getClass().getName() + " and "
                        + provider.getClass().getName() + ". Give one of them.");
            }
            return this;
        }

        /** What time costs. */
        public Builder tariff(Tariff tariff) {
            this.tariff = tariff;
            return this;
        }

        /** What time of one service costs where no price is published for it, in the same currency; as the {@linkplain #tariff(Tariff) tariff} says where none is given. */
        public Builder tariff(Service service, Tariff tariff) {
            ownPrices.put(service, tariff);
            return this;
        }

        /** The rules of credit control; the defaults in the tariff's currency where none are given. */
        public Builder policy(SessionPolicy policy) {
            this.policy = policy;
            return this;
        }

        /** What encrypts the keys of destinations; the one that the storage offers where none is given. */
        public Builder secrets(SecretCipher cipher) {
            this.cipher = cipher;
            return this;
        }

        /** The rules for connecting accounts on platforms; those that the settings below {@code livemeter.account} say where none are given. */
        public Builder accounts(AccountPolicy policy) {
            this.connecting = policy;
            return this;
        }

        /** The rules for broadcasts on platforms; those that the settings below {@code livemeter.broadcast} say where none are given. */
        public Builder broadcasts(BroadcastPolicy policy) {
            this.shown = policy;
            return this;
        }

        /**
         * Records streams: whose and how long, and where they are kept, encrypted. Without this no media is written anywhere. The relay and the storage must be able to.
         */
        public Builder recording(RecordingPolicy rules, MediaVault vault) {
            this.recorded = new Recorded(rules, vault);
            return this;
        }

        /**
         * Takes a small picture of each stream, for the history, and keeps it in the storage; the setting {@code livemeter.thumbnail.enabled} does so where nothing is given. Without this no picture
         * is made. The relay and the storage must be able to.
         */
        public Builder thumbnails(ThumbnailPolicy rules) {
            this.pictured = rules;
            return this;
        }

        /**
         * Offers calls and rooms: by which rules, and over what signaling, which asks Livemeter from then on who may come in. Without this nobody can be called. The storage must be able to.
         */
        public Builder calls(CallPolicy rules, PeerNetwork network) {
            this.called = new Called(rules, network);
            return this;
        }

        /** As {@link #calls(CallPolicy, PeerNetwork)}, by the rules that the settings below {@code livemeter.call} say; by the defaults where they say nothing. */
        public Builder calls(PeerNetwork network) {
            return calls(network, rules -> rules);
        }

        /**
         * As {@link #calls(PeerNetwork)}.
         *
         * @param more adds what cannot be said in settings, such as who can be called; it wins over them
         */
        public Builder calls(PeerNetwork network, UnaryOperator<CallPolicy.Builder> more) {
            this.signaled = new Signaled(network, more);
            return this;
        }

        /** The rules of chat; the defaults, or what the settings say, where none are given. */
        public Builder chat(ChatPolicy rules) {
            talk.chat = rules;
            return this;
        }

        /** Whose chat channels are and who may read and write there; channels {@code stream/USER} for everybody where nothing is given. */
        public Builder chatAccess(ChatAccess access) {
            talk.access = access;
            return this;
        }

        /** Whether the first user moderates the streams, rooms and chats of the second; nobody but the broadcaster does where nothing is given. Asked often, so it should answer from memory. */
        public Builder moderators(BiPredicate<UserId, UserId> isModerator) {
            talk.isModerator = isModerator;
            return this;
        }

        /** The ICE servers that browsers reach each other by; what the settings say, or none, where none are given. */
        public Builder ice(IcePolicy servers) {
            talk.ice = servers;
            return this;
        }

        /** What stream keys begin with; {@value StreamKeys#DEFAULT_PREFIX} where nothing is given. */
        public Builder streamKeyPrefix(String prefix) {
            this.keyPrefix = prefix;
            return this;
        }

        /** Is told every event from the first on. */
        public Builder listener(EventListener listener) {
            listeners.add(listener);
            return this;
        }

        /** The clocks; the machine's where none are given. */
        public Builder time(TimeSource time) {
            this.time = time;
            return this;
        }

        /** What keeps deadlines, and runs what falls due; an own timer where none is given. Some of its tasks ask platforms, and may block for half a minute: it must not be short of threads for the others then. */
        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = scheduler;
            return this;
        }

        /**
         * What runs listeners and deadlines; own threads, virtual ones where the JDK has them, where none is given. Its tasks ask wallet and stores, and take as long as these; a task that waits for
         * a thread is a stream that is cut late. Platforms are asked by threads of Livemeter's own, as they may hang. Not closed with Livemeter.
         */
        public Builder executor(Executor executor) {
            this.executor = executor;
            return this;
        }

        /**
         * By whose calendar the month of a payer begins, for tariffs with monthly tiers; the setting {@code livemeter.billing.zone} for all where nothing is given, and
         * UTC where that is not either. A session keeps the zone that it began with.
         */
        public Builder billingZone(Function<UserId, ZoneId> zoneOf) {
            this.zones = zoneOf;
            this.zonesGiven = true;
            return this;
        }

        /** Where identifiers come from. Where nothing is given they are random, and those of sessions {@linkplain IdSource#ordered in the order of their making}. */
        public Builder ids(IdSource ids) {
            this.ids = ids;
            this.givenIds = ids;
            return this;
        }

        /** Where the identifiers of sessions come from: each is settled again and again, together with those that were opened when it was. */
        IdSource sessionIds() {
            return givenIds == null ? IdSource.ordered(time) : givenIds;
        }

        /** Settings whose keys begin with {@code livemeter.}; others are ignored. What is given in code wins over them. */
        public Builder properties(Map<String, String> settings) {
            settings.forEach((key, value) -> {
                if (key.startsWith("livemeter.")) {
                    properties.put(key, value);
                }
            });
            return this;
        }

        /** As {@link #properties(Map)}. */
        public Builder properties(Properties settings) {
            var map = new HashMap<String, String>();
            settings.stringPropertyNames().forEach(key -> map.put(key, settings.getProperty(key)));
            return properties(map);
        }

        /** Looks up plugins with the thread's class loader: providers all, other parts where they are the only ones or named. */
        public Builder discover() {
            var context = Thread.currentThread().getContextClassLoader();
            return discover(context == null ? Livemeter.class.getClassLoader() : context);
        }

        /** As {@link #discover()}, with that class loader. */
        public Builder discover(ClassLoader plugins) {
            this.loader = plugins;
            return this;
        }

        /**
         * Puts the parts together and starts them.
         *
         * @throws ConfigurationException with every fault
         * @throws LivemeterException if a part cannot start
         */
        public Livemeter build() {
            var settings = new Settings(properties, faults);
            settings.checkSections();
            var found = chooseParts(settings);
            var price = tariff != null ? tariff : settings.tariff();
            var rules = policy != null ? policy : settings.policy(price);
            var prefix = keyPrefix != null ? keyPrefix : settings.streamKeyPrefix();
            var accountRules = settings.accounts();
            connecting = connecting != null ? connecting : accountRules;
            var broadcastRules = settings.broadcasts();
            shown = shown != null ? shown : broadcastRules;
            var pictures = settings.thumbnails();
            pictured = pictured != null ? pictured : pictures;
            checkPictures(found);
            var zoneOfAll = settings.billingZone();
            if (!zonesGiven) {
                zones = user -> zoneOfAll;
            }
            talk.complete(settings);
            completeCalls(settings.calls(price));
            if (price != null
                    && rules != null
                    && !price.currency().equals(rules.minimumToStart().currency())) {
                faults.add("The tariff is in " + price.currency() + " and the session policy in "
                        + rules.minimumToStart().currency() + "; give both in one currency.");
            }
            if (price != null
                    && called != null
                    && !price.currency()
                            .equals(called.policy().credit().minimumToStart().currency())) {
                faults.add("The tariff is in " + price.currency() + " and the rules of calls in "
                        + called.policy().credit().minimumToStart().currency() + "; give both in one currency.");
            }
            if (price != null) {
                ownPrices.forEach((service, own) -> {
                    if (!price.currency().equals(own.currency())) {
                        faults.add("The tariff is in " + price.currency() + " and that of " + service.notation()
                                + " in " + own.currency() + "; give both in one currency.");
                    }
                });
            }
            if (!faults.isEmpty() || found == null || price == null || rules == null) {
                closeAll(given());
                throw new ConfigurationException(faults);
            }
            return new Assembly(this, found, price, rules, prefix).start();
        }

        /** Takes from the settings what was not given in code; their faults are told either way. */
        private void completeCalls(CallSettings said) {
            if (called == null && signaled == null && CallSettings.areGiven(properties)) {
                faults.add("There are settings below livemeter.call, and no signaling for calls; give it with"
                        + " .calls(network), or remove them.");
            }
            said.prices().forEach(ownPrices::putIfAbsent);
            if (called == null && signaled != null) {
                try {
                    called = new Called(signaled.rules().apply(said.rules()).build(), signaled.network());
                } catch (ConfigurationException e) {
                    faults.addAll(e.faults());
                }
            }
        }

        record Found(
                Wallet wallet, Storage storage, @Nullable RelayController relay, SecretCipher cipher) {}

        private @Nullable Found chooseParts(Settings settings) {
            var lookUp = loader != null
                    || properties.containsKey("livemeter.wallet")
                    || properties.containsKey("livemeter.relay")
                    || (relay == null && FleetSettings.areGiven(properties));
            var components = new Components(properties, lookUp ? loaderOrDefault() : null, faults);
            if (wallet == null) {
                wallet = components.choose(Wallet.class, "wallet", ".wallet(...)");
            }
            if (relay == null && FleetSettings.areGiven(properties)) {
                relay = new FleetSettings(properties, components, faults).read(this::equip);
            } else if (relay == null) {
                relay = components.choose(RelayController.class, "relay", ".relay(...)");
            }
            if (loader != null) {
                components.all(StreamProvider.class, "provider").stream()
                        .filter(provider -> !providers.containsKey(provider.name()))
                        .forEach(this::provider);
            }
            if (storage == null && wallet instanceof Storage lent) {
                storage = lent;
            }
            var sealer = chooseCipher(settings);
            if (wallet == null) {
                faults.add(
                        "There is no wallet. Give one with .wallet(...), such as JdbcWallet.open(\"jdbc:h2:./livemeter\"),"
                                + " or add livemeter-jdbc and call .discover().");
                return null;
            }
            if (storage == null) {
                faults.add("There is no storage for sessions, stream keys and destinations. The wallet "
                        + wallet.getClass().getName() + " does not bring one; give one with .storage(...).");
                return null;
            }
            checkRecording(storage);
            if ((called != null || signaled != null)
                    && (storage.calls().isEmpty() || storage.rooms().isEmpty())) {
                faults.add("There are to be calls, and the storage "
                        + storage.getClass().getName()
                        + " keeps none; give another one with .storage(...), or leave .calls(...) out.");
            }
            if (sealer == null) {
                faults.add(
                        "There is no key to encrypt secrets with, and the storage offers none."
                                + " Give one with .secrets(AesGcmSecretCipher.withKeyFile(path)) or the setting livemeter.secret.key-file.");
                return null;
            }
            return new Found(wallet, storage, relay, sealer);
        }

        private RelayFleet.Builder equip(RelayFleet.Builder fleet) {
            return scheduler == null ? fleet.time(time) : fleet.time(time).scheduler(scheduler);
        }

        private void checkRecording(Storage stores) {
            if (recorded == null) {
                return;
            }
            if (!(relay instanceof RecordsStreams)) {
                faults.add("Streams are to be recorded, and "
                        + (relay == null
                                ? "there is no relay; give one with .relay(...)."
                                : "the relay " + relay.getClass().getName()
                                        + " cannot; give another one, or leave .recording(...) out."));
            }
            if (stores.recordings().isEmpty()) {
                faults.add("Streams are to be recorded, and the storage "
                        + stores.getClass().getName()
                        + " keeps no recordings; give another one with .storage(...), or leave .recording(...) out.");
            }
        }

        private void checkPictures(@Nullable Found parts) {
            if (pictured == null || parts == null) {
                return;
            }
            if (!(parts.relay() instanceof TakesPictures)) {
                faults.add("Streams are to have thumbnails, and "
                        + (parts.relay() == null
                                ? "there is no relay; give one with .relay(...)."
                                : "the relay " + parts.relay().getClass().getName()
                                        + " takes no pictures; give another one, or leave thumbnails out."));
            }
            if (parts.storage().thumbnails().isEmpty()) {
                faults.add("Streams are to have thumbnails, and the storage "
                        + parts.storage().getClass().getName()
                        + " keeps none; give another one with .storage(...), or leave thumbnails out.");
            }
        }

        private ClassLoader loaderOrDefault() {
            return loader != null ? loader : Livemeter.class.getClassLoader();
        }

        private @Nullable SecretCipher chooseCipher(Settings settings) {
            var keyFile = settings.keyFile();
            if (cipher != null) {
                return cipher;
            }
            if (keyFile != null) {
                return AesGcmSecretCipher.withKeyFile(keyFile);
            }
            return storage == null ? null : storage.cipher().orElse(null);
        }

        /** What was given or made so far and can be closed: the relay first; providers while there still is a storage. */
        Set<AutoCloseable> given() {
            var parts = new LinkedHashSet<AutoCloseable>();
            add(parts, relay);
            add(parts, called == null ? null : called.network());
            providers.values().forEach(provider -> add(parts, provider));
            add(parts, wallet);
            add(parts, storage);
            add(parts, recorded == null ? null : recorded.vault());
            return parts;
        }

        private static void add(Set<AutoCloseable> parts, @Nullable Object part) {
            if (part instanceof AutoCloseable closeable) {
                parts.add(closeable);
            }
        }
    }
}
