package dev.livemeter.benchmarks;

/** One question that is measured. */
interface Part {

    /** As it is named on the command line. */
    String name();

    /**
     * Measures.
     *
     * @param databases opens those that the part wants
     * @throws Exception where something failed, or where money was made or lost
     */
    void run(Plan plan, Databases databases, Report report) throws Exception;
}
