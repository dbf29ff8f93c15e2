// What an application does with ioredis.
const assert = require('node:assert/strict')
const { Redis } = require('ioredis')

async function main() {
  const redis = new Redis({ port: Number(process.env.PORT), maxRetriesPerRequest: 1 })
  await redis.flushall()
  assert.equal(await redis.set('k', 'v', 'PX', 100000), 'OK')
  assert.equal(await redis.get('k'), 'v')
  assert.deepEqual(await redis.getBuffer('k'), Buffer.from('v'))
  assert.equal(await redis.hset('h', { a: 1, b: 2 }), 2)
  assert.deepEqual(await redis.hgetall('h'), { a: '1', b: '2' })
  assert.equal(await redis.zadd('z', 1, 'one', 2, 'two'), 2)
  assert.deepEqual(await redis.zrange('z', 0, -1, 'WITHSCORES'), ['one', '1', 'two', '2'])

  const piped = await redis.pipeline().set('p', 'q').get('p').lpush('k', 'wrong').exec()
  assert.deepEqual(piped.slice(0, 2), [[null, 'OK'], [null, 'q']])
  assert.match(piped[2][0].message, /WRONGTYPE/)
  assert.deepEqual(await redis.multi().incr('n').incr('n').exec(), [[null, 1], [null, 2]])
  await redis.watch('n')
  await redis.duplicate().incr('n')
  assert.equal(await redis.multi().incr('n').exec(), null)

  const subscriber = redis.duplicate()
  await subscriber.psubscribe('ne*')
  const heard = new Promise((resolve) => subscriber.on('pmessage', (pattern, channel, message) => resolve([pattern, channel, message])))
  await redis.publish('news', 'hello')
  assert.deepEqual(await heard, ['ne*', 'news', 'hello'])

  for (let i = 0; i < 500; i++) redis.set(`scan:${i}`, i)
  const found = new Set()
  for await (const keys of redis.scanStream({ match: 'scan:*' })) keys.forEach((key) => found.add(key))
  assert.equal(found.size, 500)

  await redis.xgroup('CREATE', 'stream', 'group', '$', 'MKSTREAM')
  const waiting = redis.duplicate()
  const got = waiting.xreadgroup('GROUP', 'group', 'me', 'BLOCK', 5000, 'STREAMS', 'stream', '>')
  const id = await redis.xadd('stream', '*', 'f', 'v')
  assert.deepEqual(await got, [['stream', [[id, ['f', 'v']]]]])
  assert.equal(await redis.xack('stream', 'group', id), 1)

  // A lock is let go by a script: only its holder may.
  redis.defineCommand('unlock', {
    numberOfKeys: 1,
    lua: "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0",
  })
  assert.equal(await redis.set('lock', 'mine', 'PX', 30000, 'NX'), 'OK')
  assert.equal(await redis.set('lock', 'yours', 'PX', 30000, 'NX'), null)
  assert.equal(await redis.unlock('lock', 'yours'), 0)
  assert.equal(await redis.unlock('lock', 'mine'), 1)

  // A token bucket: ten at once, then one every 100 ms.
  redis.defineCommand('take', {
    numberOfKeys: 1,
    lua: `
      local size, gap, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
      local state = redis.call('HMGET', KEYS[1], 'left', 'at')
      local left, at = tonumber(state[1]) or size, tonumber(state[2]) or now
      left = math.min(size, left + math.floor((now - at) / gap))
      local allowed = left > 0
      if allowed then left = left - 1 end
      redis.call('HSET', KEYS[1], 'left', left, 'at', now)
      redis.call('PEXPIRE', KEYS[1], size * gap)
      return { allowed and 1 or 0, left }`,
  })
  for (let i = 0; i < 10; i++) assert.deepEqual(await redis.take('bucket', 10, 100, 1000), [1, 9 - i])
  assert.deepEqual(await redis.take('bucket', 10, 100, 1000), [0, 0])
  assert.deepEqual(await redis.take('bucket', 10, 100, 1100), [1, 0])

  subscriber.disconnect()
  waiting.disconnect()
  redis.disconnect()
}

main().then(() => { console.log('ok'); process.exit(0) }, (err) => { console.error(err); process.exit(1) })
