package script

import (
	"crypto/sha1"
	"encoding/hex"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
)

// fieldIgnore marks errors that were counted where they arose.
const fieldIgnore = "ignore_error_stats_update"

// The version that scripts are told, and the numbers of redis.set_repl and redis.log.
const (
	versionText = "7.4.0"
	version     = 7<<16 | 4<<8

	replAll  = 3
	logLevel = 3 // the highest
)

// redisTable makes the table redis with what scripts of every kind find there.
func (m *machine) redisTable() *lua.LTable {
	t := m.L.CreateTable(0, 32)
	m.fill(t, "log", m.log)
	for i, name := range []string{"LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"} {
		t.RawSetString(name, lua.LNumber(i))
	}
	t.RawSetString("REDIS_VERSION", lua.LString(versionText))
	t.RawSetString("REDIS_VERSION_NUM", lua.LNumber(version))
	return t
}

func (m *machine) fill(t *lua.LTable, name string, f lua.LGFunction) {
	t.RawSetString(name, m.L.NewFunction(f))
}

// openRedis makes the global table redis, for scripts or for functions.
func (m *machine) openRedis(functions bool) {
	t := m.redisTable()
	m.fill(t, "status_reply", statusReply)
	m.fill(t, "error_reply", errorReply)
	m.fill(t, "sha1hex", sha1Hex)
	m.fill(t, "call", func(L *lua.LState) int { return m.call(L, true) })
	m.fill(t, "pcall", func(L *lua.LState) int { return m.call(L, false) })
	m.fill(t, "setresp", m.setResp)
	m.fill(t, "set_repl", setRepl)
	m.fill(t, "acl_check_cmd", m.aclCheck)
	for name, flags := range map[string]lua.LNumber{
		"REPL_NONE": 0, "REPL_AOF": 1, "REPL_SLAVE": 2, "REPL_REPLICA": 2, "REPL_ALL": replAll,
	} {
		t.RawSetString(name, flags)
	}
	if !functions {
		m.fill(t, "breakpoint", breakpoint)
		m.fill(t, "debug", debug)
		m.fill(t, "replicate_commands", replicateCommands)
	}
	m.redis = t
	m.lib.SetGlobal("redis", m.lib.Protect(t))
}

// errorTable returns an error as scripts see it. text begins with its code.
func errorTable(L *lua.LState, text string) *lua.LTable {
	t := L.CreateTable(0, 1)
	t.RawSetString("err", lua.LString(text))
	return t
}

// raise ends the function at hand with an error. text begins with its code.
func raise(L *lua.LState, text string) { L.Error(errorTable(L, text), 0) }

func (m *machine) log(L *lua.LState) int {
	n := L.GetTop()
	if n < 2 {
		raise(L, errLogWords)
	}
	level, ok := L.Get(1).(lua.LNumber)
	if !ok {
		raise(L, errLogLevelType)
	}
	if level < 0 || level > logLevel {
		raise(L, errLogLevel)
	}
	var words []string
	for i := 2; i <= n; i++ {
		switch v := L.Get(i).(type) {
		case lua.LString, lua.LNumber:
			words = append(words, v.String())
		}
	}
	if m.run != nil {
		m.run.host.Log(int(level), strings.Join(words, " "))
	}
	return 0
}

func statusReply(L *lua.LState) int {
	text, ok := L.Get(1).(lua.LString)
	if !ok || L.GetTop() != 1 {
		L.Push(errorTable(L, errReplyWords))
		return 1
	}
	t := L.CreateTable(0, 1)
	t.RawSetString("ok", text)
	L.Push(t)
	return 1
}

func errorReply(L *lua.LState) int {
	text, ok := L.Get(1).(lua.LString)
	if !ok || L.GetTop() != 1 {
		L.Push(errorTable(L, errReplyWords))
		return 1
	}
	L.Push(errorTable(L, coded(string(text))))
	return 1
}

// coded gives a text that is one word the code that errors without one have.
func coded(text string) string {
	text = strings.TrimPrefix(text, "-")
	code, rest, found := strings.Cut(text, " ")
	if !found {
		code, rest = "ERR", text
	}
	return code + " " + strings.Trim(rest, "\r\n")
}

func sha1Hex(L *lua.LState) int {
	if L.GetTop() != 1 {
		raise(L, errWords)
	}
	text := ""
	switch v := L.Get(1).(type) {
	case lua.LString, lua.LNumber:
		text = lua.LVAsString(v)
	}
	L.Push(lua.LString(digest(text)))
	return 1
}

// digest returns the SHA-1 of a text in hexadecimal.
func digest(text string) string {
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (m *machine) setResp(L *lua.LState) int {
	if L.GetTop() != 1 {
		raise(L, errSetrespWords)
	}
	version, ok := integer(L.Get(1))
	if !ok || version != 2 && version != 3 {
		raise(L, errSetresp)
	}
	m.proto = int(version)
	return 0
}

// integer converts a number, or a text that is one, and cuts off its fraction.
func integer(v lua.LValue) (int64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return truncate(float64(v)), true
	case lua.LString:
		f, err := strconv.ParseFloat(strings.TrimSpace(string(v)), 64)
		return truncate(f), err == nil
	}
	return 0, false
}

