// Package crc computes the checksum at the end of RDB files and DUMP payloads:
// CRC-64 with the polynomial of David T. Jones, as Redis does.
//
//	polynomial  ad93d23594c935a9, bits of a byte from the lowest up
//	start       0, and nothing is xored in at the end
//	check       the sum of "123456789" is e9c6d914c4b8d9ca
//
// It tells damage, not malice: whoever makes a payload can make its sum.
//
// # Complexity
//
// Eight bytes a step, by way of eight tables of 2 KiB that are made when the
// program starts.
package crc
