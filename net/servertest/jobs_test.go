package servertest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// What TestJobs is about.
const (
	jobs      = 400
	workers   = 8
	producers = 4
	pollers   = 2
	processes = 2  // that workers say they belong to
	sharing   = 20 // of so many jobs one is offered by every producer
	jobSeed   = 1  // of the order in which a worker asks for queues
	jobsTime  = 60 * time.Second
)

// queues are what workers take jobs from.
var queues = []string{"critical", "default", "low"}

// TestJobs does jobs as Sidekiq does: clients put them in lists, or in a sorted set
// for later; workers take them from several lists at once; what fails comes again
// later or ends among the dead; pollers bring what is due, by a script; statistics and
// signs of life are written in transactions; a lock keeps a job from being there twice.
//
// Every job is done once, and what is stored in the end is what redis-server stores.
func TestJobs(t *testing.T) {
	t.Parallel()
	oracle := doJobs(t, Redis(t))
	for _, n := range []int{1, 2, 7} {
		t.Run(fmt.Sprintf("shards=%d", n), func(t *testing.T) {
			t.Parallel()
			state := doJobs(t, Troupe(t, "--shards", strconv.Itoa(n)))
			for _, key := range slices.Sorted(maps.Keys(oracle)) {
				if state[key] != oracle[key] {
					t.Errorf("%s: got %s, redis-server has %s", key, state[key], oracle[key])
				}
				delete(state, key)
			}
			for key, value := range state {
				t.Errorf("%s: got %s, redis-server has nothing", key, value)
			}
		})
	}
}

// job is what is to be done. Its number tells how that goes.
type job struct {
	ID      string `json:"jid"`
	Queue   string `json:"queue"`
	Number  int    `json:"number"`
	Unique  bool   `json:"unique"`
	Retries int    `json:"retries"`
}

func newJob(n int) job {
	return job{ID: fmt.Sprintf("jid-%04d", n), Queue: queues[n%len(queues)], Number: n, Unique: n%sharing == 0}
}

// later tells whether the job is put off when it is made.
func (j job) later() bool { return j.Number%4 == 1 }

// fails tells whether the job, begun for the first or the second time, fails.
func (j job) fails() bool { return j.doomed() || j.Number%10 == 3 && j.Retries == 0 }

// doomed tells whether the job fails however often it is tried.
func (j job) doomed() bool { return j.Number%25 == 7 }

// mostRetries is how often a job is tried again.
const mostRetries = 1

// factory is everybody who works with one server.
type factory struct {
	t   *testing.T
	ctx context.Context
	c   *redis.Client

	release, due *redis.Script
	missed       atomic.Int64 // scripts that the server did not know
	over         atomic.Int64 // jobs that are done or dead
	busy         atomic.Int64 // workers that have a job
	closing      chan struct{}
}

// doJobs has all jobs done on a server, and returns what it stores in the end.
func doJobs(t *testing.T, s *Server) map[string]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), jobsTime)
	defer cancel()
	f := &factory{
		t: t, ctx: ctx, closing: make(chan struct{}), release: redis.NewScript(releaseScript), due: redis.NewScript(dueScript),
		c: redis.NewClient(&redis.Options{Addr: s.Addr, PoolSize: 50, MaxRetries: -1}),
	}
	defer func() { _ = f.c.Close() }()
	f.share()
	var staff, makers sync.WaitGroup
	for i := range workers {
		staff.Go(func() { f.work(i) })
	}
	for range pollers {
		staff.Go(f.poll)
	}
	for i := range processes {
		staff.Go(func() { f.live(i) })
	}
	for i := range producers {
		makers.Go(func() { f.produce(i) })
	}
	makers.Wait()
	for f.over.Load() < jobs && ctx.Err() == nil && !t.Failed() {
		time.Sleep(time.Millisecond)
	}
	close(f.closing)
	staff.Wait()
	if n := f.over.Load(); n != jobs {
		t.Fatalf("%s: %d jobs have ended, want %d", s.Name, n, jobs)
	}
	for i := range processes {
		f.beat(i)
	}
	f.check()
	return f.state()
}

