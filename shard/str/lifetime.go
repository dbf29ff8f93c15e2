package str

import (
	"math"

	"github.com/troupe-db/troupe/codec/num"
	"github.com/troupe-db/troupe/shard/command"
	"github.com/troupe-db/troupe/shard/keyspace"
)

// lifetime is what a request says about how long its key lives: one of the words
// EX, PX, EXAT and PXAT with a number, one word without (KEEPTTL or PERSIST), or
// nothing. Different words exclude each other. The same word may come again, and
// its last number counts.
type lifetime struct {
	word  string // in upper case, empty for none
	value []byte // what follows the word, not looked at yet
}

// read consumes the next argument, with its number, if it is a word about the
// lifetime that goes with those before it. plain is the word without a number.
func (l *lifetime) read(p *command.Args, plain string) bool {
	if l.admits(plain) && p.Is(plain) {
		l.word = plain
		return true
	}
	for _, word := range [...]string{"EX", "PX", "EXAT", "PXAT"} {
		if l.admits(word) && p.IsWith(word, 1) {
			l.word, l.value = word, p.Bytes()
			return true
		}
	}
	return false
}

func (l *lifetime) admits(word string) bool { return l.word == "" || l.word == word }

// ends tells whether the request gives an expiry.
func (l *lifetime) ends() bool { return l.value != nil }

// end returns the expiry the request gives, in unix milliseconds, NoExpire for
// one without a number. A number that is no integer, is not positive or leads
// beyond the range of an int64 is replied to with an error in the name of cmd,
// and end reports false.
func (l *lifetime) end(ctx *command.Ctx, cmd string) (at int64, ok bool) {
	unit, base := int64(1), int64(0)
	switch l.word {
	case "EX":
		unit, base = 1000, ctx.Now
	case "PX":
		base = ctx.Now
	case "EXAT":
		unit = 1000
	case "PXAT":
	default:
		return keyspace.NoExpire, true
	}
	n, isInt := num.ParseInt(l.value)
	switch {
	case !isInt:
		ctx.Error(command.ErrNotInteger)
		return 0, false
	case n <= 0 || n > (math.MaxInt64-base)/unit:
		ctx.Error(command.InvalidExpire(cmd))
		return 0, false
	}
	return n*unit + base, true
}
