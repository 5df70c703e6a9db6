package dev.livemeter.time;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The executor used where the host gives none: a virtual thread per task where the JDK has them (21 and later), else a cached pool
 * of daemon threads. Looked up at run time, so that one jar serves every JDK from 17 on.
 */
public final class WorkerThreads {

    private WorkerThreads() {}

    /** A new executor; the caller closes it. */
    public static ExecutorService create() {
        try {
            var perTask = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (ExecutorService) perTask.invokeExact();
        } catch (NoSuchMethodException | IllegalAccessException olderJdk) {
            return Executors.newCachedThreadPool(task -> {
                var thread = new Thread(task, "livemeter-worker");
                thread.setDaemon(true);
                return thread;
            });
        } catch (Throwable unexpected) {
            throw new IllegalStateException("The JDK could not make an executor of virtual threads.", unexpected);
        }
    }
}
