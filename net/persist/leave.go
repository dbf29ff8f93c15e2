package persist

// parting is what is to be done when the server has no clients any more.
type parting uint8

const (
	asConfigured parting = iota // save if there are save points
	saveAgain                   // save what has changed since Leave
	saveNothing
)

// Leave prepares for the end of the server: it saves the data, if save says so, or if
// there are save points and nosave does not say otherwise. It reports false when that
// fails. While data are loaded there is nothing to save. What clients change before the last of them has gone, Stop saves.
func (s *Store) Leave(save, nosave bool) bool {
	what := saveNothing
	if !s.loading.active.Load() && (save || !nosave && s.Wanted()) {
		what = saveAgain
		if err := s.SaveLast(); err != nil {
			return false
		}
	}
	s.mu.Lock()
	s.parting = what
	s.mu.Unlock()
	return true
}

// Stop ends the work of the Store: the snapshot under way is given up, and the data are
// saved, as Leave or the configuration has it, unless the file has them. No client may
// be served any more, and the shards must not have been stopped.
func (s *Store) Stop() {
	changes := s.changes()
	s.mu.Lock()
	save := s.parting == saveAgain || s.parting == asConfigured && s.Wanted()
	save = save && !s.loading.active.Load() && (changes != s.dirty || s.saves == 0)
	s.scheduled = false
	running := s.running
	s.mu.Unlock()
	if running != nil {
		running.snapshot.Cancel()
		<-running.done
	}
	if save {
		_ = s.Save() // which logs why it fails
	}
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
}

// changes returns how many changes of the data there have been since the start.
func (s *Store) changes() (sum int64) {
	for _, r := range s.options.Troupe.Reports() {
		sum += r.Stats.Dirty
	}
	return sum
}
