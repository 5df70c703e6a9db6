package dev.livemeter.jdbc;

import static dev.livemeter.jdbc.Database.micros;
import static dev.livemeter.jdbc.Database.moment;

import dev.livemeter.chat.ChatAuthor;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatDraft;
import dev.livemeter.chat.ChatEntry;
import dev.livemeter.chat.ChatPage;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.ChatStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** What is said, on SQL. A writer holds the row of its channel from before it takes a number until it has committed, so numbers have no gap and become visible in their order. Moments are kept to the microsecond. */
final class JdbcChatStore implements ChatStore {

    private static final String ENTRY = "SELECT sequence, author, author_name, message_id, message, target, deleted_by,"
            + " at_micros FROM livemeter_chat_entry WHERE channel = :channel";

    private final Database database;

    JdbcChatStore(Database database) {
        this.database = database;
    }

    @Override
    public Posted post(ChatDraft draft, int kept) {
        // Run again where another one made the channel meanwhile.
        return database.writeOrFind(handle -> {
            var sequence = lock(handle, draft.channel()) + 1;
            var known = handle.createQuery("""
                            SELECT sequence, at_micros FROM livemeter_chat_id
                            WHERE channel = :channel AND author = :author AND message_id = :id""")
                    .bind("channel", draft.channel().key())
                    .bind("author", draft.author().person().notation())
                    .bind("id", draft.id())
                    .map((row, context) -> message(row.getLong("sequence"), draft, moment(row.getLong("at_micros"))))
                    .findOne();
            if (known.isPresent()) {
                return new Posted(
                        find(handle, draft.channel(), known.get().sequence()).orElse(known.get()), true);
            }
            var message = message(sequence, draft, draft.at());
            insert(handle, draft.channel(), message);
            number(handle, draft.channel(), sequence);
            forgetAllBut(handle, draft.channel(), kept);
            return new Posted(message, false);
        });
    }

    private static ChatEntry.Message message(long sequence, ChatDraft draft, Instant at) {
        return new ChatEntry.Message(sequence, draft.id(), draft.author(), draft.text(), at);
    }

    /** The last number of a channel, which is this transaction's to count up. */
    private static long lock(Handle handle, ChatChannel channel) {
        var last = handle.createQuery(
                        "SELECT last_sequence FROM livemeter_chat_channel WHERE channel = :channel FOR UPDATE")
                .bind("channel", channel.key())
                .mapTo(Long.class)
                .findOne();
        if (last.isPresent()) {
            return last.get();
        }
        handle.createUpdate("INSERT INTO livemeter_chat_channel (channel, last_sequence) VALUES (:channel, 0)")
                .bind("channel", channel.key())
                .execute();
        return 0;
    }

    private static void number(Handle handle, ChatChannel channel, long sequence) {
        handle.createUpdate("UPDATE livemeter_chat_channel SET last_sequence = :sequence WHERE channel = :channel")
                .bind("sequence", sequence)
                .bind("channel", channel.key())
                .execute();
    }

    private static void insert(Handle handle, ChatChannel channel, ChatEntry.Message message) {
        var author = message.author().person().notation();
        handle.createUpdate("""
                        INSERT INTO livemeter_chat_entry (channel, sequence, author, author_name, message_id, message, at_micros)
                        VALUES (:channel, :sequence, :author, :name, :id, :text, :at)""")
                .bind("channel", channel.key())
                .bind("sequence", message.sequence())
                .bind("author", author)
                .bind("name", message.author().name())
                .bind("id", message.id())
                .bind("text", message.text())
                .bind("at", micros(message.at()))
                .execute();
        handle.createUpdate("""
                        INSERT INTO livemeter_chat_id (channel, author, message_id, sequence, at_micros)
                        VALUES (:channel, :author, :id, :sequence, :at)""")
                .bind("channel", channel.key())
                .bind("author", author)
                .bind("id", message.id())
                .bind("sequence", message.sequence())
                .bind("at", micros(message.at()))
                .execute();
    }

    private static void forgetAllBut(Handle handle, ChatChannel channel, int kept) {
        var first = handle.createQuery("""
                        SELECT sequence FROM livemeter_chat_entry WHERE channel = :channel AND author IS NOT NULL
                        ORDER BY sequence DESC LIMIT 1 OFFSET :more""")
                .bind("channel", channel.key())
                .bind("more", kept - 1)
                .mapTo(Long.class)
                .findOne();
        first.ifPresent(sequence -> forgetBefore(handle, channel.key(), sequence));
    }

    private static int forgetBefore(Handle handle, String channel, long sequence) {
        return handle.createUpdate("DELETE FROM livemeter_chat_entry WHERE channel = :channel AND sequence < :first")
                .bind("channel", channel)
                .bind("first", sequence)
                .execute();
    }

