package str

import (
	"testing"

	"github.com/troupe-db/troupe/shard/command"
)

func TestIncr(t *testing.T) {
	notInt, over := reply(command.ErrNotInteger), reply(command.ErrOverflow)
	conversation(t,
		[2]string{"INCR n", ":1"},
		[2]string{"DECR n", ":0"},
		[2]string{"INCRBY n 9223372036854775807", ":9223372036854775807"},
		[2]string{"INCR n", over},
		[2]string{"INCRBY n 1", over},
		[2]string{"INCRBY n 0", ":9223372036854775807"},
		[2]string{"DECRBY n -1", over},
		[2]string{"INCRBY n -9223372036854775808", ":-1"},
		[2]string{"DECRBY n 9223372036854775807", ":-9223372036854775808"},
		[2]string{"DECR n", over},
		[2]string{"INCRBY n -1", over},
		[2]string{"DECRBY n 9223372036854775807", over},
		[2]string{"GET n", "$20|-9223372036854775808"},
		[2]string{"DECRBY n -9223372036854775808", reply(command.ErrDecrOverflow)},
		[2]string{"DECRBY list -9223372036854775808", reply(command.ErrDecrOverflow)},
		[2]string{"INCRBY n x", notInt},
		[2]string{"INCRBY list x", notInt},
		[2]string{"INCRBY n 1.0", notInt},
		[2]string{"DECRBY n 9223372036854775808", notInt},
		[2]string{"SET s 1x", "+OK"},
		[2]string{"INCR s", notInt},
		[2]string{"DECRBY s 1", notInt},
		[2]string{"SET s 01", "+OK"},
		[2]string{"INCR s", notInt},
		[2]string{"SET s 10000000000000000000", "+OK"},
		[2]string{"INCR s", notInt},
	)
}

func TestIncrbyfloat(t *testing.T) {
	notFloat, nan := reply(command.ErrNotFloat), reply(command.ErrNaNOrInfinity)
	conversation(t,
		[2]string{"INCRBYFLOAT f 3.0", "$1|3"},
		[2]string{"INCRBYFLOAT f 0.1", "$3|3.1"},
		[2]string{"INCRBYFLOAT f -3.1", "$1|0"},
		[2]string{"INCRBYFLOAT f 5.0e3", "$4|5000"},
		[2]string{"INCRBYFLOAT f x", notFloat},
		[2]string{"INCRBYFLOAT f nan", notFloat},
		[2]string{"INCRBYFLOAT f inf", nan},
		[2]string{"INCRBYFLOAT f -inf", nan},
		[2]string{"GET f", "$4|5000"},
		[2]string{"SET f 10", "+OK"},
		[2]string{"INCRBYFLOAT f 0.5", "$4|10.5"},
		[2]string{"INCR f", reply(command.ErrNotInteger)},
		[2]string{"SET f abc", "+OK"},
		[2]string{"INCRBYFLOAT f 1", notFloat},
		[2]string{"INCRBYFLOAT f x", notFloat},
		[2]string{"SET f 9223372036854775807", "+OK"},
		[2]string{"INCRBYFLOAT f 1", "$19|9223372036854775808"},
		[2]string{"INCRBYFLOAT f 1e-10", "$19|9223372036854775808"},
	)
}
