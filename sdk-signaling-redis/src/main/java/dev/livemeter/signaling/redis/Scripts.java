package dev.livemeter.signaling.redis;

/**
 * What Redis does in one step. All work on three keys (who holds what; which nodes live until when; the last version) and on a set of ids for each node. Time is that of Redis, so
 * the clocks of the nodes do not matter. An entry is {@code NODE SINCE VERSION PROOF}.
 */
final class Scripts {

    private static final String COMMON = """
            local held, nodes, clock = KEYS[1], KEYS[2], KEYS[3]
            local prefix, node = ARGV[1], ARGV[2]
            local time = redis.call('TIME')
            local micros = time[1] * 1000000 + time[2]
            local function set(whose) return prefix .. 'of:' .. whose end
            local function alive(who)
              local till = redis.call('ZSCORE', nodes, who)
              return till and tonumber(till) > micros
            end
            local function read(entry) return entry:match('^(%S+) (%S+) (%S+) (%S+)$') end
            local function line(id, who, since, version)
              return id .. '\\t' .. who .. '\\t' .. since .. '\\t' .. version
            end
            local function freed(whose, most, how)
              local ids = redis.call('SPOP', set(whose), most)
              local lines = {}
              for _, id in ipairs(ids) do
                local entry = redis.call('HGET', held, id)
                if entry then
                  local who, since, version = read(entry)
                  if who == whose then
                    redis.call('HDEL', held, id)
                    lines[#lines + 1] = line(id, who, since, version) .. '\\t' .. how
                  end
                end
              end
              if #lines > 0 then redis.call('PUBLISH', prefix .. 'news', 'F' .. table.concat(lines, '\\n')) end
              return #ids
            end
            """;

    /** ID, PROOF, SINCE (empty for a new one), MOST. Answers HELD SINCE VERSION, TAKEN, FULL, or UNKNOWN where the node itself counts as dead. */
    static final String CLAIM = COMMON + """
            local id, proof, since, most = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
            if not alive(node) then return {'UNKNOWN'} end
            local entry = redis.call('HGET', held, id)
            if entry then
              local who, began, version, known = read(entry)
              if alive(who) then
                if since == '' then
                  if known ~= proof then return {'TAKEN'} end
                elseif who == node and began == since then
                  return {'HELD', began, version}
                elseif known == proof then
                  if tonumber(began) > tonumber(since) then return {'TAKEN'} end
                elseif tonumber(began) < tonumber(since) then
                  return {'TAKEN'}
                end
              end
              redis.call('SREM', set(who), id)
            elseif since == '' and redis.call('HLEN', held) >= most then
              return {'FULL'}
            end
            local next = math.max(tonumber(redis.call('GET', clock) or '0') + 1, micros)
            local version = string.format('%.0f', next)
            redis.call('SET', clock, version)
            if since == '' then since = version end
            redis.call('HSET', held, id, node .. ' ' .. since .. ' ' .. version .. ' ' .. proof)
            redis.call('SADD', set(node), id)
            redis.call('PUBLISH', prefix .. 'news', 'H' .. line(id, node, since, version))
            return {'HELD', since, version}
            """;

    /** ID, VERSION, HOW. */
    static final String RELEASE = COMMON + """
            local id = ARGV[3]
            local entry = redis.call('HGET', held, id)
            if not entry then return 0 end
            local who, since, version = read(entry)
            if who ~= node or version ~= ARGV[4] then return 0 end
            redis.call('HDEL', held, id)
            redis.call('SREM', set(node), id)
            redis.call('PUBLISH', prefix .. 'news', 'F' .. line(id, node, since, version) .. '\\t' .. ARGV[5])
            return 1
            """;

    /**
     * LEASE in microseconds. The node lives, and hears everything that is held, over the channel on which it hears all else, so that it stands in the order of the news.
     */
    static final String JOIN = COMMON + """
            redis.call('ZADD', nodes, string.format('%.0f', micros + tonumber(ARGV[3])), node)
            local mine = prefix .. 'to:' .. node
            redis.call('PUBLISH', mine, 'B')
            local all = redis.call('HGETALL', held)
            local lines = {}
            for i = 1, #all, 2 do
              local who, since, version = read(all[i + 1])
              lines[#lines + 1] = line(all[i], who, since, version)
              if #lines == 500 then
                redis.call('PUBLISH', mine, 'S' .. table.concat(lines, '\\n'))
                lines = {}
              end
            end
            if #lines > 0 then redis.call('PUBLISH', mine, 'S' .. table.concat(lines, '\\n')) end
            redis.call('PUBLISH', mine, 'E')
            return 1
            """;

    /** LEASE in microseconds, MOST. The node lives on; what dead ones held is freed, so much at a time. Answers 0 where the node had counted as dead. */
    static final String BEAT = COMMON + """
            local known = redis.call('ZSCORE', nodes, node)
            if known then
              redis.call('ZADD', nodes, string.format('%.0f', micros + tonumber(ARGV[3])), node)
            end
            local most = tonumber(ARGV[4])
            for _, dead in ipairs(redis.call('ZRANGEBYSCORE', nodes, '-inf', string.format('%.0f', micros))) do
              most = most - freed(dead, most, 'LOST')
              if most <= 0 then break end
              redis.call('ZREM', nodes, dead)
            end
            return known and 1 or 0
            """;

    /** The node goes. */
    static final String LEAVE = COMMON + """
            while freed(node, 1000, 'LOST') > 0 do end
            redis.call('ZREM', nodes, node)
            return 1
            """;

    private Scripts() {}
}
