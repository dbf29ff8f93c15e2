package resp

// DeferArray starts an aggregate whose length is not known yet and returns a
// mark. The caller appends the elements and then calls exactly one of
// CloseArray, CloseMap, CloseSet or ClosePush with the mark. Aggregates may
// nest if inner ones are closed before outer ones. Truncating Buf to the mark
// abandons the aggregate.
func (w *Writer) DeferArray() (mark int) {
	return len(w.Buf)
}

// CloseArray makes what was appended since mark the n elements of an array.
// It moves these bytes once to make room for the header: time is linear in
// their number.
func (w *Writer) CloseArray(mark, n int) {
	var head [24]byte
	w.insert(mark, appendHeader(head[:0], '*', int64(n)))
}

// CloseMap makes what was appended since mark the n pairs of a map.
func (w *Writer) CloseMap(mark, n int) {
	var head [24]byte
	w.insert(mark, w.appendMap(head[:0], n))
}

// CloseSet makes what was appended since mark the n elements of a set.
func (w *Writer) CloseSet(mark, n int) {
	var head [24]byte
	w.insert(mark, appendHeader(head[:0], w.tag('~'), int64(n)))
}

// ClosePush makes what was appended since mark the n elements of an
// out-of-band message.
func (w *Writer) ClosePush(mark, n int) {
	var head [24]byte
	w.insert(mark, appendHeader(head[:0], w.tag('>'), int64(n)))
}

// insert moves the bytes from mark on to the right and writes head before them.
func (w *Writer) insert(mark int, head []byte) {
	end := len(w.Buf)
	buf := append(w.Buf, head...)
	copy(buf[mark+len(head):], buf[mark:end])
	copy(buf[mark:], head)
	w.Buf = buf
}