    @Override
    public Optional<ChatEntry.Deletion> delete(ChatChannel channel, long message, UserId by, Instant at) {
        return database.writeOrFind(handle -> {
            var sequence = lock(handle, channel) + 1;
            var emptied = handle.createUpdate("""
                            UPDATE livemeter_chat_entry SET message = ''
                            WHERE channel = :channel AND sequence = :message AND author IS NOT NULL AND message <> ''""")
                    .bind("channel", channel.key())
                    .bind("message", message)
                    .execute();
            if (emptied == 0) {
                return Optional.empty();
            }
            handle.createUpdate("""
                            INSERT INTO livemeter_chat_entry (channel, sequence, target, deleted_by, at_micros)
                            VALUES (:channel, :sequence, :message, :by, :at)""")
                    .bind("channel", channel.key())
                    .bind("sequence", sequence)
                    .bind("message", message)
                    .bind("by", by.value())
                    .bind("at", micros(at))
                    .execute();
            number(handle, channel, sequence);
            return Optional.of(new ChatEntry.Deletion(sequence, message, by, at));
        });
    }

    @Override
    public ChatPage after(ChatChannel channel, long sequence) {
        return database.read(handle -> {
            var last = handle.createQuery("SELECT last_sequence FROM livemeter_chat_channel WHERE channel = :channel")
                    .bind("channel", channel.key())
                    .mapTo(Long.class)
                    .findOne()
                    .orElse(0L);
            var first = handle.createQuery("SELECT MIN(sequence) FROM livemeter_chat_entry WHERE channel = :channel")
                    .bind("channel", channel.key())
                    .map((row, context) -> row.getLong(1))
                    .one();
            var entries = handle.createQuery(ENTRY + " AND sequence > :after ORDER BY sequence")
                    .bind("channel", channel.key())
                    .bind("after", sequence)
                    .map((row, context) -> entry(row))
                    .list();
            return new ChatPage(entries, first == 0 ? last + 1 : first, last);
        });
    }

    private static Optional<ChatEntry.Message> find(Handle handle, ChatChannel channel, long sequence) {
        return handle.createQuery(ENTRY + " AND sequence = :sequence")
                .bind("channel", channel.key())
                .bind("sequence", sequence)
                .map((row, context) -> (ChatEntry.Message) entry(row))
                .findOne();
    }

    private static ChatEntry entry(ResultSet row) throws SQLException {
        var sequence = row.getLong("sequence");
        var at = moment(row.getLong("at_micros"));
        var author = row.getString("author");
        return author == null
                ? new ChatEntry.Deletion(sequence, row.getLong("target"), UserId.of(row.getString("deleted_by")), at)
                : new ChatEntry.Message(
                        sequence,
                        row.getString("message_id"),
                        new ChatAuthor(PersonId.parse(author), row.getString("author_name")),
                        row.getString("message"),
                        at);
    }

    @Override
    public Map<ChatChannel, Long> lastOf(Set<ChatChannel> channels) {
        var found = new HashMap<ChatChannel, Long>();
        if (channels.isEmpty()) {
            return found;
        }
        database.read(handle -> {
            var statements = new Statements(handle, database.dialect());
            return statements.list(
                    "SELECT channel, last_sequence FROM livemeter_chat_channel WHERE ",
                    statements.among("channel", channels, ChatChannel::key),
                    "",
                    row -> found.put(new ChatChannel(row.getString(1)), row.getLong(2)));
        });
        return found;
    }

    @Override
    public int forget(Instant entriesBefore, Instant idsBefore, int most) {
        var channels = database.read(handle -> handle.createQuery("""
                        SELECT channel FROM livemeter_chat_entry WHERE at_micros < :entries
                        UNION SELECT channel FROM livemeter_chat_id WHERE at_micros < :ids
                        ORDER BY channel LIMIT :most""")
                .bind("entries", micros(entriesBefore))
                .bind("ids", micros(idsBefore))
                .bind("most", most)
                .mapTo(String.class)
                .list());
        return (int) channels.stream()
                .filter(channel -> database.writeOrFind(handle -> forget(handle, channel, entriesBefore, idsBefore)))
                .count();
    }

    private static boolean forget(Handle handle, String channel, Instant entriesBefore, Instant idsBefore) {
        lock(handle, new ChatChannel(channel));
        var last = handle.createQuery(
                        "SELECT MAX(sequence) FROM livemeter_chat_entry WHERE channel = :channel AND at_micros < :before")
                .bind("channel", channel)
                .bind("before", micros(entriesBefore))
                .map((row, context) -> row.getLong(1))
                .one();
        var entries = last == 0 ? 0 : forgetBefore(handle, channel, last + 1);
        var ids = handle.createUpdate("DELETE FROM livemeter_chat_id WHERE channel = :channel AND at_micros < :before")
                .bind("channel", channel)
                .bind("before", micros(idsBefore))
                .execute();
        return entries + ids > 0;
    }
}