func setRepl(L *lua.LState) int {
	if L.GetTop() != 1 {
		raise(L, errSetReplWords)
	}
	if flags, _ := integer(L.Get(1)); flags&^replAll != 0 {
		raise(L, errSetRepl)
	}
	return 0
}

func replicateCommands(L *lua.LState) int {
	L.Push(lua.LTrue)
	return 1
}

// breakpoint tells that nobody debugs the script.
func breakpoint(L *lua.LState) int {
	L.Push(lua.LFalse)
	return 1
}

func debug(*lua.LState) int { return 0 }

// aclCheck tells whether the client may run a command, which it may: there is no user
// with fewer rights.
func (m *machine) aclCheck(L *lua.LState) int {
	if L.GetTop() == 0 {
		raise(L, errArgumentMissing)
	}
	if !m.collect(L) {
		raise(L, errArgumentType)
	}
	if m.run == nil {
		raise(L, errACLCommand)
	}
	if c, _ := m.run.host.Find(m.args); c == nil {
		raise(L, errACLCommand)
	}
	L.Push(lua.LTrue)
	return 1
}

// collect makes a request of the arguments, as views into m.text, and tells whether all
// of them are texts or numbers.
func (m *machine) collect(L *lua.LState) bool {
	m.args, m.text = m.args[:0], m.text[:0]
	for i := 1; i <= L.GetTop(); i++ {
		start := len(m.text)
		switch v := L.Get(i).(type) {
		case lua.LString:
			m.text = append(m.text, v...)
		case lua.LNumber:
			m.text = appendNumber(m.text, float64(v))
		default:
			return false
		}
		m.args = append(m.args, m.text[start:len(m.text):len(m.text)])
	}
	return true
}

// appendNumber appends a number as an argument of a command.
func appendNumber(b []byte, f float64) []byte {
	if math.IsNaN(f) && math.Signbit(f) {
		b = append(b, '-')
	}
	return num.AppendFloat(b, f)
}

// call runs a command. An error is raised, or else returned as a table.
func (m *machine) call(L *lua.LState, raises bool) int {
	switch {
	case L.GetTop() == 0:
		return refuse(L, errorTable(L, errArgumentMissing), raises)
	case !m.collect(L):
		return refuse(L, errorTable(L, errArgumentType), raises)
	}
	if text := m.perform(); text != "" {
		t := errorTable(L, text)
		t.RawSetString(fieldIgnore, lua.LTrue)
		return refuse(L, t, raises)
	}
	if string(m.reply.Buf) == "+OK\r\n" {
		L.Push(m.okay())
		return 1
	}
	value := fromReply(L, m.reply.Buf)
	if raises && m.reply.Buf[0] == '-' {
		L.Error(value, 0)
	}
	L.Push(value)
	return 1
}

func refuse(L *lua.LState, t *lua.LTable, raises bool) int {
	if raises {
		L.Error(t, 0)
	}
	L.Push(t)
	return 1
}

// perform checks and runs the command that m.args is, whose reply is then in m.reply.
// It returns the error for one that may not run, or "".
func (m *machine) perform() string {
	if m.run == nil {
		return errNotAllowed
	}
	host := m.run.host
	c, row := host.Find(m.args)
	switch {
	case c == nil:
		return errUnknownCommand
	case !c.ArityOK(len(m.args)) || c.Run == nil && row == nil:
		return errCallArity
	case c.Flags&command.NoScript != 0:
		return errNotAllowed
	}
	if changes(c) && (m.run.readOnly || m.run.flags()&NoWrites != 0) {
		return errReadOnlyScript
	}
	if c.Flags&command.DenyOOM != 0 && !m.wrote && m.run.flags()&AllowOOM == 0 {
		if refusal := host.Refusal(); refusal != "" {
			return refusal
		}
	}
	if c.Flags&command.Write != 0 && !m.wrote {
		if refusal := host.Unstorable(); refusal != "" {
			return refusal
		}
		if !m.run.state.CompareAndSwap(stateClean, stateDirty) {
			m.meter.left = 0 // somebody has ended it: see to it before anything else
			return errKilled
		}
		m.wrote = true
	}
	m.reply.Buf, m.reply.Proto = m.reply.Buf[:0], m.proto
	if c.Flags&command.Blocking != 0 && blocks(c.Name, m.args) {
		m.reply.Error("ERR " + string(m.args[0]) + " command is not allowed with BLOCK option from scripts")
		return ""
	}
	switch {
	case !host.Call(c, row, m.args, &m.reply):
		return errStrayed
	case len(m.reply.Buf) == 0:
		return command.ErrInternal
	}
	return ""
}

// blocks tells whether a command that reads streams asks to wait for entries. Others
// that block reply that there is nothing, or may not be called in any form.
func blocks(name string, args [][]byte) bool {
	if name != "xread" && name != "xreadgroup" {
		return false
	}
	for _, arg := range args[1:] {
		switch {
		case command.EqualFold(arg, "BLOCK"):
			return true
		case command.EqualFold(arg, "STREAMS"):
			return false
		}
	}
	return false
}

// changes tells whether a command may change data, or what others see: Redis counts
// publishing, and counting with a cache, among that.
func changes(c *command.Command) bool {
	if c.Flags&command.Write != 0 {
		return true
	}
	switch c.Name {
	case "publish", "spublish", "pfcount":
		return true
	}
	return false
}
