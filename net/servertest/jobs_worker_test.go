package servertest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/redis/go-redis/v9"
)

// The scripts of TestJobs.
const (
	// dueScript takes the first job out of a sorted set whose time has come.
	dueScript = `
local first = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 1)[1]
if not first then return false end
if redis.call('ZREM', KEYS[1], first) ~= 1 then
	return redis.error_reply('what was found is not there')
end
return first`
	// releaseScript gives a lock back to which only its owner is entitled.
	releaseScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`
)

const (
	fetchSeconds = "0.05" // that a worker waits for a job before it looks whether to go home
	pollEvery    = 5 * time.Millisecond
	beatEvery    = 10 * time.Millisecond
	statsDay     = "2026-11-22" // the day that all of this happens on
	deadMost     = 1000
)

// run runs a script by its digest, and loads it when the server does not know it.
func (f *factory) run(s *redis.Script, key, arg string) *redis.Cmd {
	cmd := s.EvalSha(f.ctx, f.c, []string{key}, arg)
	if !redis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
		return cmd
	}
	f.missed.Add(1)
	if !f.try(s.Load(f.ctx, f.c).Err()) {
		return cmd
	}
	return s.EvalSha(f.ctx, f.c, []string{key}, arg)
}

// open tells whether there is still work to be expected.
func (f *factory) open() bool {
	select {
	case <-f.closing:
		return false
	default:
		return true
	}
}

// work is a worker: it takes one job after the other.
func (f *factory) work(number int) {
	chance := rand.New(rand.NewPCG(jobSeed, uint64(number)))
	for f.open() {
		args := []any{"BRPOP"}
		for _, key := range order(chance) {
			args = append(args, key)
		}
		got, err := f.c.Do(f.ctx, append(args, fetchSeconds)...).StringSlice()
		if err == redis.Nil {
			continue
		}
		if !f.try(err) {
			return
		}
		var j job
		if len(got) != 2 || !f.try(json.Unmarshal([]byte(got[1]), &j)) || "queue:"+j.Queue != got[0] {
			f.t.Errorf("fetched %q", got)
			return
		}
		f.busy.Add(1)
		f.do(number, j)
		f.busy.Add(-1)
	}
}

// do does a job, and notes how that went.
func (f *factory) do(number int, j job) {
	works := identity(number%processes) + ":work"
	thread := fmt.Sprintf("thread-%d", number)
	f.try(f.c.HSet(f.ctx, works, thread, f.text(j)).Err())
	failed := j.fails()
	_, err := f.c.TxPipelined(f.ctx, func(p redis.Pipeliner) error {
		f.count(p, "stat:processed")
		if failed {
			f.count(p, "stat:failed")
		} else {
			p.HIncrBy(f.ctx, "done", j.ID, 1)
		}
		p.HDel(f.ctx, works, thread)
		return nil
	})
	f.try(err)
	switch {
	case !failed:
		f.free(j)
		f.over.Add(1)
	case j.Retries < mostRetries:
		j.Retries++
		f.put("retry", j, 10*time.Millisecond)
	default:
		f.bury(j)
		f.free(j)
		f.over.Add(1)
	}
}

// count adds one to a figure, and to that of the day, which is kept for a while.
func (f *factory) count(p redis.Pipeliner, figure string) {
	p.IncrBy(f.ctx, figure, 1)
	p.IncrBy(f.ctx, figure+":"+statsDay, 1)
	p.Expire(f.ctx, figure+":"+statsDay, 24*time.Hour)
}

// free gives the lock of a job back, which it has if it is one of its kind.
func (f *factory) free(j job) {
	want := int64(0)
	if j.Unique {
		want = 1
	}
	for _, n := range []int64{want, 0} {
		got, err := f.run(f.release, lockOf(j), j.ID).Int64()
		if f.try(err) && got != n {
			f.t.Errorf("%s: %d locks were released, want %d", j.ID, got, n)
		}
	}
}

// bury puts a job among the dead, of which the latest are kept.
func (f *factory) bury(j job) {
	now := time.Now()
	_, err := f.c.TxPipelined(f.ctx, func(p redis.Pipeliner) error {
		p.ZAdd(f.ctx, "dead", redis.Z{Score: float64(now.Unix()), Member: f.text(j)})
		p.ZRemRangeByScore(f.ctx, "dead", "-inf", fmt.Sprint(now.Add(-time.Hour).Unix()))
		p.ZRemRangeByRank(f.ctx, "dead", 0, -deadMost-1)
		return nil
	})
	f.try(err)
}

// poll brings what is due to its queue.
func (f *factory) poll() {
	for f.open() {
		for _, set := range []string{"schedule", "retry"} {
			for f.bring(set) {
				continue
			}
		}
		time.Sleep(pollEvery)
	}
}

// bring brings the first job of a sorted set that is due, and tells whether there was one.
func (f *factory) bring(set string) bool {
	now := fmt.Sprintf("%.6f", float64(time.Now().UnixMicro())/1e6)
	text, err := f.run(f.due, set, now).Text()
	if err == redis.Nil || !f.try(err) {
		return false
	}
	var j job
	if !f.try(json.Unmarshal([]byte(text), &j)) {
		return false
	}
	f.push(j)
	return true
}

// identity is the name of a process.
func identity(process int) string { return fmt.Sprintf("host:%d:worker", process) }

// live gives signs of life of a process while there is work.
func (f *factory) live(process int) {
	for f.open() {
		f.beat(process)
		time.Sleep(beatEvery)
	}
}

// beat gives one sign of life, and asks whether there is a signal for the process.
func (f *factory) beat(process int) {
	name := identity(process)
	var signal *redis.StringCmd
	_, err := f.c.TxPipelined(f.ctx, func(p redis.Pipeliner) error {
		p.SAdd(f.ctx, "processes", name)
		p.Exists(f.ctx, name)
		p.HSet(f.ctx, name, "info", `{"concurrency":4}`, "busy", f.busy.Load(), "quiet", "false")
		p.Expire(f.ctx, name, time.Minute)
		signal = p.RPop(f.ctx, name+"-signals")
		return nil
	})
	if f.try(err) && signal.Err() != redis.Nil {
		f.t.Errorf("%s: signal %v", name, signal)
	}
}
