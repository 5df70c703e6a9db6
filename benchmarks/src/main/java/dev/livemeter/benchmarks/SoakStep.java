package dev.livemeter.benchmarks;

/**
 * Something that happens during a soak.
 *
 * @param percent when, as a part of the whole
 * @param what a phrase for people
 */
record SoakStep(int percent, String what, Act act) {

    /** What is done. It may take its time; the next step is not earlier for that. */
    @FunctionalInterface
    interface Act {

        void perform() throws Exception;
    }
}
