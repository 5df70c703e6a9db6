package dev.livemeter.jdbc.crash;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Stops at the n-th call of a kind that a settlement makes, says so, and waits there to be killed; and counts all of them. Thread-safe. */
final class Fuse implements JdbcCalls.Listener {

    /** Where it stops. */
    enum Kind {
        NEVER,
        BEFORE_STATEMENT,
        AFTER_STATEMENT,
        BEFORE_COMMIT,
        AFTER_COMMIT
    }

    private final Kind kind;
    private final long at;
    private final BooleanSupplier counts;
    private final Runnable burnt;
    private final AtomicLong statements = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong statementsDone = new AtomicLong();
    private final AtomicLong commitsDone = new AtomicLong();
    private volatile boolean lit;

    /**
     * Not lit yet.
     *
     * @param counts whether a call of this thread counts
     * @param burnt is told once, in the thread that made the call, which goes no further
     */
    Fuse(Kind kind, long at, BooleanSupplier counts, Runnable burnt) {
        this.kind = kind;
        this.at = at;
        this.counts = counts;
        this.burnt = burnt;
    }

    /** What was called before, to open the database and the first sessions, is not counted. */
    void light() {
        lit = true;
    }

    long calls() {
        return statementsDone.get();
    }

    long commits() {
        return commitsDone.get();
    }

    @Override
    public void before(JdbcCalls.Call call) {
        if (call == JdbcCalls.Call.COMMIT) {
            count(commits, Kind.BEFORE_COMMIT);
        } else {
            count(statements, Kind.BEFORE_STATEMENT);
        }
    }

    @Override
    public void after(JdbcCalls.Call call) {
        if (call == JdbcCalls.Call.COMMIT) {
            count(commitsDone, Kind.AFTER_COMMIT);
        } else {
            count(statementsDone, Kind.AFTER_STATEMENT);
        }
    }

    private void count(AtomicLong counter, Kind here) {
        if (lit && counts.getAsBoolean() && counter.incrementAndGet() == at && kind == here) {
            burnt.run();
            while (true) {
                LockSupport.park(this);
            }
        }
    }
}
