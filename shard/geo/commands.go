package geo

import "github.com/troupe-db/troupe/shard/command"

// Parts of argument grammars that several commands share.
const (
	unitGrammar   = "unit(m=\"M\" | km=\"KM\" | ft=\"FT\" | mi=\"MI\")"
	withGrammar   = " [WITHCOORD] [WITHDIST] [WITHHASH]"
	orderGrammar  = " [order(ASC | DESC)]"
	countGrammar  = " [count{COUNT count@integer [ANY]}]"
	countGrammar6 = " [count{COUNT count@integer [ANY^6.2.0]}]"
	storeGrammar  = " [STORE key@key#1] [STOREDIST key@key#2]"
	shapeGrammar  = " from(FROMMEMBER member@string | FROMLONLAT longitude_latitude{longitude@double latitude@double})" +
		" by(circle{BYRADIUS radius@double " + unitGrammar + "} | " +
		"box{BYBOX width@double height@double " + unitGrammar + "})"

	searchCost = "O(N+log(M)) where N is the number of members in the cells around the shape and M that of all members"
)

// radiusStoreKeys are the keys of a command whose options, which begin at a
// position, may name a destination.
func radiusStoreKeys(options int) []command.KeySpec {
	return []command.KeySpec{
		command.KeyAt(1, command.KeyRO|command.KeyAccess),
		command.KeyAt(1, command.KeyOW|command.KeyUpdate).After("STORE", options),
		command.KeyAt(1, command.KeyOW|command.KeyUpdate).After("STOREDIST", options),
	}
}

