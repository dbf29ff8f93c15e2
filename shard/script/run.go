package script

import (
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/shard/script/lualib"
)

// What a run has come to. It may be ended from outside as long as it is clean.
const (
	stateClean  int32 = iota
	stateDirty        // a command that writes was called
	stateKilled       // it must end
)

// Run is one execution of a script or function: made by a connection, executed in the
// turn that holds its shards.
type Run struct {
	engine   *Engine
	script   *Script   // nil for a function
	function *Function // nil for a script
	keys     [][]byte
	args     [][]byte
	readOnly bool // EVAL_RO and its kin
	host     Host

	state   atomic.Int32
	began   time.Time // set by tarry, with request
	request [][]byte  // what the client has sent, a copy
}

// RunScript returns a run of a script. keys and args are views that must stay as they
// are until it is over.
func (e *Engine) RunScript(s *Script, keys, args [][]byte, readOnly bool) *Run {
	return &Run{engine: e, script: s, keys: keys, args: args, readOnly: readOnly}
}

// RunFunction is RunScript for a function.
func (e *Engine) RunFunction(f *Function, keys, args [][]byte, readOnly bool) *Run {
	return &Run{engine: e, function: f, keys: keys, args: args, readOnly: readOnly}
}

// Name returns the digest of the script, or the name of the function.
func (r *Run) Name() string {
	if r.function != nil {
		return r.function.Name
	}
	return r.script.SHA
}

// flags returns what the script or function has declared.
func (r *Run) flags() Flags {
	if r.function != nil {
		return r.function.Flags
	}
	return r.script.Flags
}

// Confined tells that the script touches no key but those that the request declares.
func (r *Run) Confined() bool {
	if r.function != nil {
		return r.function.library.confined
	}
	return r.script.confined
}

// Execute runs the script and writes its reply to w, in the protocol of w.
func (r *Run) Execute(host Host, w *resp.Writer) {
	f := r.flags()
	switch {
	case r.readOnly && f&(Compat|NoWrites) == 0:
		w.Error(ErrReadOnlyCall)
		return
	case f&(Compat|AllowOOM|NoWrites) == 0 && host.Refusal() != "":
		w.Error(host.Refusal())
		return
	}
	r.host = host
	m, whole := r.engine.take(r.function), false
	defer func() { r.leave(m, whole) }()
	m.begin(r)
	if err := m.execute(r); err != nil {
		m.fail(w, err)
	} else {
		m.writeReply(w, m.L.Get(-1))
	}
	whole = true
}

// leave gives the machine back, unless something has panicked: then nobody uses it again.
func (r *Run) leave(m *machine, whole bool) {
	r.engine.forget(r)
	r.host = nil
	m.end()
	if whole && !(m.worn() && r.function == nil) {
		r.engine.give(m, r.function)
	}
}

// execute calls the script, whose result is then on the stack.
func (m *machine) execute(r *Run) error {
	if r.function != nil {
		fn, err := m.callback(r.function)
		if err != nil {
			return err
		}
		m.L.Push(fn)
		m.L.Push(m.strings(r.keys))
		m.L.Push(m.strings(r.args))
		return m.L.PCall(2, 1, m.handler)
	}
	m.lib.SetGlobal("KEYS", m.strings(r.keys))
	m.lib.SetGlobal("ARGV", m.strings(r.args))
	m.L.Push(m.lib.Load(r.script.proto))
	return m.L.PCall(0, 1, m.handler)
}

// fail writes the error that a script has ended with.
func (m *machine) fail(w *resp.Writer, err error) {
	value := lualib.ErrorValue(err)
	t, ok := value.(*lua.LTable)
	if !ok {
		text := "execution failure"
		if s, ok := value.(lua.LString); ok {
			text = string(s)
		}
		w.Error("ERR Error running script " + m.run.Name() + ", " + text[:min(len(text), 100)])
		return
	}
	t = m.Unprotected(t)
	text, ok := t.RawGetString("err").(lua.LString)
	if !ok {
		text = errNoText
	}
	line := errorLine(string(text))
	source, hasSource := t.RawGetString("source").(lua.LString)
	number, hasLine := t.RawGetString("line").(lua.LNumber)
	if hasSource && hasLine {
		line += " script: " + m.run.Name() + ", on " + string(source) + ":" + strconv.Itoa(int(number)) + "."
	}
	w.Error(line)
}

// mustEnd returns why the script must end, or nil.
func (r *Run) mustEnd() error {
	switch {
	case r.engine.stopping.Load():
		return ending(errEnded)
	case r.state.Load() == stateKilled:
		return ending(errKilled)
	}
	return nil
}

// tarry tells everybody that the script runs for too long.
func (r *Run) tarry(began time.Time) {
	r.began, r.request = began, r.describe()
	r.engine.remember(r)
	r.host.Overdue(r.busyText())
}

// busyText is what others are told that the run keeps waiting.
func (r *Run) busyText() string {
	if r.function != nil {
		return ErrBusyFunction
	}
	return ErrBusyScript
}

// describe returns the request that the run is, as FUNCTION STATS shows it.
func (r *Run) describe() [][]byte {
	name := "EVALSHA"
	if r.function != nil {
		name = "FCALL"
	}
	if r.readOnly {
		name += "_RO"
	}
	words := [][]byte{[]byte(name), []byte(r.Name()), strconv.AppendInt(nil, int64(len(r.keys)), 10)}
	for _, word := range slices.Concat(r.keys, r.args) {
		words = append(words, slices.Clone(word))
	}
	return words
}
