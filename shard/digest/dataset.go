package digest

import (
	"encoding/binary"

	"github.com/troupe-db/troupe/shard/keyspace"
)

// scanned is how many keys are looked at in one step.
const scanned = 1024

// Dataset returns the digest of all keys of all shards, which stand still
// meanwhile, as of now, unix milliseconds.
func Dataset(spaces []*keyspace.Keyspace, now int64) Sum {
	var sum Sum
	for number, dbs := range databases(spaces) {
		d := dataset{sum: &sum, number: number, now: now}
		for _, db := range dbs {
			for cursor := db.Scan(0, scanned, d.add); cursor != 0; {
				cursor = db.Scan(cursor, scanned, d.add)
			}
		}
	}
	return sum
}

// databases returns the parts of every database, by number.
func databases(spaces []*keyspace.Keyspace) [][]*keyspace.DB {
	var dbs [][]*keyspace.DB
	for _, ks := range spaces {
		ks.Each(func(db *keyspace.DB) {
			for len(dbs) <= db.Number {
				dbs = append(dbs, nil)
			}
			dbs[db.Number] = append(dbs[db.Number], db)
		})
	}
	return dbs
}

// dataset is the way over one database.
type dataset struct {
	sum    *Sum
	number int
	begun  bool // a key was there, so that the database counts
	now    int64
}

func (d *dataset) add(name []byte, e keyspace.Entry) {
	if !d.begun {
		d.begun = true
		d.sum.mix(binary.BigEndian.AppendUint32(nil, uint32(d.number)))
	}
	w := walk{now: d.now}
	w.sum.mix(name)
	w.value(e)
	d.sum.xor(w.sum[:])
}
