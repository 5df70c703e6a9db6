package dev.livemeter.testing;

import dev.livemeter.spi.ChatStore;
import dev.livemeter.testing.contract.ChatStoreContract;

class InMemoryChatStoreTest extends ChatStoreContract {
    @Override
    protected ChatStore create() {
        return InMemoryStorage.create().chats().orElseThrow();
    }
}
