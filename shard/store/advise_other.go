//go:build unix && !linux

package store

// mapNoReserve is empty: the other systems do not account inaccessible
// mappings.
const mapNoReserve = 0

// adviseHuge does nothing: the other systems choose page sizes themselves.
func adviseHuge([]byte) {}
