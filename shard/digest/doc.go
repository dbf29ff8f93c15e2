// Package digest computes the digests of DEBUG DIGEST and DEBUG DIGEST-VALUE: 20
// bytes that are equal when data is equal, whatever server holds it, in whatever
// encoding, spread over however many shards. They are those Redis computes, so
// that the two can be compared.
//
// # How it is made
//
// Two steps take bytes into a digest. What has an order is mixed in, what has none
// is xored in:
//
//	xor(d, x) = d ^ SHA1(x)
//	mix(d, x) = SHA1(xor(d, x))
//
// A value starts with its type's number, four bytes, big endian, mixed in. Then
//
//	string   its text is mixed in
//	list     so is every element, from first to last
//	set      every member is xored in
//	sorted   for every member a digest of its own, into which its text and its
//	set      score, as %.17g, are mixed, is xored in
//	hash     likewise with field and value; a field that ends has the text
//	         !!hexpire!! xored into its digest
//	stream   every entry's ID as ms.seq, and each of its fields and values, are
//	         mixed in; consumer groups do not count
//
// and for a key that ends, whenever that is, !!expire!! is xored in. The digest of
// the dataset takes the databases that are not empty in order: the number is mixed
// in, and for every key the digest of its name, mixed in, and its value is xored
// in. Keys and fields whose time has come are left out.
//
// # Complexity
//
// O(bytes of all that is walked over); nothing is kept but the digest.
package digest
