package dev.livemeter.call;

import dev.livemeter.event.Events;
import dev.livemeter.session.Meter;
import dev.livemeter.session.Prices;
import dev.livemeter.spi.CallStore;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.PeerNetwork;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Wallet;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.wallet.Wallets;

/**
 * What calls work with. Put together by Livemeter.
 *
 * @param wallet to look balances up
 * @param wallets to take tips
 */
public record CallParts(
        CallPolicy policy,
        PeerNetwork network,
        Meter meter,
        Wallet wallet,
        Wallets wallets,
        Prices prices,
        CallStore store,
        SessionStore sessions,
        SecretCipher cipher,
        TimeSource time,
        Scheduler scheduler,
        IdSource ids,
        Events events) {}