// Commands are the rows of the geospatial commands.
var Commands = []command.Command{
	{Spec: command.Spec{
		Name: "geoadd", Arity: -5,
		Flags: command.Write | command.DenyOOM,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRW|command.KeyUpdate)},
		ACL:   command.CatGeo, Group: command.GroupGeo, Since: "3.2.0",
		Summary:    "Add members with their positions to a geospatial set, or move them",
		Complexity: "O(log(N)) for each member, where N is the number of members in the set",
		Args: "key@key [condition(NX | XX)^6.2.0] [change=\"CH\"^6.2.0] " +
			"longitude_latitude_member{longitude@double latitude@double member@string}...",
		History: []command.Change{{Since: "6.2.0", What: "The options `CH`, `NX` and `XX`."}},
		Route:   command.RouteKeys,
	}, Run: runGeoadd},
	{Spec: command.Spec{
		Name: "geodist", Arity: -4,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatGeo, Group: command.GroupGeo, Since: "3.2.0",
		Summary:    "Return how far two members of a geospatial set are apart",
		Complexity: "O(1)",
		Args:       "key@key member1@string member2@string [" + unitGrammar + "]",
		Route:      command.RouteKeys,
	}, Run: runGeodist},
	{Spec: command.Spec{
		Name: "geohash", Arity: -2,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatGeo, Group: command.GroupGeo, Since: "3.2.0",
		Summary:    "Return the positions of members as geohash texts",
		Complexity: "O(1) for each member",
		Args:       "key@key member@string...",
		Route:      command.RouteKeys,
	}, Run: runGeohash},
	{Spec: command.Spec{
		Name: "geopos", Arity: -2,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatGeo, Group: command.GroupGeo, Since: "3.2.0",
		Summary:    "Return the longitudes and latitudes of members",
		Complexity: "O(1) for each member",
		Args:       "key@key member@string...",
		Route:      command.RouteKeys,
	}, Run: runGeopos},
	{Spec: command.Spec{
		Name: "georadius", Arity: -6,
		Flags:   command.Write | command.DenyOOM | command.MovableKeys,
		Keys:    radiusStoreKeys(6),
		Extract: radiusKeys(6),
		ACL:     command.CatGeo, Group: command.GroupGeo, Since: "3.2.0",
		Summary:    "Find the members within a distance of a position, and store them if asked to",
		Complexity: searchCost,
		Args: "key@key longitude@double latitude@double radius@double " + unitGrammar +
			withGrammar + countGrammar6 + orderGrammar + storeGrammar,
		History: []command.Change{
			{Since: "6.2.0", What: "The option `ANY` of `COUNT`."},
			{Since: "7.0.0", What: "Units may be written in upper case."},
		},
		Deprecated: &command.Deprecation{Since: "6.2.0", ReplacedBy: "`GEOSEARCH` or `GEOSEARCHSTORE` with `BYRADIUS`"},
		Route:      command.RouteKeys,
	}, Run: runGeoradius},
	{Spec: command.Spec{
		Name: "georadius_ro", Arity: -6,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatGeo, Group: command.GroupGeo, Since: "3.2.10",
		Summary:    "Find the members within a distance of a position",
		Complexity: searchCost,
		Args: "key@key longitude@double latitude@double radius@double " + unitGrammar +
			withGrammar + countGrammar6 + orderGrammar,
		History:    []command.Change{{Since: "6.2.0", What: "The option `ANY` of `COUNT`."}},
		Deprecated: &command.Deprecation{Since: "6.2.0", ReplacedBy: "`GEOSEARCH` with `BYRADIUS`"},
		Route:      command.RouteKeys,
	}, Run: runGeoradiusRo},
	{Spec: command.Spec{
		Name: "georadiusbymember", Arity: -5,
		Flags:   command.Write | command.DenyOOM | command.MovableKeys,
		Keys:    radiusStoreKeys(5),
		Extract: radiusKeys(5),
		ACL:     command.CatGeo, Group: command.GroupGeo, Since: "3.2.0",
		Summary:    "Find the members within a distance of a member, and store them if asked to",
		Complexity: searchCost,
		Args: "key@key member@string radius@double " + unitGrammar +
			withGrammar + countGrammar + orderGrammar + storeGrammar,
		History: []command.Change{{Since: "7.0.0", What: "Units may be written in upper case."}},
		Deprecated: &command.Deprecation{
			Since: "6.2.0", ReplacedBy: "`GEOSEARCH` or `GEOSEARCHSTORE` with `BYRADIUS` and `FROMMEMBER`",
		},
		Route: command.RouteKeys,
	}, Run: runGeoradiusbymember},
	{Spec: command.Spec{
		Name: "georadiusbymember_ro", Arity: -5,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatGeo, Group: command.GroupGeo, Since: "3.2.10",
		Summary:    "Find the members within a distance of a member",
		Complexity: searchCost,
		Args: "key@key member@string radius@double " + unitGrammar +
			withGrammar + countGrammar + orderGrammar,
		Deprecated: &command.Deprecation{Since: "6.2.0", ReplacedBy: "`GEOSEARCH` with `BYRADIUS` and `FROMMEMBER`"},
		Route:      command.RouteKeys,
	}, Run: runGeoradiusbymemberRo},
	{Spec: command.Spec{
		Name: "geosearch", Arity: -7,
		Flags: command.ReadOnly,
		Keys:  []command.KeySpec{command.KeyAt(1, command.KeyRO|command.KeyAccess)},
		ACL:   command.CatGeo, Group: command.GroupGeo, Since: "6.2.0",
		Summary:    "Find the members of a geospatial set in a circle or a box",
		Complexity: searchCost,
		Args:       "key@key" + shapeGrammar + orderGrammar + countGrammar + withGrammar,
		History:    []command.Change{{Since: "7.0.0", What: "Units may be written in upper case."}},
		Route:      command.RouteKeys,
	}, Run: runGeosearch},
	{Spec: command.Spec{
		Name: "geosearchstore", Arity: -8,
		Flags: command.Write | command.DenyOOM,
		Keys: []command.KeySpec{
			command.KeyAt(1, command.KeyOW|command.KeyUpdate),
			command.KeyAt(2, command.KeyRO|command.KeyAccess),
		},
		ACL: command.CatGeo, Group: command.GroupGeo, Since: "6.2.0",
		Summary:    "Store the members of a geospatial set that are in a circle or a box",
		Complexity: searchCost,
		Args:       "destination@key source@key#1" + shapeGrammar + orderGrammar + countGrammar + " [STOREDIST]",
		History:    []command.Change{{Since: "7.0.0", What: "Units may be written in upper case."}},
		Route:      command.RouteKeys,
	}, Run: runGeosearchstore},
}
