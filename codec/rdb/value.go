package rdb

// value reads a value of type t and hands it over. An error that is not latched is
// the Visitor's, or ErrEmpty.
func (s *source) value(t byte, v Visitor) error {
	if s.valkey && t >= typeHashTimedOld {
		return s.valkeyValue(t, v)
	}
	switch t {
	case typeString:
		return s.textValue(v)
	case typeList, typeSet:
		return s.plainValue(kindOf(t), v)
	case typeZSet, typeZSet2:
		return s.scored(t == typeZSet2, v)
	case typeHash:
		return s.fields(v)
	case typeHashTimedOld, typeHashTimed:
		return s.timedFields(t == typeHashTimed, v)
	case typeQuicklist, typeQuicklist2:
		return s.nodes(t == typeQuicklist2, v)
	case typeStream, typeStream2, typeStream3:
		return s.stream(t, v)
	case typeModule:
		return s.module()
	case typeModuleOld:
		s.latch(ErrModule)
		return nil
	case typeHashTimedLP:
		s.millis() // of the first deadline, which the listpack has as well
	}
	return s.compactValue(t, v)
}

// compactValue reads a value that is one compact layout.
func (s *source) compactValue(t byte, v Visitor) error {
	p := s.blob()
	if !s.ok() {
		return nil
	}
	switch t {
	case typeIntset:
		return visitIntset(p, v)
	case typeHashZipmap:
		return visitZipmap(p, v)
	case typeHashZiplist, typeHashListpack:
		return visitFields(p, t == typeHashZiplist, v)
	case typeZSetZiplist, typeZSetListpack:
		return visitScored(p, t == typeZSetZiplist, v)
	case typeHashTimedLP, typeHashTimedLPOld:
		return visitTimed(p, v)
	case typeListZiplist:
		if err := v.Begin(List, 0); err != nil {
			return err
		}
		return visitElements(p, true, v.Element)
	case typeSetListpack:
		return visitMembers(p, v)
	default:
		s.fail("value of type %d", t)
		return nil
	}
}

func visitMembers(p []byte, v Visitor) error {
	c, err := openCompact(p, false, 1)
	if err != nil {
		return err
	}
	if err = v.Begin(Set, uint64(c.count)); err != nil {
		return err
	}
	for err == nil && c.more() {
		err = v.Member(c.text())
	}
	return err
}

func (s *source) textValue(v Visitor) error {
	p := s.text()
	if !s.ok() {
		return nil
	}
	if err := v.Begin(String, 1); err != nil {
		return err
	}
	return v.Text(p)
}

// begin reads the number of elements of a collection and starts the visit.
func (s *source) begin(k Kind, v Visitor) (n uint64, err error) {
	n = s.length()
	switch {
	case !s.ok():
		return 0, nil
	case n == 0:
		return 0, ErrEmpty
	}
	return n, v.Begin(k, n)
}

// plainValue reads a list or a set element by element.
func (s *source) plainValue(k Kind, v Visitor) error {
	n, err := s.begin(k, v)
	fn := v.Element
	if k == Set {
		fn = v.Member
	}
	for ; err == nil && n > 0; n-- {
		p := s.text()
		if !s.ok() {
			return nil
		}
		err = fn(p)
	}
	return err
}

// scored reads a sorted set member by member.
func (s *source) scored(binary bool, v Visitor) error {
	n, err := s.begin(SortedSet, v)
	var member []byte
	for ; err == nil && n > 0; n-- {
		member = append(spare(member), s.text()...)
		var score float64
		if binary {
			score = s.double()
		} else {
			score = s.textScore()
		}
		if !s.ok() {
			return nil
		}
		err = v.Scored(member, score)
	}
	return err
}

// fields reads a hash field by field.
func (s *source) fields(v Visitor) error {
	n, err := s.begin(Hash, v)
	var field []byte
	for ; err == nil && n > 0; n-- {
		field = append(spare(field), s.text()...)
		value := s.text()
		if !s.ok() {
			return nil
		}
		err = v.Field(field, value, None)
	}
	return err
}

// timedFields reads a hash whose fields have deadlines in front: as the distance
// from the first of them, counted from 1, in the form that was released.
func (s *source) timedFields(released bool, v Visitor) error {
	first := int64(1)
	if released {
		first = s.millis()
	}
	if s.ok() && (first < 0 || first > lastDeadline) {
		s.fail("deadline of a field")
	}
	n, err := s.begin(Hash, v)
	var field []byte
	for ; err == nil && n > 0; n-- {
		until, behind := int64(None), s.length()
		if behind > 0 {
			if behind > lastDeadline+1 || int64(behind-1) > lastDeadline-first {
				s.fail("deadline of a field")
			}
			until = first + int64(behind) - 1
		}
		field = append(spare(field), s.text()...)
		value := s.text()
		if !s.ok() {
			return nil
		}
		err = v.Field(field, value, until)
	}
	return err
}

// valkeyValue reads a value of one of the types that are not what they are in files of
// Redis.
func (s *source) valkeyValue(t byte, v Visitor) error {
	if t != typeValkeyHash {
		s.fail("value of type %d", t)
		return nil
	}
	n, err := s.begin(Hash, v)
	var field, value []byte
	for ; err == nil && n > 0; n-- {
		field = append(spare(field), s.text()...)
		value = append(spare(value), s.text()...)
		until := s.millis()
		if s.ok() && until != None && (until < 0 || until > lastDeadline) {
			s.fail("deadline of a field")
		}
		if !s.ok() {
			return nil
		}
		err = v.Field(field, value, until)
	}
	return err
}

// nodes reads a quicklist.
func (s *source) nodes(two bool, v Visitor) error {
	n := s.length()
	switch {
	case !s.ok():
		return nil
	case n == 0:
		return ErrEmpty
	}
	err := v.Begin(List, 0)
	full := false
	for ; err == nil && n > 0; n-- {
		container := uint64(nodePack)
		if two {
			container = s.length()
		}
		if container == nodePlain {
			p := s.text()
			if !s.ok() {
				return nil
			}
			err, full = v.Element(p), true
			continue
		}
		if container != nodePack {
			s.fail("container %d of a list", container)
		}
		p := s.blob()
		if !s.ok() {
			return nil
		}
		if err = visitElements(p, !two, v.Element); err == ErrEmpty {
			err = nil // a node may be empty, the list may not
		} else {
			full = true
		}
	}
	if err == nil && !full {
		return ErrEmpty
	}
	return err
}

// The parts of what a module wrote.
const (
	moduleEnd = iota
	moduleSigned
	moduleUnsigned
	moduleFloat
	moduleDouble
	moduleText
)

// module passes over a module's value.
func (s *source) module() error {
	s.length() // of the module's ID
	s.moduleParts()
	if !s.ok() {
		return nil
	}
	return ErrModule
}

// moduleParts passes over what a module wrote, up to its end.
func (s *source) moduleParts() {
	for s.ok() {
		switch part := s.length(); part {
		case moduleEnd:
			return
		case moduleSigned, moduleUnsigned:
			s.length()
		case moduleFloat:
			s.take(4)
		case moduleDouble:
			s.take(8)
		case moduleText:
			s.text()
		default:
			s.fail("part %d of a module's value", part)
		}
	}
}
