package dev.livemeter.jdbc.crash;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A data source that tells of each statement and each commit, before and after it. */
final class JdbcCalls {

    /** Who is told, in the thread that calls. */
    interface Listener {

        void before(Call call) throws SQLException;

        void after(Call call) throws SQLException;
    }

    /** What goes to the database. */
    enum Call {
        STATEMENT,
        COMMIT
    }

    private final Listener listener;

    private JdbcCalls(Listener listener) {
        this.listener = listener;
    }

    static DataSource of(DataSource source, Listener listener) {
        return new JdbcCalls(listener).dataSource(source);
    }

    private DataSource dataSource(DataSource source) {
        return proxy(DataSource.class, (proxy, method, arguments) -> {
            var result = method.invoke(source, arguments);
            return result instanceof Connection connection ? connection(connection) : result;
        });
    }

    private Connection connection(Connection connection) {
        return proxy(Connection.class, (proxy, method, arguments) -> {
            if (method.getName().equals("commit")) {
                listener.before(Call.COMMIT);
                var result = method.invoke(connection, arguments);
                listener.after(Call.COMMIT);
                return result;
            }
            var result = method.invoke(connection, arguments);
            if (result instanceof PreparedStatement statement) {
                return statement(PreparedStatement.class, statement);
            }
            return result instanceof Statement statement ? statement(Statement.class, statement) : result;
        });
    }

    private <S extends Statement> S statement(Class<S> type, S statement) {
        return proxy(type, (proxy, method, arguments) -> {
            if (!method.getName().startsWith("execute")) {
                return method.invoke(statement, arguments);
            }
            listener.before(Call.STATEMENT);
            var result = method.invoke(statement, arguments);
            listener.after(Call.STATEMENT);
            return result;
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return handler.invoke(proxy, method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