// try reports an error other than that there is nothing, and tells whether there was none.
func (f *factory) try(err error) bool {
	if err != nil && err != redis.Nil {
		f.t.Error(err)
		return false
	}
	return true
}

// text returns a job as it is stored.
func (f *factory) text(j job) string {
	b, err := json.Marshal(j)
	f.try(err)
	return string(b)
}

// share has all producers offer the same jobs at the same time: each has its lock
// taken, and is pushed, once.
func (f *factory) share() {
	var offers sync.WaitGroup
	var pushed atomic.Int64
	for range producers {
		offers.Go(func() {
			for n := 0; n < jobs; n += sharing {
				j := newJob(n)
				taken, err := f.c.SetNX(f.ctx, lockOf(j), j.ID, time.Minute).Result()
				if f.try(err) && taken {
					pushed.Add(1)
					f.push(j)
				}
			}
		})
	}
	offers.Wait()
	if n := pushed.Load(); n != jobs/sharing {
		f.t.Fatalf("%d locks were taken, want %d", n, jobs/sharing)
	}
}

func lockOf(j job) string { return "unique:" + j.ID }

// produce makes a producer's part of the jobs that are not shared.
func (f *factory) produce(part int) {
	for n := part; n < jobs; n += producers {
		j := newJob(n)
		switch {
		case j.Unique:
		case j.later():
			f.put("schedule", j, time.Duration(20+n%100)*time.Millisecond)
		default:
			f.push(j)
		}
	}
}

// push puts a job in the list of its queue.
func (f *factory) push(j job) {
	_, err := f.c.Pipelined(f.ctx, func(p redis.Pipeliner) error {
		p.SAdd(f.ctx, "queues", j.Queue)
		p.LPush(f.ctx, "queue:"+j.Queue, f.text(j))
		return nil
	})
	f.try(err)
}

// put puts a job in a sorted set, to be due in a while.
func (f *factory) put(set string, j job, in time.Duration) {
	at := float64(time.Now().Add(in).UnixMicro()) / 1e6
	f.try(f.c.ZAdd(f.ctx, set, redis.Z{Score: at, Member: f.text(j)}).Err())
}

// order returns the keys of the queues in an order of chance, in which the first is
// asked first.
func order(chance *rand.Rand) []string {
	keys := make([]string, len(queues))
	for i, at := range chance.Perm(len(queues)) {
		keys[i] = "queue:" + queues[at]
	}
	return keys
}

// check looks at what must hold whatever the other server has.
func (f *factory) check() {
	if f.missed.Load() == 0 {
		f.t.Error("no script was new to the server")
	}
	done, err := f.c.HGetAll(f.ctx, "done").Result()
	f.try(err)
	for n := range jobs {
		j, want := newJob(n), "1"
		if j.doomed() {
			want = ""
		}
		if done[j.ID] != want {
			f.t.Errorf("%s was done %q times, want %q", j.ID, done[j.ID], want)
		}
	}
}

// state returns everything that is stored, but for the times of what is sorted by time.
func (f *factory) state() map[string]string {
	state := map[string]string{}
	keys, err := f.c.Keys(f.ctx, "*").Result()
	f.try(err)
	for _, key := range keys {
		ends := f.c.TTL(f.ctx, key).Val() > 0
		state[key] = fmt.Sprintf("%v, expires %v", f.value(key), ends)
	}
	return state
}

// value returns what a key holds, in an order that is the same for all servers.
func (f *factory) value(key string) any {
	var values []string
	var err error
	switch kind := f.c.Type(f.ctx, key).Val(); kind {
	case "string":
		return f.c.Get(f.ctx, key).Val()
	case "hash":
		return f.c.HGetAll(f.ctx, key).Val()
	case "set":
		values, err = f.c.SMembers(f.ctx, key).Result()
	case "zset":
		values, err = f.c.ZRange(f.ctx, key, 0, -1).Result()
	case "list":
		values, err = f.c.LRange(f.ctx, key, 0, -1).Result()
	default:
		f.t.Errorf("%s is %s", key, kind)
	}
	f.try(err)
	slices.Sort(values)
	return values
}
