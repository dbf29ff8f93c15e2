package script

import (
	"strings"
	"sync"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"github.com/troupe-db/troupe/shard/script/lualib"
)

// evalMost is how many scripts that only EVAL has brought are kept, as since Redis 7.4.
const evalMost = 500

// bodyMost bounds the bytes of a script's text.
const bodyMost = 16 << 20

// DigestSize is the length of a script's digest, in hexadecimal.
const DigestSize = 40

// The names of chunks, which stand in messages.
const (
	chunkScript   = "@user_script"
	chunkFunction = "@user_function"
)

// Script is a script that was compiled. It does not change; all machines share it.
type Script struct {
	SHA   string // of the body, 40 hexadecimal digits
	Body  string
	Flags Flags

	proto    *lua.FunctionProto
	confined bool        // it touches no key but those that a request declares
	loaded   atomic.Bool // SCRIPT LOAD has brought it; else it goes when there are too many
	used     atomic.Bool // since it was last passed over
}

// cache holds scripts by digest and by body.
//
// Invariant: every script is in both maps; those that only EVAL has brought are in
// passing, oldest first, too. A script that SCRIPT LOAD brings later stays there until it
// is passed over.
type cache struct {
	mu      sync.RWMutex
	bySHA   map[string]*Script
	byBody  map[string]*Script
	passing []*Script
	bytes   int64 // of bodies
	evicted int64
}

func (c *cache) init() {
	c.bySHA, c.byBody, c.passing, c.bytes = map[string]*Script{}, map[string]*Script{}, nil, 0
}

// Eval returns the script of a body, compiled if it was not known, or the error for the
// client.
func (e *Engine) Eval(body []byte) (*Script, string) { return e.find(body, false) }

// Load is Eval for a script that is to stay.
func (e *Engine) Load(body []byte) (*Script, string) { return e.find(body, true) }

func (e *Engine) find(body []byte, stays bool) (*Script, string) {
	c := &e.cache
	c.mu.RLock()
	s := c.byBody[string(body)]
	c.mu.RUnlock()
	if s == nil {
		var refusal string
		if s, refusal = e.compile(string(body)); refusal != "" {
			return nil, refusal
		}
		s = c.add(s, stays)
	}
	if stays {
		s.loaded.Store(true)
	} else if !s.used.Load() {
		s.used.Store(true)
	}
	return s, ""
}

// Get returns the script with a digest, in any case, or nil.
func (e *Engine) Get(sha []byte) *Script {
	if len(sha) != DigestSize {
		return nil
	}
	c := &e.cache
	c.mu.RLock()
	s := c.bySHA[string(sha)]
	if s == nil {
		s = c.bySHA[strings.ToLower(string(sha))]
	}
	c.mu.RUnlock()
	if s != nil && !s.used.Load() {
		s.used.Store(true)
	}
	return s
}

// Flush forgets all scripts.
func (e *Engine) Flush() {
	c := &e.cache
	c.mu.Lock()
	c.init()
	c.mu.Unlock()
	e.mu.Lock()
	e.evals = nil
	e.mu.Unlock()
}

// add keeps a script, unless somebody else has just kept it, and returns the one to use.
func (c *cache) add(s *Script, stays bool) *Script {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.bySHA[s.SHA]; known != nil {
		return known
	}
	c.bySHA[s.SHA], c.byBody[s.Body] = s, s
	c.bytes += int64(len(s.Body))
	if !stays {
		c.passing = append(c.passing, s)
	}
	for len(c.passing) > evalMost {
		c.pass()
	}
	return s
}

// pass forgets the oldest script that only EVAL has brought, or lets it stay for another
// round when it was used meanwhile.
func (c *cache) pass() {
	for {
		s := c.passing[0]
		c.passing[0] = nil
		c.passing = c.passing[1:]
		switch {
		case s.loaded.Load():
			return
		case s.used.Swap(false):
			c.passing = append(c.passing, s)
			continue
		}
		delete(c.bySHA, s.SHA)
		delete(c.byBody, s.Body)
		c.bytes -= int64(len(s.Body))
		c.evicted++
		return
	}
}

// compile makes a script of a body, or returns the error for the client.
func (e *Engine) compile(body string) (*Script, string) {
	if len(body) > bodyMost {
		return nil, "ERR Error compiling script (new function): " + errMemory
	}
	flags, code, refusal := parseShebang(body)
	if refusal != "" {
		return nil, refusal
	}
	proto, err := lualib.Compile(code, chunkScript)
	if err != nil {
		return nil, "ERR Error compiling script (new function): " + err.Error()
	}
	return &Script{
		SHA: digest(body), Body: body, Flags: flags, proto: proto,
		confined: confined(code, e.known, false),
	}, ""
}

// CacheFigures tell about the scripts that are known.
type CacheFigures struct {
	Scripts int
	Bytes   int64 // of their texts
	Evicted int64 // since the start
}

// CacheFigures returns the figures of the scripts that are known.
func (e *Engine) CacheFigures() CacheFigures {
	c := &e.cache
	c.mu.RLock()
	defer c.mu.RUnlock()
	return CacheFigures{Scripts: len(c.bySHA), Bytes: c.bytes, Evicted: c.evicted}
}
