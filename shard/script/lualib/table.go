package lualib

import (
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

func (lib *Library) tableFunctions() functions {
	return functions{
		"concat": lib.tabConcat, "foreach": lib.tabForEach, "foreachi": lib.tabForEachI, "getn": lib.tabGetN,
		"insert": lib.tabInsert, "maxn": lib.tabMaxN, "remove": lib.tabRemove, "setn": tabSetN, "sort": lib.tabSort,
	}
}

func (lib *Library) tabConcat(L *lua.LState) int {
	separator := stringOr(L, 2, "")
	table := lib.reading(L, 1)
	from := int32(intOr(L, 3, 1))
	to := int32(intOr(L, 4, int64(table.Len())))
	var out []byte
	for i := int64(from); i <= int64(to); i++ {
		value := rawInt(table, int(i))
		text, ok := asString(value)
		if !ok {
			raise(L, "invalid value ("+typeName(value)+") at index "+strconv.FormatInt(i, 10)+" in table for 'concat'")
		}
		out = lib.appendText(L, out, text)
		if i < int64(to) {
			out = lib.appendText(L, out, separator)
		}
	}
	L.Push(lua.LString(out))
	return 1
}

func (lib *Library) tabForEach(L *lua.LState) int {
	table, fn := lib.reading(L, 1), functionArg(L, 2)
	key, value := table.Next(lua.LNil)
	for ; ; key, value = table.Next(key) {
		if key == lua.LNil {
			return 0
		}
		if visit(L, fn, key, value) {
			return 1
		}
	}
}

func (lib *Library) tabForEachI(L *lua.LState) int {
	table, fn := lib.reading(L, 1), functionArg(L, 2)
	for i := 1; i <= table.Len(); i++ {
		if visit(L, fn, lua.LNumber(i), table.RawGetInt(i)) {
			return 1
		}
	}
	return 0
}

// visit calls a function with a key and its value, and leaves the result on the
// stack if it is not nil.
func visit(L *lua.LState, fn *lua.LFunction, key, value lua.LValue) bool {
	L.Push(fn)
	L.Push(key)
	L.Push(value)
	L.Call(2, 1)
	if L.Get(-1) != lua.LNil {
		return true
	}
	L.Pop(1)
	return false
}

func (lib *Library) tabGetN(L *lua.LState) int {
	L.Push(lua.LNumber(lib.reading(L, 1).Len()))
	return 1
}

func tabSetN(L *lua.LState) int {
	tableArg(L, 1)
	raise(L, "'setn' is obsolete")
	return 0
}

func (lib *Library) tabMaxN(L *lua.LState) int {
	table := lib.reading(L, 1)
	most := lua.LNumber(0)
	table.ForEach(func(key, _ lua.LValue) {
		if n, ok := key.(lua.LNumber); ok && n > most {
			most = n
		}
	})
	L.Push(most)
	return 1
}

// maxShift bounds how far table.insert moves elements below the first.
const maxShift = 1 << 24

func (lib *Library) tabInsert(L *lua.LState) int {
	table := lib.writing(L, 1)
	end := table.Len() + 1
	at := end
	switch L.GetTop() {
	case 2:
	case 3:
		at = int32Arg(L, 2)
		if end-at > maxShift && at < 1 {
			raiseBare(L, textMemory)
		}
		for i := max(end, at); i > at; i-- {
			table.RawSetInt(i, rawInt(table, i-1))
		}
	default:
		raise(L, "wrong number of arguments to 'insert'")
	}
	table.RawSetInt(at, L.Get(L.GetTop()))
	return 0
}

func (lib *Library) tabRemove(L *lua.LState) int {
	table := tableArg(L, 1)
	end := table.Len()
	at := int(int32(intOr(L, 2, int64(end))))
	if at < 1 || at > end {
		return 0
	}
	table = lib.writing(L, 1)
	value := table.RawGetInt(at)
	if table.MaxN() == end {
		table.Remove(at) // nothing stands behind the end: the array itself may shrink
	} else {
		for i := at; i < end; i++ {
			table.RawSetInt(i, table.RawGetInt(i+1))
		}
		table.RawSetInt(end, lua.LNil)
	}
	L.Push(value)
	return 1
}

// tabSort sorts as Lua in C does, by the same comparisons in the same order:
// elements that compare equal end up where they would there.
func (lib *Library) tabSort(L *lua.LState) int {
	table := tableArg(L, 1)
	var before *lua.LFunction
	if L.Get(2) != lua.LNil {
		before = functionArg(L, 2)
	}
	if n := table.Len(); n > 1 {
		s := &sorter{L: L, table: lib.writing(L, 1), before: before}
		s.sort(1, n)
	}
	return 0
}

// sorter is a quicksort whose pivot is the median of the first, middle and last
// element.
type sorter struct {
	L      *lua.LState
	table  *lua.LTable
	before *lua.LFunction // nil for the operator <
}

func (s *sorter) at(i int) lua.LValue { return rawInt(s.table, i) }

func (s *sorter) swap(i, j int) {
	a, b := s.at(i), s.at(j)
	s.table.RawSetInt(i, b)
	s.table.RawSetInt(j, a)
}

// sort sorts the elements from low to high. The smaller part goes by recursion,
// so that its depth is logarithmic.
func (s *sorter) sort(low, high int) {
	for low < high {
		if s.less(s.at(high), s.at(low)) {
			s.swap(low, high)
		}
		if high-low == 1 {
			return
		}
		middle := (low + high) / 2
		if s.less(s.at(middle), s.at(low)) {
			s.swap(middle, low)
		} else if s.less(s.at(high), s.at(middle)) {
			s.swap(middle, high)
		}
		if high-low == 2 {
			return
		}
		pivot := s.partition(low, high, middle)
		if pivot-low < high-pivot {
			s.sort(low, pivot-1)
			low = pivot + 1
		} else {
			s.sort(pivot+1, high)
			high = pivot - 1
		}
	}
}

// partition moves what is less than the middle element before it and the rest
// behind; it returns where that element is then.
func (s *sorter) partition(low, high, middle int) int {
	pivot := s.at(middle)
	s.swap(middle, high-1)
	i, j := low, high-1
	for {
		for i++; s.less(s.at(i), pivot); i++ {
			if i > high {
				raise(s.L, "invalid order function for sorting")
			}
		}
		for j--; s.less(pivot, s.at(j)); j-- {
			if j < low {
				raise(s.L, "invalid order function for sorting")
			}
		}
		if j < i {
			s.swap(high-1, i)
			return i
		}
		s.swap(i, j)
	}
}

func (s *sorter) less(a, b lua.LValue) bool {
	L := s.L
	if s.before != nil {
		return callOrder(L, s.before, a, b)
	}
	switch x := a.(type) {
	case lua.LNumber:
		if y, ok := b.(lua.LNumber); ok {
			return x < y
		}
	case lua.LString:
		if y, ok := b.(lua.LString); ok {
			return x < y
		}
	}
	if a.Type() == b.Type() {
		if fn, ok := metamethod(L, a, "__lt").(*lua.LFunction); ok && metamethod(L, b, "__lt") == fn {
			return callOrder(L, fn, a, b)
		}
	}
	raiseBare(L, notComparable(a, b))
	return false
}

// callOrder asks a function whether one value comes before another.
func callOrder(L *lua.LState, fn *lua.LFunction, a, b lua.LValue) bool {
	L.Push(fn)
	L.Push(a)
	L.Push(b)
	L.Call(2, 1)
	less := lua.LVAsBool(L.Get(-1))
	L.Pop(1)
	return less
}

// notComparable says that two values have no order.
func notComparable(a, b lua.LValue) string {
	if a.Type() == b.Type() {
		return "attempt to compare two " + typeName(a) + " values"
	}
	return "attempt to compare " + typeName(a) + " with " + typeName(b)
}
