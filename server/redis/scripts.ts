/**
 * The scripts. They decide nothing: a change is made where the job is as it was when the rules decided it, and else the
 * job as it is comes back. `#!lua` makes a key of another slot an error on one server as it is on a cluster.
 */

/**
 * KEYS job, events, snapshot, due, asked. ARGV expected version ('' = the job must not be), new version, record, job id,
 * due at ('' = nothing), requests ('' = none), ms to live, snapshot ('' = as it is), its sequence, last sequence to drop
 * ('' = none), last sequence before, number of batches, then for each its id, length and events, then for each message
 * 's' or 'p' (sharded or not), channel and text. → {1}, {1, why something behind the change failed}, or
 * {0, version or '', record or ''}.
 *
 * A script that breaks off is not rolled back. So what it writes before the record counts only with the record: events
 * beyond the record's sequence are no events, and are taken away before others are added. (First one is added, so that
 * nothing is taken away where nothing can be added.) What follows the record is made good by the next change, or by
 * readers who compare.
 */
const COMMIT = `#!lua
local known = redis.call('HMGET', KEYS[1], 'v', 'rec')
local version = known[1] or ''
if version == ARGV[2] then return {1} end
if version ~= ARGV[1] then return {0, version, known[2] or ''} end
local before, batches, at = ARGV[11] .. '-0', tonumber(ARGV[12]), 13
if batches > 0 and #redis.call('XRANGE', KEYS[2], '(' .. before, '+', 'COUNT', 1) > 0 then
  redis.call('XADD', KEYS[2], '*', 'n', '0', 'd', '[]')
  local kept = redis.call('XRANGE', KEYS[2], '-', before)
  redis.call('DEL', KEYS[2])
  for _, batch in ipairs(kept) do redis.call('XADD', KEYS[2], batch[1], unpack(batch[2])) end
end
for _ = 1, batches do
  redis.call('XADD', KEYS[2], ARGV[at], 'n', ARGV[at + 1], 'd', ARGV[at + 2])
  at = at + 3
end
if ARGV[8] ~= '' then redis.call('SET', KEYS[3], ARGV[8]) end
if ARGV[5] == '' then redis.call('ZREM', KEYS[4], ARGV[4]) else redis.call('ZADD', KEYS[4], ARGV[5], ARGV[4]) end
if ARGV[6] == '' then redis.call('HDEL', KEYS[5], ARGV[4]) else redis.call('HSET', KEYS[5], ARGV[4], ARGV[6]) end
if ARGV[8] == '' then
  redis.call('HSET', KEYS[1], 'v', ARGV[2], 'rec', ARGV[3])
else
  redis.call('HSET', KEYS[1], 'v', ARGV[2], 'rec', ARGV[3], 'sn', ARGV[9])
end
local problem
local function try(...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then problem = reply.err end
end
if ARGV[10] ~= '' then try('XTRIM', KEYS[2], 'MINID', ARGV[10] .. '-1') end
for i = 1, 3 do try('PEXPIRE', KEYS[i], ARGV[7]) end
for i = at, #ARGV, 3 do
  try(ARGV[i] == 's' and 'SPUBLISH' or 'PUBLISH', ARGV[i + 1], ARGV[i + 2])
end
return {1, problem}`;

/** KEYS as of COMMIT. ARGV expected version, job id. → {1} or {0, version or '', record or ''}. */
const FORGET = `#!lua
local known = redis.call('HMGET', KEYS[1], 'v', 'rec')
if not known[1] then
  redis.call('ZREM', KEYS[4], ARGV[2])
  redis.call('HDEL', KEYS[5], ARGV[2])
  return {1}
end
if known[1] ~= ARGV[1] then return {0, known[1], known[2]} end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
redis.call('ZREM', KEYS[4], ARGV[2])
redis.call('HDEL', KEYS[5], ARGV[2])
return {1}`;

/**
 * KEYS job, events. ARGV sequence after which events are wanted, at most so many events, at most so much content (a
 * batch is whole, and at least one comes). → {} or {version, record, '', id, length, events, …}.
 */
