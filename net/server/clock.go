package server

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-db/troupe/shard"
)

// clock does what is due from time to time: housekeeping ticks for the shards,
// idle clients, memory figures.
type clock struct {
	server *Server
	rate   atomic.Int64 // ticks a second
	quit   chan struct{}
	ended  sync.WaitGroup

	reclaimer reclaimer
	collector *collector
}

func startClock(s *Server) *clock {
	c := &clock{server: s, quit: make(chan struct{}), collector: newCollector()}
	c.setRate(s.config.Values().Hz)
	c.ended.Go(c.run)
	return c
}

func (c *clock) setRate(hz int) { c.rate.Store(int64(max(hz, 1))) }

func (c *clock) stop() {
	close(c.quit)
	c.ended.Wait()
	c.collector.release()
}

func (c *clock) run() {
	second := time.Now()
	for {
		interval := time.Second / time.Duration(c.rate.Load())
		timer := time.NewTimer(interval)
		select {
		case <-c.quit:
			timer.Stop()
			return
		case now := <-timer.C:
			c.server.troupe.Tick(interval)
			c.server.admin.Tick(now)
			c.collector.grow(liveBytes())
			c.server.env.Clients.CheckEnded(now)
			if now.Sub(second) >= time.Second {
				second = now
				c.everySecond(now)
			}
		}
	}
}

// changes returns how many there have been since the start.
func changes(reports []shard.Report) (sum int64) {
	for i := range reports {
		sum += reports[i].Stats.Dirty
	}
	return sum
}

func (c *clock) everySecond(now time.Time) {
	c.server.troupe.SetOverhead(c.server.env.Clients.BufferBytes() + c.server.hub.Figures().Bytes + c.server.tracking.Figures().Bytes())
	reports := c.server.troupe.Reports()
	c.reclaimer.look(now, reports)
	c.collector.bound(c.server.config.Values().Data.MaxMemory, dataOutside(reports), liveBytes())
	c.server.persist.Tick(now, changes(reports))
	c.server.aof.Tick(now)
	c.server.env.Clients.CheckOutput(now)
	limit := c.server.settings.Load().Timeout
	if limit <= 0 {
		return
	}
	for _, client := range c.server.env.Clients.All() {
		if client.Expired(now, limit) {
			client.Close()
		}
	}
}
