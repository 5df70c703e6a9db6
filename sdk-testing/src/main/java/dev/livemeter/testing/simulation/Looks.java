package dev.livemeter.testing.simulation;

/**
 * How often stores are asked for what they keep, besides the answers, each of which is compared.
 *
 * @param readBackEvery after every n-th call that changes something, what it was about is read back
 * @param proveEvery after every n-th event, everything is read back and the books are proved
 */
record Looks(int readBackEvery, int proveEvery) {

    static final Looks USUAL = new Looks(1, 500);
}