const READ_EVENTS = `#!lua
local known = redis.call('HMGET', KEYS[1], 'v', 'rec')
if not known[1] then return {} end
local reply = {known[1], known[2], ''}
local from, first, start = '(' .. ARGV[1] .. '-0', tonumber(ARGV[1]), nil
local maxEvents, maxLength = tonumber(ARGV[2]), tonumber(ARGV[3])
while true do
  local batches = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', 32)
  for _, batch in ipairs(batches) do
    local length = tonumber(batch[2][2])
    start = start or length
    reply[#reply + 1] = batch[1]
    reply[#reply + 1] = batch[2][2]
    reply[#reply + 1] = batch[2][4]
    local last = tonumber(string.match(batch[1], '^%d+'))
    if last - first >= maxEvents or length - start >= maxLength then return reply end
    from = '(' .. batch[1]
  end
  if #batches < 32 then return reply end
end`;

/** KEYS job, events, snapshot. → {} or {version, record, snapshot or '', id, length, events, …} from the snapshot on. */
const READ_STATE = `#!lua
local known = redis.call('HMGET', KEYS[1], 'v', 'rec', 'sn')
if not known[1] then return {} end
local reply = {known[1], known[2], redis.call('GET', KEYS[3]) or ''}
for _, batch in ipairs(redis.call('XRANGE', KEYS[2], '(' .. (known[3] or '0') .. '-0', '+')) do
  reply[#reply + 1] = batch[1]
  reply[#reply + 1] = batch[2][2]
  reply[#reply + 1] = batch[2][4]
end
return reply`;

/**
 * KEYS events. ARGV last sequence, its length, events to keep, content to keep, the newest sequence that may go. → {} or
 * {sequence, length} of the newest batch that may go since what follows it is enough.
 */
const TRIM_POINT = `#!lua
local last, length = tonumber(ARGV[1]), tonumber(ARGV[2])
local from = '(' .. (tonumber(ARGV[5]) + 1) .. '-0'
while true do
  local batches = redis.call('XREVRANGE', KEYS[1], from, '-', 'COUNT', 32)
  for _, batch in ipairs(batches) do
    local id = tonumber(string.match(batch[1], '^%d+'))
    local ends = tonumber(batch[2][2])
    if last - id >= tonumber(ARGV[3]) or length - ends >= tonumber(ARGV[4]) then return {id, ends} end
    from = '(' .. batch[1]
  end
  if #batches < 32 then return {} end
end`;

/** KEYS answer. ARGV expected text ('' = none), new text, ms to live. → '' or the text as it is. */
const KEEP_ANSWER = `#!lua
local known = redis.call('GET', KEYS[1]) or ''
if known ~= ARGV[1] then return known end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return ''`;

/**
 * KEYS sorted sets, the first of which decides. ARGV members, each followed by a score. Takes those out of all sets that
 * the first holds at no higher score, or not at all. → how many.
 */
const UNLIST = `#!lua
local taken = 0
for i = 1, #ARGV, 2 do
  local score = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if not score or tonumber(score) <= tonumber(ARGV[i + 1]) then
    for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[i]) end
    taken = taken + 1
  end
end
return taken`;

/** For the client's option `scripts`. */
export const SCRIPTS: Record<keyof Scripted, { lua: string; numberOfKeys: number }> = {
  rgCommit: { lua: COMMIT, numberOfKeys: 5 },
  rgForget: { lua: FORGET, numberOfKeys: 5 },
  rgReadEvents: { lua: READ_EVENTS, numberOfKeys: 2 },
  rgReadState: { lua: READ_STATE, numberOfKeys: 3 },
  rgTrimPoint: { lua: TRIM_POINT, numberOfKeys: 1 },
  rgKeepAnswer: { lua: KEEP_ANSWER, numberOfKeys: 1 },
  rgUnlist: { lua: UNLIST, numberOfKeys: 1 },
  rgForgetListed: { lua: UNLIST, numberOfKeys: 3 },
};

type Argument = string | number;

/** What `SCRIPTS` adds to a client; the replies are what each script's comment says. */
export interface Scripted {
  rgCommit(...args: Argument[]): Promise<[1] | [1, string] | [0, string, string]>;
  rgForget(...args: Argument[]): Promise<[1] | [0, string, string]>;
  rgReadEvents(...args: Argument[]): Promise<string[]>;
  rgReadState(...args: Argument[]): Promise<string[]>;
  rgTrimPoint(...args: Argument[]): Promise<number[]>;
  rgKeepAnswer(...args: Argument[]): Promise<string>;
  rgUnlist(...args: Argument[]): Promise<number>;
  rgForgetListed(...args: Argument[]): Promise<number>;
}
