package dev.livemeter.testing.simulation;

import dev.livemeter.LivemeterException;
import dev.livemeter.billing.LedgerReader;
import dev.livemeter.billing.LedgerSettler;
import dev.livemeter.billing.LedgerStore;
import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.billing.LedgerWallet;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.InMemoryLedgerStore;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.ManualTime;
import java.util.function.Function;

/** The stores of a world in memory, each world with its own. */
final class InMemoryWorld implements WorldStores, LedgerStore {

    private final InMemoryLedgerStore books = new InMemoryLedgerStore();
    private final InMemoryStorage storage = InMemoryStorage.shared();
    private final Wallet wallet;
    private final Settler settler;
    private boolean undoes;

    InMemoryWorld(ManualTime time) {
        wallet = new LedgerWallet(this, time);
        var together = storage.settlements(books);
        settler = new LedgerSettler(
                new dev.livemeter.billing.SettlementStore() {
                    @Override
                    public <T> T settle(Function<dev.livemeter.billing.SettlementTransaction, T> work) {
                        return together.settle(unit -> undoable(work.apply(unit)));
                    }

                    @Override
                    public <T> T read(Function<LedgerReader, T> questions) {
                        return together.read(questions);
                    }
                },
                time);
    }

    @Override
    public Wallet wallet() {
        return wallet;
    }

    @Override
    public SessionStore sessions() {
        return storage.sessions();
    }

    @Override
    public Settler settler() {
        return settler;
    }

    @Override
    public LedgerStore ledger() {
        return books;
    }

    @Override
    public boolean undoNext() {
        undoes = true;
        return true;
    }

    @Override
    public <T> T read(Function<LedgerReader, T> questions) {
        return books.read(questions);
    }

    @Override
    public <T> T transact(Function<LedgerTransaction, T> work) {
        return books.transact(unit -> undoable(work.apply(unit)));
    }

    /** Called when all is written and nothing committed yet. */
    private <T> T undoable(T result) {
        if (undoes) {
            undoes = false;
            throw new LivemeterException(
                    "storage.busy", "The unit of work was undone for another one; repeat it.", true, null);
        }
        return result;
    }
}
