package generic

import (
	"fmt"
	"testing"

	"github.com/troupe-db/troupe/shard/command/commandtest"
)

func TestExpire(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		seconds := h.Now() / 1000
		h.Expect([][2]string{
			{"PUT k v", "+OK"},
			{"TTL k", ":-1"},
			{"PTTL k", ":-1"},
			{"EXPIRETIME k", ":-1"},
			{"PEXPIRETIME k", ":-1"},
			{"PERSIST k", ":0"},
			{"EXPIRE k 100", ":1"},
			{"TTL k", ":100"},
			{"PTTL k", ":100000"},
			{"EXPIRETIME k", fmt.Sprint(":", seconds+100)},
			{"PEXPIRETIME k", fmt.Sprint(":", h.Now()+100_000)},
			{"PEXPIRE k 1499", ":1"},
			{"TTL k", ":1"},
			{"PEXPIRE k 1500", ":1"},
			{"TTL k", ":2"},
			{"PTTL k", ":1500"},
			{fmt.Sprint("EXPIREAT k ", seconds+7), ":1"},
			{"TTL k", ":7"},
			{fmt.Sprint("PEXPIREAT k ", h.Now()+1), ":1"},
			{"PTTL k", ":1"},
			{"TTL k", ":0"},
			{"PERSIST k", ":1"},
			{"TTL k", ":-1"},
			{"EXISTS k", ":1"},
			{"EXPIRE x 100", ":0"},
			{"PERSIST x", ":0"},
			{"TTL x", ":-2"},
			{"EXPIRETIME x", ":-2"},
			{"EXISTS x", ":0"},
		}...)
	})
}

func TestExpireInThePastDeletes(t *testing.T) {
	h := newHarness(t, 1)
	for _, request := range []string{
		"EXPIRE k 0", "EXPIRE k -1", "PEXPIRE k 0", "PEXPIRE k -5", "EXPIREAT k 1", "PEXPIREAT k 0", "PEXPIREAT k -1",
		"EXPIREAT k -9223372036854775", "PEXPIREAT k -9223372036854775808", fmt.Sprint("PEXPIREAT k ", h.Now()),
	} {
		h.Do("PUT", "k", "v")
		h.Expect([][2]string{{request, ":1"}, {"EXISTS k", ":0"}, {"DBSIZE", ":0"}, {request, ":0"}}...)
	}
}

func TestExpireConditions(t *testing.T) {
	h := newHarness(t, 1)
	const none, ten = "PERSIST k", "EXPIRE k 10"
	for _, c := range []struct{ before, request, reply, ttl string }{
		{none, "EXPIRE k 5 NX", ":1", ":5"},
		{ten, "EXPIRE k 5 NX", ":0", ":10"},
		{none, "EXPIRE k 5 XX", ":0", ":-1"},
		{ten, "EXPIRE k 5 XX", ":1", ":5"},
		{none, "EXPIRE k 5 GT", ":0", ":-1"},
		{ten, "EXPIRE k 5 GT", ":0", ":10"},
		{ten, "EXPIRE k 10 GT", ":0", ":10"},
		{ten, "EXPIRE k 11 GT", ":1", ":11"},
		{none, "EXPIRE k 5 LT", ":1", ":5"},
		{ten, "EXPIRE k 5 LT", ":1", ":5"},
		{ten, "EXPIRE k 10 LT", ":0", ":10"},
		{ten, "EXPIRE k 11 LT", ":0", ":10"},
		{none, "EXPIRE k 5 XX LT", ":0", ":-1"},
		{ten, "EXPIRE k 5 lt xx", ":1", ":5"},
		{ten, "EXPIRE k 11 XX GT XX", ":1", ":11"},
		{none, "EXPIRE k 5 nx nx", ":1", ":5"},
		{ten, "EXPIRE k -1 NX", ":0", ":10"},
		{ten, "EXPIRE k -1 GT", ":0", ":10"},
		{ten, "EXPIRE k -1 LT", ":1", ":-2"},
		{none, "EXPIRE k -1 XX", ":0", ":-1"},
	} {
		h.Do("PUT", "k", "v")
		h.Dof("%s", c.before)
		h.Expect([][2]string{{c.request, c.reply}, {"TTL k", c.ttl}}...)
	}
}

func TestExpireErrors(t *testing.T) {
	h := newHarness(t, 1)
	h.Do("PUT", "k", "v")
	const (
		integer = "-ERR value is not an integer or out of range"
		nx      = "-ERR NX and XX, GT or LT options at the same time are not compatible"
		gtlt    = "-ERR GT and LT options at the same time are not compatible"
	)
	h.Expect([][2]string{
		{"EXPIRE k x", integer},
		{"EXPIRE x x", integer},
		{"EXPIRE k 1.5", integer},
		{"EXPIRE k 99999999999999999999", integer},
		{"EXPIRE k 5 FOO", "-ERR Unsupported option FOO"},
		{"EXPIRE k x FOO BAR", "-ERR Unsupported option FOO"},
		{"EXPIRE x 5 NX FOO", "-ERR Unsupported option FOO"},
		{"EXPIRE k 5 NX XX", nx},
		{"EXPIRE k 5 GT NX", nx},
		{"EXPIRE k 5 NX LT", nx},
		{"EXPIRE k 5 NX GT LT", nx},
		{"EXPIRE k 5 GT LT", gtlt},
		{"EXPIRE k 5 LT XX GT", gtlt},
		{"EXPIRE k x NX XX", nx},
		{"EXPIRE k 9223372036854775807", "-ERR invalid expire time in 'expire' command"},
		{"EXPIRE k -9223372036854775808", "-ERR invalid expire time in 'expire' command"},
		{"expire k 9223372036854775", "-ERR invalid expire time in 'expire' command"},
		{"PEXPIRE k 9223372036854775807", "-ERR invalid expire time in 'pexpire' command"},
		{"EXPIREAT k 9223372036854776", "-ERR invalid expire time in 'expireat' command"},
		{"PEXPIREAT k 9223372036854775807", ":1"},
		{"PEXPIRETIME k", ":9223372036854775807"},
		{"EXPIRETIME k", ":9223372036854776"},
		{"PEXPIREAT k 9223372036854775808", integer},
		{"EXPIRE k", "-ERR wrong number of arguments for 'expire' command"},
	}...)
}

func TestValueOutlivesItsExpiryTime(t *testing.T) {
	everywhere(t, func(t *testing.T, h *commandtest.Harness) {
		for _, value := range []string{"v", "12345", "@object"} {
			h.Do("PUT", "k", value)
			for _, request := range []string{"EXPIRE k 10", "PERSIST k", "PEXPIRE k 5", "EXPIRE k 100 GT", "PERSIST k"} {
				h.Expect([2]string{request, ":1"})
			}
			h.Expect([2]string{"SEE k", fmt.Sprintf("*3|$%d|%s|:-1|:0", len(value), value)})
		}
	})
}
