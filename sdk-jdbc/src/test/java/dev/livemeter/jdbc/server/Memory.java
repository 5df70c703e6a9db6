package dev.livemeter.jdbc.server;

/** How much a server keeps in memory. */
public enum Memory {
    /** Little: for tests, of which several servers run beside each other. */
    SMALL(64, 16),
    /** What an operator would give a server whose books are some hundred megabytes: for measurements. */
    AMPLE(1024, 512);

    private final int pagesMebibytes;
    private final int logMebibytes;

    Memory(int pagesMebibytes, int logMebibytes) {
        this.pagesMebibytes = pagesMebibytes;
        this.logMebibytes = logMebibytes;
    }

    /** For the pages of tables and indexes. */
    int pagesMebibytes() {
        return pagesMebibytes;
    }

    /** What may be logged before pages have to be written back, where the server is told. */
    int logMebibytes() {
        return logMebibytes;
    }
}
