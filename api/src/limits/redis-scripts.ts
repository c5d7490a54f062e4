/**
 * Redis runs a script from its first line to its last without anything between: that is what makes a step atomic. A number
 * goes back as an integer, so waits are rounded up here. Keys live as long as they mean something.
 */

const level = `
local function level(key, now, capacity, refill)
  local kept = redis.call('HMGET', key, 't', 'a')
  if not kept[1] then return capacity end
  local passed = math.max(0, now - tonumber(kept[2])) / 1000
  return math.min(capacity, tonumber(kept[1]) + passed * refill)
end
local function keep(key, now, capacity, refill, tokens)
  local untilFull = math.ceil((capacity - tokens) / refill * 1000)
  if untilFull <= 0 then redis.call('DEL', key) return end
  redis.call('HSET', key, 't', tostring(tokens), 'a', tostring(now))
  redis.call('PEXPIRE', key, untilFull)
end`

const take = `${level}
local now = tonumber(ARGV[1])
local wait, levels = 0, {}
for i, key in ipairs(KEYS) do
  local capacity, refill, cost = tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3]), tonumber(ARGV[i * 3 + 1])
  levels[i] = level(key, now, capacity, refill)
  if levels[i] < cost then wait = math.max(wait, 1, math.ceil((cost - levels[i]) / refill * 1000 - 0.000001)) end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  keep(key, now, tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3]), levels[i] - tonumber(ARGV[i * 3 + 1]))
end
return 0`

const giveBack = `${level}
local now = tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
  local capacity, refill, cost = tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3]), tonumber(ARGV[i * 3 + 1])
  keep(key, now, capacity, refill, math.min(capacity, level(key, now, capacity, refill) + cost))
end
return 0`

const attempt = `
local now, free, first, longest, forget = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local kept = redis.call('HMGET', KEYS[1], 'n', 'a')
local attempts, at = tonumber(kept[1] or 0), tonumber(kept[2] or 0)
if at > now then return math.ceil(math.min(at - now, longest)) end
if now >= at + forget then attempts = 0 end
attempts = attempts + 1
local wait = 0
if attempts > free then wait = math.min(first * 2 ^ math.min(attempts - free - 1, 40), longest) end
redis.call('HSET', KEYS[1], 'n', tostring(attempts), 'a', tostring(now + wait))
redis.call('PEXPIRE', KEYS[1], math.ceil(wait + forget))
return 0`

const withdraw = `
local now, forget = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'n', 'a')
local attempts, at = tonumber(kept[1] or 0), math.min(tonumber(kept[2] or 0), now)
if attempts <= 1 then redis.call('DEL', KEYS[1]) return 0 end
redis.call('HSET', KEYS[1], 'n', tostring(attempts - 1), 'a', tostring(at))
redis.call('PEXPIRE', KEYS[1], math.max(1, math.ceil(at + forget - now)))
return 0`

const turn = `
local now, burst, interval, longest, hold = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local held = redis.call('GET', KEYS[2])
if held and tonumber(held) + hold > now then
  if tonumber(held) > now then return math.ceil(tonumber(held) - now) end
  redis.call('DEL', KEYS[2])
  return 0
end
local ending = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + interval
local due = ending - burst * interval
if due - now > longest then return longest end
redis.call('SET', KEYS[1], tostring(ending), 'PX', math.ceil(ending - now))
if due <= now then return 0 end
redis.call('SET', KEYS[2], tostring(due), 'PX', math.ceil(due - now + hold))
return math.ceil(due - now)`

export const scripts = {
  limitTake: { keys: null, lua: take },
  limitGiveBack: { keys: null, lua: giveBack },
  limitAttempt: { keys: 1, lua: attempt },
  limitWithdraw: { keys: 1, lua: withdraw },
  limitTurn: { keys: 2, lua: turn },
}
