package dev.livemeter.benchmarks;

import java.io.IOException;
import java.util.List;

/** Where the nginx of a soak is. */
interface SoakRelay extends AutoCloseable {

    /** nginx's worker dies, as by a crash. */
    void killWorkers() throws Exception;

    /** nginx dies, and its worker with it. */
    void kill() throws Exception;

    /** What nginx's workers hold in memory; 0 while there are none. */
    double mebibytes() throws IOException;

    /** What happens here beside what happens everywhere. */
    List<SoakStep> story(Stage stage);

    /** What was there to be seen at the end, and is known here alone. */
    void look(SoakFindings findings) throws Exception;

    @Override
    void close();

    /** What such a story works on. */
    interface Stage {

        SoakFindings findings();

        SoakOutages outages();

        SoakProcess application();

        /** Puts a new certificate into the place of the one before. */
        void renewCertificate() throws Exception;
    }
}
