package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.session.SessionId;
import dev.livemeter.spi.ThumbnailStore;
import dev.livemeter.thumbnail.Thumbnail;
import dev.livemeter.thumbnail.ThumbnailContent;
import dev.livemeter.thumbnail.ThumbnailNote;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** What streams looked like, on SQL. Moments are kept to the microsecond. */
final class JdbcThumbnailStore implements ThumbnailStore {

    private static final String CHANGE = """
        UPDATE livemeter_thumbnail SET kind = :kind, made_at = :made_at, picture = :picture, link = :link,
            detail = :detail, picture_bytes = :picture_bytes
        WHERE session = :session\
        """;

    private final Database database;

    JdbcThumbnailStore(Database database) {
        this.database = database;
    }

    @Override
    public void save(Thumbnail thumbnail) {
        store(thumbnail, "");
    }

    @Override
    public boolean offer(Thumbnail thumbnail) {
        return store(thumbnail, " AND kind <> 'LINK'");
    }

    /** Run again where another one made the row meanwhile. */
    private boolean store(Thumbnail thumbnail, String condition) {
        return database.writeOrFind(handle -> {
            if (bound(handle.createUpdate(CHANGE + condition), thumbnail).execute() == 1) {
                return true;
            }
            // No row, or one that the condition keeps. One that somebody else made in between is no reason to give up.
            if (!condition.isEmpty() && isLink(handle, thumbnail.session())) {
                return false;
            }
            bound(handle.createUpdate("""
                INSERT INTO livemeter_thumbnail (session, kind, made_at, picture, link, detail, picture_bytes)
                VALUES (:session, :kind, :made_at, :picture, :link, :detail, :picture_bytes)\
                """), thumbnail).execute();
            return true;
        });
    }

    private static boolean isLink(Handle handle, SessionId session) {
        return handle.createQuery("SELECT COUNT(*) FROM livemeter_thumbnail WHERE session = :session AND kind = 'LINK'")
                        .bind("session", session.value())
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    private static <S extends SqlStatement<S>> S bound(S statement, Thumbnail thumbnail) {
        var content = thumbnail.content();
        var picture = content instanceof ThumbnailContent.Picture one ? one.jpeg() : null;
        return statement
                .bind("session", thumbnail.session().value())
                .bind("kind", kind(content))
                .bind("made_at", micros(thumbnail.madeAt()))
                .bind("picture", picture)
                .bind(
                        "link",
                        content instanceof ThumbnailContent.Link link
                                ? link.address().toString()
                                : null)
                .bind("detail", content instanceof ThumbnailContent.Missing missing ? missing.why() : "")
                .bind("picture_bytes", picture == null ? 0 : picture.length);
    }

    private static String kind(ThumbnailContent content) {
        if (content instanceof ThumbnailContent.Picture) {
            return "PICTURE";
        }
        return content instanceof ThumbnailContent.Link ? "LINK" : "MISSING";
    }

    @Override
    public Optional<Thumbnail> find(SessionId session) {
        return database.read(handle -> handle.createQuery("SELECT * FROM livemeter_thumbnail WHERE session = :session")
                .bind("session", session.value())
                .map((row, context) -> thumbnail(row))
                .findOne());
    }

    private static Thumbnail thumbnail(ResultSet row) throws SQLException {
        return new Thumbnail(
                new SessionId(row.getString("session")),
                moment(row.getLong("made_at")),
                switch (row.getString("kind")) {
                    case "PICTURE" ->
                        new ThumbnailContent.Picture(Objects.requireNonNull(row.getBytes("picture"), "picture"));
                    case "LINK" -> new ThumbnailContent.Link(URI.create(row.getString("link")));
                    default -> new ThumbnailContent.Missing(row.getString("detail"));
                });
    }

    @Override
    public Map<SessionId, ThumbnailNote> notes(Collection<SessionId> sessions) {
        if (sessions.isEmpty()) {
            return Map.of();
        }
        return database.read(handle -> {
            var statements = new Statements(handle, database.dialect());
            return statements.map(
                    "SELECT session, made_at, picture_bytes, link, detail FROM livemeter_thumbnail WHERE ",
                    statements.among("session", sessions, SessionId::value),
                    "",
                    JdbcThumbnailStore::note,
                    ThumbnailNote::session);
        });
    }

    private static ThumbnailNote note(ResultSet row) throws SQLException {
        var link = row.getString("link");
        return new ThumbnailNote(
                new SessionId(row.getString("session")),
                moment(row.getLong("made_at")),
                row.getInt("picture_bytes"),
                link == null ? null : URI.create(link),
                row.getString("detail"));
    }

    @Override
    public boolean remove(SessionId session) {
        return database.write(
                handle -> handle.createUpdate("DELETE FROM livemeter_thumbnail WHERE session = :session")
                                .bind("session", session.value())
                                .execute()
                        == 1,
                "");
    }

    /** In two steps, as the databases differ in how a bounded deletion is said; what changes in between is as young as it was made to be. */
    @Override
    public int removeBefore(Instant moment, int limit) {
        return database.write(
                handle -> {
                    var old = handle.createQuery("""
                        SELECT session FROM livemeter_thumbnail WHERE made_at < :moment AND kind <> 'LINK'
                        ORDER BY made_at, session LIMIT :most\
                        """)
                            .bind("moment", micros(moment))
                            .bind("most", limit)
                            .mapTo(String.class)
                            .list();
                    var removed = 0;
                    if (!old.isEmpty()) {
                        var batch = handle.prepareBatch("""
                            DELETE FROM livemeter_thumbnail
                            WHERE session = :session AND made_at < :moment AND kind <> 'LINK'\
                            """);
                        old.forEach(session -> batch.bind("session", session)
                                .bind("moment", micros(moment))
                                .add());
                        for (var count : batch.execute()) {
                            removed += count;
                        }
                    }
                    return removed;
                },
                "");
    }
}
