// Command asynq runs a job queue of the asynq library: its scripts are what is
// tried.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
)

const jobs = 200

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("ok")
}

func run() error {
	at := asynq.RedisClientOpt{Addr: "127.0.0.1:" + os.Getenv("PORT")}
	var plain, tries, late atomic.Int64
	mux := asynq.NewServeMux()
	mux.HandleFunc("plain", func(context.Context, *asynq.Task) error { plain.Add(1); return nil })
	mux.HandleFunc("late", func(context.Context, *asynq.Task) error { late.Add(1); return nil })
	mux.HandleFunc("stubborn", func(context.Context, *asynq.Task) error {
		if tries.Add(1) < 3 {
			return errors.New("not yet")
		}
		return nil
	})
	server := asynq.NewServer(at, asynq.Config{
		Concurrency: 8, LogLevel: asynq.FatalLevel,
		Queues:                   map[string]int{"critical": 3, "default": 1},
		DelayedTaskCheckInterval: 50 * time.Millisecond, TaskCheckInterval: 50 * time.Millisecond,
		RetryDelayFunc: func(int, error, *asynq.Task) time.Duration { return 50 * time.Millisecond },
	})
	if err := server.Start(mux); err != nil {
		return err
	}
	defer server.Shutdown()

	client := asynq.NewClient(at)
	defer client.Close()
	for i := range jobs {
		if _, err := client.Enqueue(asynq.NewTask("plain", nil), asynq.Queue([]string{"critical", "default"}[i%2])); err != nil {
			return err
		}
	}
	for _, task := range []struct {
		name    string
		options []asynq.Option
	}{
		{"stubborn", []asynq.Option{asynq.MaxRetry(5), asynq.Retention(time.Minute)}},
		{"late", []asynq.Option{asynq.ProcessIn(time.Second)}},
	} {
		if _, err := client.Enqueue(asynq.NewTask(task.name, nil), task.options...); err != nil {
			return err
		}
	}
	once := asynq.NewTask("late", []byte("unique"))
	if _, err := client.Enqueue(once, asynq.Unique(time.Minute), asynq.ProcessIn(time.Second)); err != nil {
		return err
	}
	if _, err := client.Enqueue(once, asynq.Unique(time.Minute)); !errors.Is(err, asynq.ErrDuplicateTask) {
		return fmt.Errorf("a task that must be unique was taken twice: %v", err)
	}
	return wait(func() bool { return plain.Load() == jobs && tries.Load() == 3 && late.Load() == 2 }, func() string {
		return fmt.Sprintf("%d of %d plain jobs, %d of 3 tries, %d of 2 late jobs", plain.Load(), jobs, tries.Load(), late.Load())
	})
}

// wait waits until done, at most half a minute, and says how far it has come.
func wait(done func() bool, state func() string) error {
	for range 600 {
		if done() {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("not done in time: " + state())
}
