// What an application does with node-redis, in both versions of the protocol.
const assert = require('node:assert/strict')
const { createClient } = require('redis')

async function use(RESP) {
  const client = createClient({ url: `redis://127.0.0.1:${process.env.PORT}`, RESP, name: 'node' })
  client.on('error', (err) => { throw err })
  await client.connect()
  await client.flushAll()

  assert.equal(await client.set('k', 'v', { EX: 100 }), 'OK')
  assert.equal(await client.get('k'), 'v')
  assert.equal(await client.get('absent'), null)
  assert.ok(await client.ttl('k') > 90)
  assert.equal(await client.incrBy('n', 41), 41)
  assert.deepEqual(await client.mGet(['k', 'absent']), ['v', null])

  assert.equal(await client.hSet('h', { a: '1', b: '2' }), 2)
  assert.deepEqual({ ...(await client.hGetAll('h')) }, { a: '1', b: '2' })
  await client.rPush('l', ['x', 'y', 'z'])
  assert.deepEqual(await client.lRange('l', 0, -1), ['x', 'y', 'z'])
  await client.sAdd('s', ['p', 'q'])
  assert.deepEqual([...(await client.sMembers('s'))].sort(), ['p', 'q'])
  await client.zAdd('z', [{ score: 1, value: 'one' }, { score: 2.5, value: 'two' }])
  assert.deepEqual((await client.zRangeWithScores('z', 0, -1)).map((m) => [m.value, m.score]), [['one', 1], ['two', 2.5]])
  const id = await client.xAdd('x', '*', { field: 'value' })
  const read = await client.xRange('x', '-', '+')
  assert.equal(read[0].id, id)
  assert.equal(read[0].message.field, 'value')

  const results = await client.multi().set('m', '1').incr('m').get('m').exec()
  assert.deepEqual(results, ['OK', 2, '2'])
  const many = await Promise.all(Array.from({ length: 1000 }, (_, i) => client.set(`many:${i}`, String(i))))
  assert.ok(many.every((reply) => reply === 'OK'))
  let scanned = 0
  for await (const keys of client.scanIterator({ MATCH: 'many:*', COUNT: 100 })) scanned += Array.isArray(keys) ? keys.length : 1
  assert.equal(scanned, 1000)

  const subscriber = client.duplicate()
  subscriber.on('error', (err) => { throw err })
  await subscriber.connect()
  const heard = new Promise((resolve) => subscriber.subscribe('news', resolve).then(() => client.publish('news', 'hello')))
  assert.equal(await heard, 'hello')
  await subscriber.unsubscribe('news')

  const waiting = subscriber.blPop('queue', 5)
  await client.rPush('queue', 'job')
  assert.deepEqual(Object.values(await waiting).map(String), ['queue', 'job'])
  subscriber.destroy()

  assert.equal(await client.eval('return {KEYS[1], ARGV[1], 42}', { keys: ['k'], arguments: ['a'] }).then(String), 'k,a,42')
  await assert.rejects(client.hGet('l', 'f'), /WRONGTYPE/)
  await client.close()
}

use(2).then(() => use(3)).then(() => console.log('ok'), (err) => { console.error(err); process.exit(1) })
