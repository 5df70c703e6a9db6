/** The books: a double-entry ledger over a storage port, and the wallet that it makes. */
module dev.livemeter.billing {
    requires transitive dev.livemeter.core;
    requires static org.jspecify;

    exports dev.livemeter.billing;
}
