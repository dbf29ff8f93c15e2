// A job queue of BullMQ: producers, workers, retries, delays, priorities, flows. Its
// scripts build the names of most of their keys themselves.
const assert = require('node:assert/strict')
const { Queue, Worker, QueueEvents, FlowProducer } = require('bullmq')

const connection = { host: '127.0.0.1', port: Number(process.env.PORT), maxRetriesPerRequest: null }

async function main() {
  const queue = new Queue('work', { connection })
  const events = new QueueEvents('work', { connection })
  await events.waitUntilReady()
  const tries = new Map()
  const done = []
  const worker = new Worker('work', async (job) => {
    tries.set(job.id, (tries.get(job.id) ?? 0) + 1)
    if (job.data.fail && tries.get(job.id) < 3) throw new Error('not yet')
    await job.updateProgress(50)
    done.push(job.name)
    return job.data.n * 2
  }, { connection, concurrency: 8 })
  await worker.waitUntilReady()

  const plain = await queue.addBulk(Array.from({ length: 200 }, (_, n) => ({ name: `plain${n}`, data: { n } })))
  const late = await queue.add('late', { n: 7 }, { delay: 300 })
  const stubborn = await queue.add('stubborn', { n: 8, fail: true }, { attempts: 5, backoff: { type: 'fixed', delay: 50 } })
  const urgent = await queue.add('urgent', { n: 9 }, { priority: 1 })
  for (const job of [...plain, late, stubborn, urgent]) {
    assert.equal(await job.waitUntilFinished(events, 30000), job.data.n * 2)
  }
  assert.equal(tries.get(stubborn.id), 3)
  assert.equal(done.length, 203)
  const counts = await queue.getJobCounts('completed', 'failed', 'active', 'waiting', 'delayed')
  assert.deepEqual(counts, { completed: 203, failed: 0, active: 0, waiting: 0, delayed: 0 })

  const flow = new FlowProducer({ connection })
  const tree = await flow.add({
    name: 'parent', queueName: 'work', data: { n: 1 },
    children: [{ name: 'child', queueName: 'work', data: { n: 2 } }, { name: 'child', queueName: 'work', data: { n: 3 } }],
  })
  assert.equal(await tree.job.waitUntilFinished(events, 30000), 2)
  assert.equal(Object.keys(await tree.job.getChildrenValues()).length, 2)

  await worker.close()
  await events.close()
  await flow.close()
  await queue.obliterate({ force: true })
  await queue.close()
}

main().then(() => { console.log('ok'); process.exit(0) }, (err) => { console.error(err); process.exit(1) })
