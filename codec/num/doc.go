// Package num reads and prints the numbers of the protocol.
//
// A client sends numbers as text and gets numbers back as text, and both
// directions are part of the contract: "01" is not an integer, 0.1 is printed
// as 0.10000000000000001 by ZSCORE and as 0.1 by INCRBYFLOAT. The package
// therefore holds three families, each with the strictness and the digits that
// clients of Redis 7 know:
//
//	ParseInt, AppendInt      int64; one text per value, so equal text is equal value
//	ParseUint, ParseCursor   uint64; the looser readings of stream IDs and SCAN cursors
//	ParseFloat, AppendFloat  float64; sorted set scores, 17 significant digits
//	LongDouble               the 80-bit extended format: INCRBYFLOAT, HINCRBYFLOAT
//
// # The 80-bit format
//
// INCRBYFLOAT computes in the x87 extended format, whose 64-bit mantissa is why
// 0.1 + 0.2 prints 0.3. LongDouble is that format in software:
//
//	value = (-1)^neg * mant * 2^exp      mant has its top bit set, or is zero
//
// Every operation is exact up to one rounding to nearest, ties to even. The
// printed form has 17 decimals, correctly rounded, trailing zeros removed.
//
// # Complexity
//
// All functions are linear in the length of the text, but for long doubles of
// more than 19 digits or of extreme exponents: those take the exact path over
// math/big, whose operands the length limit of 5119 bytes and the exponent
// check bound to some thousand digits. Nothing else allocates.
package num
