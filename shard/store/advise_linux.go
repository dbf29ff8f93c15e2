package store

import "golang.org/x/sys/unix"

// mapNoReserve keeps a reservation out of the kernel's commit accounting.
const mapNoReserve = unix.MAP_NORESERVE

// adviseHuge asks for huge pages. A kernel without them refuses, which only
// costs speed.
func adviseHuge(b []byte) { _ = unix.Madvise(b, unix.MADV_HUGEPAGE) }
