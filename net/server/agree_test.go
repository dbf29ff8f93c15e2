package server_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/troupe-db/troupe/codec/resp"
	"github.com/troupe-db/troupe/net/servertest"
	"github.com/troupe-db/troupe/net/servertest/inprocess"
)

// templates are commands whose reply follows from what was said before. K is a
// key, V a value, N a small number.
var templates = strings.Fields(`GET_K SET_K_V SET_K_V_NX SET_K_V_GET INCR_K APPEND_K_V STRLEN_K GETDEL_K SETRANGE_K_N_V
	MGET_K_K_K MSET_K_V_K_V_K_V MSETNX_K_V_K_V DEL_K_K UNLINK_K EXISTS_K_K_K TOUCH_K_K TYPE_K RENAME_K_K RENAMENX_K_K
	COPY_K_K COPY_K_K_REPLACE COPY_K_K_DB_1 MOVE_K_1 PERSIST_K EXPIRE_K_1000 EXPIRE_K_-1 LCS_K_K
	RPUSH_K_V_V LPUSH_K_V LPUSHX_K_V LPOP_K RPOP_K_N LLEN_K LRANGE_K_0_-1 LINDEX_K_N LSET_K_N_V LREM_K_N_V LTRIM_K_N_5
	LINSERT_K_BEFORE_V_V LPOS_K_V LMOVE_K_K_LEFT_RIGHT RPOPLPUSH_K_K LMPOP_3_K_K_K_LEFT BLPOP_K_K_K_0.001
	BLMOVE_K_K_LEFT_LEFT_0.001 OBJECT_ENCODING_K DBSIZE KEYS_* SELECT_1 SELECT_0 SWAPDB_0_1 FLUSHDB NOPE_K`)

func instance(rng *rand.Rand) []string {
	words := strings.Split(templates[rng.IntN(len(templates))], "_")
	if words[0] == "FLUSHDB" && rng.IntN(20) > 0 {
		words = []string{"DBSIZE"}
	}
	for i, w := range words {
		switch w {
		case "K":
			words[i] = "key" + strconv.Itoa(rng.IntN(20))
		case "V":
			words[i] = strconv.Itoa(rng.IntN(30))
		case "N":
			words[i] = strconv.Itoa(rng.IntN(6) - 2)
		}
	}
	return words
}

// TestShardsMakeNoDifference sends the same pipelines to servers with different
// numbers of shards.
func TestShardsMakeNoDifference(t *testing.T) {
	rng := newRand(t)
	var conns []*inprocess.Conn
	for _, shards := range []int{1, 2, 7} {
		conns = append(conns, inprocess.Start(t, "--shards", strconv.Itoa(shards)).Dial(t))
	}
	for range 600 {
		pipeline := make([][]string, 1+rng.IntN(40))
		var raw strings.Builder
		for i := range pipeline {
			pipeline[i] = instance(rng)
			raw.WriteString(servertest.Encode(pipeline[i]))
		}
		for _, c := range conns {
			if err := c.SendRaw(raw.String()); err != nil {
				t.Fatal(err)
			}
		}
		for i, words := range pipeline {
			replies := make([]string, len(conns))
			for n, c := range conns {
				v, err := c.Reply()
				if err != nil {
					t.Fatalf("%q: %v", words, err)
				}
				if words[0] == "KEYS" { // in no order
					slices.SortFunc(v.Elems, func(a, b resp.Value) int { return strings.Compare(a.Str, b.Str) })
				}
				replies[n] = v.String()
			}
			if replies[0] != replies[1] || replies[0] != replies[2] {
				t.Fatalf("%q after %s:\n1 shard  %s\n2 shards %s\n7 shards %s",
					words, fmt.Sprint(pipeline[:i]), replies[0], replies[1], replies[2])
			}
		}
	}
}
