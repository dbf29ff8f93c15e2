-- Each line is the body of a function. Both sides must return, or raise, the same.
return string.x
string.x = 1
string.rep = 1
return nope
return _G.nope
nope = 1
_G.nope = 1
local t = {} t.a.b = 1
local t = {} t.a()
local t = {} t:a()
local s; return s.x
local s; return s[1]
local s; return s .. ""
local s = {}; return "" .. s
local s = {}; return s.x .. "a"
local s = {}; return ("a" .. s.x)
local s; return s + 1
local s = {}; return 1 + s.x
local s = {}; return -s.x
local s; return #s
local s = {}; return #s.a
local s = true; s.x = 1
local s = true; s[1] = 1
return nil + 1
return 1 < {}
return {} < {}
return nil < 1
return nil < nil
return "a" < 1
return true <= true
return print
return (1)()
return ("x")()
return (nil)()
local f; f()
local f = {}; f.a.b()
local f = {}; f["a b"]()
rawset(_G, "x", 1)
setmetatable(_G, {})
setmetatable(string, {})
return type(getmetatable(_G)), type(getmetatable(_G).__index)
getmetatable(_G).__index = nil
getmetatable("").__index = nil
getmetatable("").x = 1
return getmetatable("").__index == string, getmetatable(string), getmetatable(nil), getmetatable(1), getmetatable(print)
return getmetatable(nil), getmetatable(1), getmetatable(true), getmetatable(type)
table.insert(string, 1)
table.remove(string)
table.sort(string)
return rawget(_G, "nope"), rawget(string, "rep") ~= nil
for k, v in pairs(bit) do if type(v) ~= "function" then return k end end return "ok"
local n = 0 for k in pairs(string) do n = n + 1 end return n
local n = 0 for k in next, math do n = n + 1 end return n
return next(_G) ~= nil, next({}), next({5})
return ("x"):rep(3), ("abc"):len(), #"abc", ("%d"):format(3)
return ("x"):bad()
return ("x"):rep({})
return ("x").rep()
string.rep()
string.rep("x", {})
string.rep("x", -1)
return #string.rep("ab", 1000), string.rep("", 1e9)
error("x")
error("x", 0)
error("x", 2)
error({err = "y"})
error()
error(nil)
error(12)
local function f() error("deep", 2) end f()
assert(false)
assert(false, "m")
assert(nil, {})
assert()
return assert(1, 2, 3)
return xpcall(function() error("x") end, function(e) return "h:" .. e end)
return xpcall(function() error({1}) end, function(e) return e[1] end)
return xpcall(function(...) return select("#", ...) end, function(e) return e end, 1, 2)
return xpcall(function() local x = nil + 1 end, function(e) return e end)
return pcall(error, "x")
return pcall(error, "x", 1)
return pcall(error)
return pcall(nil)
return pcall()
return pcall(string.rep)
return pcall(string.rep, "x", "y")
return pcall(pcall, error, "e")
return select("#", nil, nil), select(2, 1, 2, 3), select(-1, 1, 2, 3)
return select(0)
return select(-5, 1)
return select("#")
return tostring(1e15), tostring(2^53), 0.1 + 0.2 .. "", 1/0 .. "", -1/0 .. "", 0/0 .. "", -(0/0) .. "", 1e100 .. "", 123456789012345 .. "", 100 .. ""
return tostring(-0), 1e14 .. "", 1e13 .. "", 123456.789 .. "", 1e-5 .. "", 0.0001 .. "", -1e14 .. "", 99999999999999 .. "", 1/3 .. ""
return "0x10" + 0, "  10  " + 0, "1e3" + 0, "010" + 0, "10" * "2", "3" ^ 2, -"2", "7" % 4, 10 / "4"
return "0x" + 1
return "abc" + 1
return "1_0" + 1
return "0b1" + 1
return "" + 1
return {} + "1"
return "1" + {}
return tonumber("0x1p4"), tonumber("inf"), tonumber("nan"), tonumber("1e"), tonumber(""), tonumber(" "), tonumber("1 2"), tonumber("010")
return tonumber("z", 36), tonumber("ff", 16), tonumber("-ff", 16), tonumber("1.5", 10), tonumber("8", 8), tonumber("0b1"), tonumber("1_0"), tonumber("0x", 16), tonumber("0x1f", 16), tonumber(" 11 ", 2)
return tonumber("99999999999999999999999999", 16), tonumber("zz", 36), tonumber(10, 16), tonumber("1e1", 16), tonumber("7fffffffffffffff", 16)
return tonumber(nil), tonumber({}), tonumber(true), tonumber("5", 10), tonumber(5, 10)
return tonumber()
return tonumber("1", 99)
return tonumber("1", 1)
return tonumber({}, 16)
return string.format("%d", 3.7), string.format("%d", -3.7), string.format("%d", "3.7"), string.format("%d", 1e30), string.format("%x", -1), string.format("%u", -1), string.format("%d", 0/0)
return string.format("%5.2s|%-5d|%+d|% d|%05d|%#x|%e|%g|%q|%c|%i|%o|%X|%E|%G|%%", "abc", 1, 2, 3, 4, 255, 1.5, 1e20, "a\n\0\"\\\r", 65, 7, 8, 255, 1.5, 1e-10)
return string.format("%#x|%#o|%#X|%.0d|%.3d|%8.3d|%-8.3d|%08.3d|%+5d|%+05d|%- 5d", 0, 8, 255, 0, 5, 5, 5, 5, 5, 5, 5)
return string.format("%#g|%#.3g|%g|%g|%g|%.0f|%#.0f|%10.3f|%-10.3f|%+.2e|%010.2f|%G", 1, 1e10, 100000, 1000000, 1e-5, 2.5, 2.5, 3.14159, 3.14159, 12345.678, -3.14159, 1e-20)
return string.format("%5s|%-5s|%.2s|%5.1s|", "abc", "abc", "abc", "abc"), string.format("%5g|%05g|%+g|%f|%F", 0/0, 1/0, 1/0, -1/0, 1)
return string.format("%5g|%05g|%+g|%f|%e", 0/0, 1/0, 1/0, -1/0, 1/0)
return string.format("%d")
return string.format("%y", 1)
return string.format("%1000d", 1)
return string.format("%.100f", 1)
return string.format("%99.99f", 1)
return string.format("%-+ #0d", 1)
return string.format("%-+ #00d", 1)
return string.format("%s", {})
return string.format("%s")
return string.format("%s", nil)
return string.format("%a", 1)
return string.format("%")
return string.format("%", 1)
return string.format("%10", 1)
return string.format("%.3q", "abc")
return string.format("%5%", 1)
return string.format("%5c|%-5c|%c", 65, 66, 0), string.format("%s", "a\0b"), #string.format("%s", string.rep("x\0", 100))
return string.format(1, 2), string.format("%s %s", 1, 1.5), string.format("%d %s", "10", 1e15)
return string.format("%d", "x")
return string.format("%c", -1), string.format("%c", 256), string.format("%c", 1e10)
return string.byte("abc", 1, -1), string.byte("abc", 0), string.byte("abc", 10), string.byte("", 1), string.byte("abc", -2)
return string.byte(string.rep("x", 10000), 1, -1)
return string.char(), string.char(65, 66), string.char(0, 255)
return string.char(256)
return string.char(-1)
return string.char("x")
return string.sub("hello", 2, 4), string.sub("hello", -3), string.sub("hello", 0), string.sub("hello", 10), string.sub("hello", 2, -2), string.sub("hello", -100, 100), string.sub("hello", 4, 2)
return string.sub("x")
return string.reverse("abc"), string.upper("aBc\xff"), string.lower("AbC\195\132"), string.len("a\0b")
return string.find("hello", "l"), string.find("hello", "xyz"), string.find("hello", ""), string.find("hello", "", 10), string.find("hello", "", 6), string.find("hello", "l", -2), string.find("a.b", ".", 1, true), string.find("a.b", "%.")
return string.find("hello world", "(o)( )"), string.find("hello", "()ll()"), string.find("abc", "^b"), string.find("abc", "^a"), string.find("abc", "c$"), string.find("a\0b", "b"), string.find("a\0b", "\0"), string.find("a\0b", "%z")
return string.match("key=value", "(%w+)=(%w+)"), string.match("2024-01-02", "(%d+)-(%d+)-(%d+)"), string.match("  x  ", "^%s*(.-)%s*$"), string.match("abc", "b"), string.match("abc", "x"), string.match("abc", "()"), string.match("hello", ".-(l+)")
return string.match("THE (quick) fox", "%((%a+)%)"), string.match("x(a(b)c)y", "%b()"), string.match("THE (quick) fox", "%f[%a]%a+", 5), string.match("abab", "(ab)%1"), string.match("[[x]]", "%[%[(.*)%]%]"), string.match("a-b", "[a%-]+"), string.match("a]b", "[]]"), string.match("a^b", "[%^]"), string.match("x-z", "[x-]+")
return string.match("x", "[a")
return string.match("x", "%")
return string.match("x", "(x")
return string.match("x", "x)")
return string.match("x", "%1")
return string.match("x", "(x)%2")
return string.match("x", "%f")
return string.match("x", "%b")
return string.match("x", "%bx")
return string.match("x", "[%")
return string.match("x", "[]")
return string.match("x", string.rep("(", 40))
return string.match("x", string.rep("()", 33))
return string.match(string.rep("a", 30), string.rep("a?", 12) .. string.rep("a", 12))
return string.gsub("hello world", "o", "0"), string.gsub("hello", "", "-"), string.gsub("hello", "l", "%0%0"), string.gsub("hello", "(h)(e)", "%2%1"), string.gsub("hello", "l", "x", 1), string.gsub("hello", "l", "x", 0), string.gsub("abc", "^a", "x"), string.gsub("aaa", "^a", "x")
return string.gsub("hello", "l", {l = "L"}), string.gsub("hello", "(l)", function(c) return c:upper() end), string.gsub("hello", "l", function() end), string.gsub("hello", "l", function() return false end), string.gsub("$a $b", "%$(%w+)", {a = 1})
return string.gsub("abc", "b", "%")
return string.gsub("abc", "b", "%x")
return string.gsub("abc", "b", "%2")
return string.gsub("abc", "b", true)
return string.gsub("abc", "b", function() return {} end)
return string.gsub("abc", "b", {b = true})
return string.gsub("abc", "%w", "%0%0%%", 2), string.gsub("abc d", "%w*", "x"), string.gsub("abc", "b*", "-"), string.gsub("", "", "x"), string.gsub("abc", "", ""), string.gsub("abc", ".", {a = 1, b = 2.5}), string.gsub("a b", "()", "%1")
local r = {} for k, v in string.gmatch("a=1, b=2", "(%w+)=(%w+)") do r[#r + 1] = k .. v end return r
local r = {} for w in string.gmatch("one two", "%a+") do r[#r + 1] = w end return r
local r = {} for p in string.gmatch("abc", "()") do r[#r + 1] = p end return r
local r = {} for w in string.gmatch("abc", "") do r[#r + 1] = w end return r
local r = {} for w in string.gmatch("abc", "^a") do r[#r + 1] = w end return r
return table.concat({1, 2, 3}, ","), table.concat({}), table.concat({1, 2, 3}, ",", 2), table.concat({1, 2, 3}, ",", 2, 2), table.concat({1, 2}, ",", 3), table.concat({"a", 1.5, 1e15})
return table.concat({1, 2, {}}, ",")
return table.concat({1, 2}, ",", 1, 3)
return table.concat({1, 2}, ",", 0, 1)
return table.concat({1}, {})
return table.insert({}, 1, 2, 3)
return table.insert({})
return table.insert(nil, 1)
local t = {1, 2} table.insert(t, 5, "x") return t
local t = {1, 2} table.insert(t, 1, "x") table.insert(t, "y") return t
local t = {} table.insert(t, 0, "x") table.insert(t, -1, "y") return t
local t = {1, 2, 3} return table.remove(t, 1), #t, table.remove(t, 7), #t, table.remove(t), #t, table.remove(t), table.remove(t), table.remove(t)
local t = {1, 2, 3} return table.remove(t, 0), #t
local t = {3, 1, 2} table.sort(t) return t
local t = {"b", "a", "c"} table.sort(t, function(a, b) return a > b end) return t
local t = {} for i = 1, 100 do t[i] = (i * 37) % 101 end table.sort(t) return table.concat(t, ",")
local t = {} for i = 1, 60 do t[i] = {i % 5, i} end table.sort(t, function(a, b) return a[1] < b[1] end) local r = {} for i = 1, 60 do r[i] = t[i][1] .. ":" .. t[i][2] end return table.concat(r, " ")
table.sort({3, 2, "x"})
table.sort({3, 1}, 1)
table.sort({{}, {}})
table.sort({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, function() return true end)
table.sort({1, nil, 3})
table.sort({3, 2, 1}, function(a, b) error("cmp") end)
return table.maxn({[1.5] = 1, [7] = 1}), table.maxn({}), table.maxn({-5}), table.getn({1, 2})
return table.foreachi({1, 2}, function(i, v) if v == 2 then return "r" end end)
return table.foreach({a = 1}, function(k, v) return k end)
table.setn({}, 1)
return unpack({1, 2, 3}), unpack({1, 2, 3}, 2), unpack({1, 2, 3}, 2, 3), unpack({}, 1, 3), unpack({1, 2}, 3), unpack({}, 0, 0)
return unpack({}, 1, 1e7)
return select("#", unpack({}, 1, 7997))
return unpack({}, 1, 7998)
return select("#", unpack({}, 1, 7000))
return math.max()
return math.max(1, 2, 3), math.min(1, 2, 3), math.max("5", 3), math.min(0/0, 1), math.max(1, 0/0)
math.randomseed(1) return math.random(1000000), math.random(5, 10), math.random(), math.random(1)
math.randomseed(-1) return math.random(1000000)
math.randomseed(1e10) return math.random(1000000)
math.randomseed(1.9) return math.random(1000000), math.random(-5, 5), math.random(0, 2^31 - 1), math.random(-2^31, 0)
return math.random(0)
return math.random(2, 1)
return math.random(1, 2, 3)
return math.random(2^40)
return math.fmod(-5, 3), math.mod(-5, 3), math.modf(3.7), math.modf(-3.7), math.modf(1/0), math.modf(-1/0), math.modf(5), math.frexp(10), math.frexp(0), math.ldexp(1, 10), math.ldexp(0.5, -3)
return math.huge, -math.huge, math.pi, math.floor(-1.5), math.ceil(-1.5), math.sqrt(-1), math.sqrt(2), math.log(0), math.log10(1000), math.exp(1), math.pow(2, 0.5), math.deg(1), math.rad(180), math.abs(-5)
return math.floor("x")
return 5 % 3, -5 % 3, 5 % -3, -5 % -3, 5.5 % 2, -0.5 % 1, 0 % 5, '7' % 4
return 7 / 2, 1 / 0, -7 / 2, 2 ^ 10, 2 ^ 0.5, 2 ^ -1, 10 ^ 15, 10 ^ 16
return bit.tobit(2 ^ 31), bit.tohex(-1), bit.tohex(255, 4), bit.tohex(255, -4), bit.bnot(0), bit.band(255, 15), bit.bor(1, 2, 4), bit.bxor(5, 3)
return bit.band()
return bit.tobit(1e20), bit.tobit(2 ^ 40 + 5), bit.tobit(1.5), bit.tobit(2.5), bit.tobit(-1.5), bit.bswap(0x12345678), bit.rol(1, 33), bit.lshift(1, 32), bit.arshift(-8, 1), bit.rshift(-8, 1), bit.tobit("0x10"), bit.ror(1, 1)
return bit.band({})
return bit.bor("x")
return bit.band(1, {})
return bit.tohex(1, 0), bit.tohex(1, 100), bit.tohex(1, -100), bit.tohex(2 ^ 31), bit.tohex(0.5), bit.tohex(1, nil)
return struct.pack("q", 1)
return struct.unpack("i", struct.pack("i", 5))
return struct.size("!ibd"), struct.size("i33")
return struct.size("s")
return struct.size("c0")
return struct.size("i33")
return struct.size("!3i")
return struct.size("i0"), struct.size(""), struct.size("!8bhilTLHBIfdxc3>"), struct.size("zq"), struct.size("!i3b")
return struct.size("(")
return struct.unpack("i", "abc")
return struct.unpack("s", "abc\0def"), struct.unpack("ss", "a\0b\0"), struct.unpack("bc0", "\3abcd")
return struct.unpack("s", "abc")
return struct.pack("c5", "abc")
return struct.pack("c0", "abc"), struct.pack("c2", "abc"), struct.pack("s", "abc"), struct.pack("bs", 1, "x")
return struct.unpack("c0", "abcd")
return struct.unpack("bc0", "\9abcd")
return struct.unpack("bc0", "\255abcd")
return struct.pack(">I2<i4", "258", -2), struct.pack(">i8", -1), struct.pack("<d", 1.5), struct.pack(">f", -2.25), struct.pack("!bi", 1, 2), struct.pack("!4bdh", 1, 2, 3), struct.pack("x"), struct.pack(">!2bi", 1, 2)
return struct.size("i2147483648")
return struct.size("c2147483647")
return struct.size("c99999999999")
return struct.unpack("i", "\1\0\0\0", -3)
return struct.unpack("i", "\1\0\0\0", 100)
return struct.unpack("i", "\0\1\0\0\0", 2)
return struct.pack("i")
return struct.pack("ii", 1)
return struct.pack("(i)", 1)
return struct.pack("i", "x")
return struct.unpack("d", struct.pack("d", 1.5)), struct.unpack("f", struct.pack("f", 1.1)), struct.unpack(">d", struct.pack(">d", -1e100))
return struct.unpack("i9", "123456789"), struct.unpack(">i9", "123456789"), struct.unpack("I9", "123456789"), struct.unpack("i16", "1234567890123456"), struct.unpack("i3", "\255\255\255"), struct.unpack("I3", "\255\255\255"), struct.unpack("i0", "")
return struct.pack("i9", 5), struct.pack("i9", -5), struct.pack(">i9", -5), struct.pack("i16", 1e10), struct.pack("b", 300), struct.pack("B", -1), struct.pack("l", 1e30), struct.pack("L", 2 ^ 63), struct.pack("L", 2 ^ 64), struct.pack("L", -2 ^ 63), struct.pack("i", 1.9), struct.pack("i", -1.9)
return cjson.encode({1, 2, {a = 1}}), cjson.encode({[1] = 1, [3] = 3}), cjson.encode({[1.5] = 1}), cjson.encode({}), cjson.encode({{}}), cjson.encode("\0\1\31\127\128/\\\"\b\f\n\r\t"), cjson.encode(cjson.null), cjson.encode(nil), cjson.encode(true)
return cjson.encode({[1] = 1, [100] = 3})
return cjson.encode({[true] = 1})
return cjson.encode({[{}] = 1})
return cjson.encode(function() end)
return cjson.encode({function() end})
return cjson.encode(0/0)
return cjson.encode(1/0)
return cjson.encode(1e15), cjson.encode(0.1), cjson.encode(1/3), cjson.encode(-0), cjson.encode(123456789012), cjson.encode(1e100), cjson.encode(2^53), cjson.encode(3.0), cjson.encode(-1.5e-10)
return cjson.encode()
return cjson.encode(1, 2)
local t = {} t.t = t return cjson.encode(t)
local t = {} for i = 1, 999 do t = {t} end return #cjson.encode(t)
local t = {} for i = 1, 1000 do t = {t} end return #cjson.encode(t)
return cjson.decode("")
return cjson.decode("{")
return cjson.decode("[1,]")
return cjson.decode("[1 2]")
return cjson.decode("{1:2}")
return cjson.decode('{"a" 1}')
return cjson.decode('{"a":1 "b"}')
return cjson.decode('{"a":1,}')
return cjson.decode("nul")
return cjson.decode("nan"), cjson.decode("-inf"), cjson.decode("0x10"), cjson.decode("01"), cjson.decode("-0"), cjson.decode("1e5"), cjson.decode("1E-2"), cjson.decode("+5"), cjson.decode("Infinity"), cjson.decode("-NaN")
return cjson.decode('"\\u00e9\\ud83d\\ude00\\u0000x"'), cjson.decode('"\\b\\f\\n\\r\\t\\/\\\\\\""'), cjson.decode('"\\u07ff\\u0800\\uffff"')
return cjson.decode('"\\ud83d"')
return cjson.decode('"\\ud83dx"')
return cjson.decode('"\\ud83d\\u0041"')
return cjson.decode('"\\ude00"')
return cjson.decode('"\\u12"')
return cjson.decode('"\\u12xx"')
return cjson.decode('"a')
return cjson.decode('"a\\')
return cjson.decode('"\n\t"')
return cjson.decode('"\\x"')
return cjson.decode(string.rep("[", 1001))
return cjson.decode(string.rep("[", 1000))
return cjson.decode("1 2")
return cjson.decode("[1]]")
return cjson.decode(nil)
return cjson.decode(12), cjson.decode("null") == cjson.null, cjson.decode("[null]")[1] == cjson.null, type(cjson.null), tostring(cjson.null)
return cjson.decode()
return cjson.decode("1", 2)
return cjson.decode("\239\187\191[]")
return cjson.decode("[\0]")
return cjson.decode("[1\0]")
return cjson.decode("1\0 x")
return cjson.decode("[1e]")
return cjson.decode("[-]")
return cjson.decode("[tru]")
return cjson.decode("[truex]")
return cjson.decode("[.5]")
return cjson.decode("[1.]"), cjson.decode("[1.5e3]"), cjson.decode("[1e400]"), cjson.decode("[-1e400]"), cjson.decode("[1e-400]")
return cjson.decode(" \t\r\n[ 1 , 2 ] "), cjson.decode('{"a":{"b":[1,{"c":null}]},"":0}'), cjson.decode("[]"), cjson.decode("{}"), cjson.decode("[[],{}]")
return cjson.encode_sparse_array(), cjson.encode_max_depth(), cjson.decode_max_depth(), cjson.encode_number_precision(), cjson.encode_keep_buffer(), cjson.encode_invalid_numbers(), cjson.decode_invalid_numbers()
return cjson.encode_sparse_array(true, 3, 4), cjson.encode({[1] = 1, [30] = 1}), cjson.encode_sparse_array(false, 2, 10)
return cjson.encode_sparse_array(nil, 0), cjson.encode({[5] = 1}), cjson.encode_sparse_array(nil, 2)
cjson.encode_sparse_array(1, 2, 3, 4)
cjson.encode_sparse_array("x")
cjson.encode_sparse_array(1)
cjson.encode_sparse_array(true, -1)
cjson.encode_number_precision(20)
return cjson.encode_number_precision(3), cjson.encode(1/3), cjson.encode(123456), cjson.encode_number_precision(14)
cjson.encode_max_depth(0)
cjson.encode_max_depth("x")
cjson.encode_max_depth(1, 2)
return cjson.encode_max_depth(2), pcall(cjson.encode, {{{}}}), pcall(cjson.encode, {{}}), cjson.encode_max_depth(1000)
return cjson.decode_max_depth(2), pcall(cjson.decode, "[[[]]]"), pcall(cjson.decode, "[[]]"), cjson.decode_max_depth(1000)
return cjson.decode_max_depth(1e6), pcall(cjson.decode, string.rep("[", 20000)), pcall(cjson.decode, string.rep('{"a":', 20000)), cjson.decode_max_depth(1000)
cjson.encode_invalid_numbers("x")
cjson.decode_invalid_numbers("null")
return cjson.encode_invalid_numbers("null"), cjson.encode({0/0, 1/0}), cjson.encode_invalid_numbers(true), cjson.encode({0/0, 1/0, -1/0}), cjson.encode_invalid_numbers("off"), cjson.encode_invalid_numbers("on"), cjson.encode_invalid_numbers(false)
return cjson.decode_invalid_numbers(false), pcall(cjson.decode, "[0x10]"), pcall(cjson.decode, "[nan]"), pcall(cjson.decode, "[-inf]"), pcall(cjson.decode, "[01]"), pcall(cjson.decode, "[1.5]"), pcall(cjson.decode, "[+1]"), cjson.decode_invalid_numbers(true)
local c = cjson.new() c.x = 1 c.encode_number_precision(2) return c.encode(1/3), cjson.encode(1/3), c.x, c._NAME, c._VERSION, c.null == cjson.null
cjson.x = 1
return cjson._NAME, cjson._VERSION, cmsgpack._NAME, cmsgpack._VERSION, cmsgpack._COPYRIGHT, cmsgpack._DESCRIPTION, _VERSION
local n = {} for k in pairs(cjson) do n[#n + 1] = k end table.sort(n) return n
return cmsgpack.pack()
return cmsgpack.unpack(""), cmsgpack.unpack("\1\2\3"), cmsgpack.unpack_one("\1\2\3"), cmsgpack.unpack_limit("\1\2\3", 2), cmsgpack.unpack_one("\1\2\3", 2), cmsgpack.unpack_limit("\1\2\3", 1, 1), cmsgpack.unpack_limit("\1\2\3", 0), cmsgpack.unpack_limit("\1\2\3", 5), cmsgpack.unpack_one("\1", 1)
return cmsgpack.unpack("\193")
return cmsgpack.unpack("\147\1")
return cmsgpack.unpack_one("\1", 5)
return cmsgpack.unpack_one("\1", -1)
return cmsgpack.unpack_limit("\1", -1)
return cmsgpack.unpack_limit("\1")
return cmsgpack.pack(1.5, -1, 1e10, 2 ^ 63, -2 ^ 63, 2 ^ 53, 0.1, "a", true, false, nil, {}, {1, 2}, {a = 1}, {[2] = 1}, {1, nil, 3}, 2 ^ 64, 1/0, 0/0, -1/0)
return cmsgpack.pack(127, 128, 255, 256, 65535, 65536, 2 ^ 32 - 1, 2 ^ 32, -32, -33, -128, -129, -32768, -32769, -2 ^ 31, -2 ^ 31 - 1)
return cmsgpack.pack(string.rep("x", 31)), cmsgpack.pack(string.rep("x", 32)), #cmsgpack.pack(string.rep("x", 255)), #cmsgpack.pack(string.rep("x", 256)), #cmsgpack.pack(string.rep("x", 65535)), #cmsgpack.pack(string.rep("x", 65536))
local t = {} for i = 1, 20 do t[i] = i end local m = {} for i = 1, 20 do m["k" .. i] = i end return cmsgpack.pack(t), #cmsgpack.pack(m)
return cmsgpack.pack(function() end), cmsgpack.pack(cjson.null)
local t = {} t.t = t return #cmsgpack.pack(t)
local t = {} for i = 1, 20 do t = {t} end return cmsgpack.pack(t)
return #cmsgpack.pack({[1.5] = 1, [true] = 2})
return cmsgpack.unpack("\207\255\255\255\255\255\255\255\255"), cmsgpack.unpack("\206\255\255\255\255"), cmsgpack.unpack("\211\128\0\0\0\0\0\0\0"), cmsgpack.unpack("\202\63\192\0\0"), cmsgpack.unpack("\203\63\248\0\0\0\0\0\0"), cmsgpack.unpack("\217\1x"), cmsgpack.unpack("\218\0\1x"), cmsgpack.unpack("\219\0\0\0\1x"), cmsgpack.unpack("\220\0\1\5"), cmsgpack.unpack("\221\0\0\0\1\5"), cmsgpack.unpack("\222\0\1\5\6"), cmsgpack.unpack("\223\0\0\0\1\5\6")
return cmsgpack.unpack("\196\1a")
return cmsgpack.unpack("\199\1\1x")
return cmsgpack.unpack("\129\192\1")
return cmsgpack.unpack("\221\255\255\255\255")
return cmsgpack.unpack("\223\255\255\255\255\1")
return cmsgpack.unpack("\219\255\255\255\255x")
return cmsgpack.unpack(nil)
return cmsgpack.unpack(5)
return pcall(cmsgpack.unpack, string.rep("\145", 10000) .. "\1")
return pcall(cmsgpack.unpack, string.rep("\129\1", 10000) .. "\1")
return #cmsgpack.unpack(string.rep("\145", 3990) .. "\1")
return coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end)(1)
local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) local d, e = coroutine.yield(c * 2) return d + e end) return coroutine.resume(co, 1, 2), coroutine.resume(co, 10), coroutine.resume(co, 3, 4), coroutine.resume(co), coroutine.status(co)
return coroutine.resume(coroutine.create(function() error("x") end))
return coroutine.resume(coroutine.create(function() error({}) end))
return coroutine.wrap(function() error("x") end)()
return coroutine.wrap(function() error({5}) end)()
local co = coroutine.wrap(function() return 1 end) co() co()
return coroutine.yield(1)
return coroutine.resume(coroutine.create(function() pcall(coroutine.yield, 1) return 2 end))
return coroutine.resume(coroutine.create(function() return pcall(function() coroutine.yield(1) end) end))
return coroutine.resume(coroutine.create(function() table.sort({2, 1, 3}, function() coroutine.yield() end) end))
return coroutine.resume(coroutine.create(function() local t = setmetatable({}, {__index = function() coroutine.yield(1) end}) return t.x end))
return coroutine.resume(coroutine.create(function() for k in function() coroutine.yield(1) end do end end))
local function f() return coroutine.yield(7) end return coroutine.resume(coroutine.create(function() return f() end))
local co co = coroutine.create(function() return coroutine.resume(co) end) return coroutine.resume(co)
local co co = coroutine.create(function() return coroutine.status(co), coroutine.running() == co end) return coroutine.resume(co)
return coroutine.create(1)
return coroutine.create(print)
return coroutine.resume(1)
return coroutine.status(nil)
return coroutine.running()
local co = coroutine.create(function() end) return coroutine.status(co), coroutine.resume(co), coroutine.status(co), type(co)
local r = {} local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) for i in gen do r[#r + 1] = i end return r
local t = setmetatable({}, {__index = function(t, k) return k .. "!" end}) return t.foo, t[1]
local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end}) t.x = 5 return t.x
local t = setmetatable({}, {__call = function(self, a) return a end}) return t(5)
local t = setmetatable({}, {__tostring = function() return "T" end}) return tostring(t)
local t = setmetatable({}, {__concat = function(a, b) return "C" end}) return t .. "x", "x" .. t, 1 .. t, t .. t, "a" .. "b" .. t .. "c"
local t = setmetatable({}, {__add = function(a, b) return "A" end, __unm = function() return "U" end}) return t + 1, 1 + t, "x" + t, t + "x", -t, t + nil
local m = {__eq = function() return true end, __lt = function() return true end, __le = function() return false end} local a, b = setmetatable({}, m), setmetatable({}, m) return a == b, a < b, a <= b, a > b, rawequal(a, b)
local t = setmetatable({}, {__metatable = "locked"}) return getmetatable(t), pcall(setmetatable, t, {})
return setmetatable({}, 1)
return setmetatable({})
return setmetatable(1, {})
return getmetatable()
local t = {} t[nil] = 1
local t = {} t[0/0] = 1
rawset({}, nil, 1)
rawset({}, 1)
return rawget({5}, 1), rawequal("a", "a"), rawequal({}, {}), rawlen
return rawget(1, 1)
return next(nil)
return ipairs()
return ipairs(nil)
return pairs(nil)
local r = {} for i, v in ipairs({1, 2, nil, 4}) do r[#r + 1] = v end return r
for i = 1, "x" do end
for i = "a", 2 do end
for i = 1, 2, {} do end
local r = {} for i = "1", "3" do r[#r + 1] = i end return r
local r = {} for i = 3, 1, -1 do r[#r + 1] = i end return r
local r = {} for i = 1, 0 do r[#r + 1] = i end return r
local r = {} for i = 0, 1, 0.25 do r[#r + 1] = i end return r
for k in nil do end
for k in 5 do end
for k in {} do end
local f = function() return f end return f()
local x = 1 do local x = 2 end return x
local function f(...) return select("#", ...), ... end return f(), f(nil), f(1, nil), (f(1, 2))
local function f(...) return arg.n, arg[1] end return f(5, 6)
local function f(...) local a, b = ... return a, b end return f(1, 2, 3)
return (function(...) return ... end)(1, 2, 3)
return #{1, 2, 3, nil}, #{nil}, #{n = 1}, #"", #"abc"
return {1, 2, (function() return 3, 4 end)()}, {(function() return 3, 4 end)(), 5}
 return 1 == "1", "1" == 1, "a" == "a", nil == false, 0 == -0
return not nil, not 0, nil and 1, false or 2, nil or false, 1 and 2
return 1 .. 2, "a" .. 1 .. "b" .. 2.5, (1 .. 2) + 1
return "a" .. "b" .. nil
local a = {} return "x" .. a.b.c
return "\65\066\n\t\\\"\'\x41", [[long]], [==[a]]b]==], loadstring("return 'a\\\nb', [[\nx\ny]]")()
return 0x10, 0xff, 1e3, .5, 3., 0x1p4, 1e-2, 3e+2
return loadstring("x =")
return loadstring("return 1+")
return loadstring("return 1+", "=foo")
return loadstring("return 1+", "@foo")
return loadstring("return 1+", "line one\nline two")
return loadstring("return 1+", string.rep("x", 100))
return loadstring("return 1+", "=" .. string.rep("x", 100))
return loadstring("return 1+", "@" .. string.rep("x", 100))
return loadstring("return 5")(), loadstring("return ...")(1, 2), loadstring("local a = ... return a")(3)
return loadstring("\27Lua")
return loadstring("error('x')")
return pcall(loadstring("error('x')"))
return pcall(loadstring("local t t.x = 1", "=chunk"))
return loadstring("for i = 1 do end")
return loadstring("for a b")
return loadstring("local function end")
return loadstring("if x then")
return loadstring("if x then\n\n")
return loadstring("return return")
return loadstring("break")
return loadstring("x = 'abc")
return loadstring("x = 'abc\n'")
return loadstring("x = [[abc")
return loadstring("--[[ abc")
return loadstring("x = [=abc")
return loadstring("x = 3x")
return loadstring("x = 1..2")
return loadstring("x = '\\300'")
return loadstring("x = [[ [[ ]]")
return loadstring("f\n(1)")
return loadstring("x = }")
return loadstring("x = @")
return loadstring("x = \1")
return loadstring("goto x")
return loadstring("a.b:c = 1")
return loadstring("f() = 1")
return loadstring("(a) = 1") ~= nil
return loadstring("local a.b = 1")
return loadstring("function f(a,) end")
return loadstring("function f(..., a) end")
return loadstring("return function() return ... end")
return loadstring("x = {1, 2")
return loadstring("x = {1 2}")
return loadstring("x = {[1] 2}")
return loadstring("repeat until")
return loadstring("while true")
return loadstring("do return 1 x = 2 end")
return loadstring("x, y")
return loadstring("x")
return loadstring("x.y")
return loadstring("local x <const> = 1")
return loadstring(string.rep("(", 300))
return loadstring(string.rep("do ", 300))
return loadstring("return " .. string.rep("-", 1) .. "1")()
return loadstring("return " .. string.rep("not ", 300) .. "1")
return loadstring("return " .. string.rep("{", 250) .. string.rep("}", 250))
return load(function() return nil end)
local n = 0 return load(function() n = n + 1 return ({"return ", "4", "2"})[n] end)()
return load(function() return {} end)
return load(1)
local n = 0 return load(function() n = n + 1 if n == 1 then return "x =" end end)
return load(function() error("reader") end)
local n = 0 return load(function() n = n + 1 if n == 1 then return "x =" end end, "=named")
local s = nil local t = {} t.x = s.y
local s = nil local t = {} t.x = #s
return ({}).x.y
return (string.nope)()
return string.nope()
return cjson.nope()
return #5
return -{}
return {} .. {}
return 2 ^ "x"
local up; local function f() return up.x end f()
local up; local function f() up() end f()
local up; local function f() return up + 1 end f()
local up; local function f() return up .. "" end f()
return math.floor({})
return ("x"):find({})
return string.find(nil, "x")
return string.find("x")
return tostring()
return type()
return tostring(nil), tostring(true), type(nil), type(type)
return unpack()
return unpack(1)
return collectgarbage("bad")
return collectgarbage("collect"), collectgarbage("step"), collectgarbage("stop"), collectgarbage("restart")
local t = {} for i = 1, 10 do t[i] = i end for i = 1, 10 do t[i] = nil end return #t, next(t)
local t = {} for i = 10, 1, -1 do t[i] = i end return #t
local t = {n = 1, 5, 6, [3] = 7} return #t, t[3]
local a, b, c = (function() return 1, 2 end)() return a, b, c
local a <b
return 1e308 * 10, -1e308 * 10
local s = "" for i = 1, 100 do s = s .. i end return #s
local function f() return 1 + f() end return (select(2, pcall(f))):match("stack overflow")
local function f() return f() end return type(f)
local function f() pcall(f) end return pcall(f)
return pcall(string.gsub, "x", "x", function() error("in gsub") end)
return pcall(table.foreach, {1}, function() error("in foreach") end)
return os
return io
return require
return dofile
return getfenv
return setfenv
return debug
return package
return newproxy
return module
return loadfile
local x = 0 local f = function() x = x + 1 end pcall(error, "a") f() return x
local x = 0 local f = function() x = x + 1 end pcall(function() local y = nil; return y.z end) f() f() return x
local x = 0 local f = function() x = x + 1 end xpcall(function() error("q") end, function(e) x = x + 10 return e end) f() return x
local g pcall(function() local z = 5 g = function() z = z + 1 return z end error("x") end) local a = g() local b, c, d, e = 1, 2, 3, 4 return a, g()
local g xpcall(function() local z = 5 g = function() z = z + 1 return z end error("x") end, function(e) return e end) local a = g() local b, c, d, e = 1, 2, 3, 4 return a, g()
local x = 0 local f = function() x = x + 1 end for i = 1, 3 do pcall(error) f() end return x
local x = 1 local function f() x = x + 1 end local co = coroutine.wrap(function() pcall(error, 1) f() coroutine.yield(x) f() return x end) local a = co() local b = co() return a, b, x
-- Programs.
local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end return fs[1](), fs[1](), fs[2](), fs[3]()
local fs = {} local i = 1 while i <= 3 do local j = i fs[i] = function() j = j * 2 return j end i = i + 1 if i == 3 then break end end return fs[1](), fs[1](), fs[2](), #fs
local fs = {} repeat local x = #fs + 1 fs[x] = function() return x end until x >= 3 return fs[1](), fs[2](), fs[3]()
local r = {} for k, v in pairs({10, 20, 30}) do local f = function() return k, v end if v == 20 then r[1] = f break end end return r[1]()
local a, b = 1, 2 a, b = b, a return a, b
local i, t = 1, {} i, t[i] = i + 1, 20 return i, t[1], t[2]
local t = {1, 2, 3} local i = 1 t[i], i = "x", 3 return t, i
local a = {} a.x, a.y, a.z = 1, 2 return a.x, a.y, a.z
local function f() return 1, 2, 3 end local a, b, c, d = 0, f() return a, b, c, d
local function f() return 1, 2, 3 end local t = {f(), f()} return #t, t
local function f() return 1, 2, 3 end return (f())
local function f(n) if n == 0 then return "done" end return f(n - 1) end return f(100000)
local function f(...) local t = {...} return t[3], select("#", ...) end return f(1, nil, 3, nil)
local function f(a, ...) local b, c = ... return a, b, c end return f(1, 2), f(1), f(1, 2, 3, 4)
local s = 0 for i = 10, 1, -3 do s = s + i end return s
local s = 0 for i = 1, 3 do for j = 1, 3 do if j == 2 then break end s = s + i * j end end return s
local n = 0 while true do n = n + 1 if n > 5 then break end end return n
local t = {} for w in ("a,b,,c"):gmatch("([^,]*)") do t[#t + 1] = w end return table.concat(t, "|")
local function split(s, sep) local r, i = {}, 1 while true do local a, b = s:find(sep, i, true) if not a then r[#r + 1] = s:sub(i) return r end r[#r + 1] = s:sub(i, a - 1) i = b + 1 end end return split("a::b::c", "::")
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(15)
local A = {} A.__index = A function A.new(x) return setmetatable({x = x}, A) end function A:get() return self.x end function A:set(x) self.x = x return self end return A.new(5):set(7):get()
local q = {first = 1, last = 0} local function push(v) q.last = q.last + 1 q[q.last] = v end local function pop() local v = q[q.first] q[q.first] = nil q.first = q.first + 1 return v end push(1) push(2) push(3) return pop(), pop(), q.last - q.first
local cap, rate, now, ts, tokens = 10, 2, 100.5, 98.25, 3 local fill = math.min(cap, tokens + math.floor((now - ts) * rate)) return fill, fill >= 5, tostring(now - ts), cjson.encode({fill, now})
local function deep(n) if n == 0 then return {} end return {deep(n - 1)} end return cjson.encode(deep(10)), cmsgpack.unpack(cmsgpack.pack(deep(5)))
local m = setmetatable({}, {__index = table}) m:insert(1) m:insert(2) return m:concat(","), #m
local t = {} t[1], t[2], t[4] = 1, 2, 4 t[3] = 3 return #t, unpack(t)
local t = {5, 4, 3, 2, 1} table.sort(t, function(a, b) return a < b end) return unpack(t)
local x = 5 local function outer() local y = x return function() x = x + y return x end end local f, g = outer(), outer() return f(), g(), f(), x
local t = {} for i = 1, 300 do t[#t + 1] = i end local s = 0 for _, v in ipairs(t) do s = s + v end return s, #t, t[300]
local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55} return #t, t[51], t[55]
local t = {} for i = 1, 100 do t["k" .. i] = i end for i = 1, 99 do t["k" .. i] = nil end local n = 0 for k, v in pairs(t) do n = n + v end return n
local t = {a = 1, b = 2, c = 3} for k in pairs(t) do t[k] = nil end return next(t)
local t = {a = 1, b = 2} for k, v in pairs(t) do t[k] = v * 2 end return t
return (function(a, b, ...) return a, b, select("#", ...) end)(1)
return type(nil) == "nil", type({}) == "table", not not nil, nil == false
return 1 < 2 == true, "a" < "b", not (1 > 2), 1 <= 1, "abc" < "abd", "Z" < "a", "" < "a"
return 2 ^ 3 ^ 2, -2 ^ 2, not 1 == 2, 1 .. 2 == "12", 2 * 3 + 4, 2 + 3 * 4, (2 + 3) * 4, 7 - 3 - 2, 2 ^ -1
local a = {b = {c = {d = 5}}} return a.b.c.d, a["b"]["c"].d, a.b["c"]["d"]
local s = "x" local r = s:rep(3):upper():lower():len() return r
local function f(t) return t.a, t[1] end return f{a = 1, 2}, type"x", #"abc"
local t = {[1] = "a", "b"} return t[1]
local t = {"a", [1] = "b", n = 1} return t[1]
local a = 1 local a = a + 1 local function g() return a end local a = a + 1 return a, g()
do local x = 1 end return pcall(function() return x end)
local ok, e = pcall(function() local t = setmetatable({}, {__index = function(_, k) error("no " .. k) end}) return t.foo end) return ok, e
local ok, e = pcall(function() error({code = 5}) end) return ok, type(e), e.code
local ok, e = pcall(error, {err = "custom", x = 1}) return ok, e
return select(2, pcall(error, setmetatable({}, {__tostring = function() return "E" end}))) ~= nil
local function a() error("in a") end local function b() a() end local ok, e = pcall(b) return e
local log = {} local function f() log[#log + 1] = "f" return 1 end local function g() log[#log + 1] = "g" return 2 end local t = {} t[f()] = g() return table.concat(log)
local log = "" local function l(x) log = log .. x return x end local _ = l("a") .. l("b") .. l("c") return log
local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i, i * i) end return "end" end) local r = {} for i = 1, 4 do r[i] = {co()} end return r
local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end local s = 0 for v in gen(5) do for w in gen(v) do s = s + w end end return s
local co = coroutine.create(function(...) local n = select("#", ...) while true do n = n + select("#", coroutine.yield(n)) end end) local r = {} for i = 1, 4 do local _, v = coroutine.resume(co, unpack({1, 2, 3}, 1, i % 4)) r[i] = v end return r
return tostring(12345678901234567890), 0xffffffffffff, 1e309, -1e309, 5e-324, 123456789012345678
return 10 // 2
return 1 & 2
goto done
return "\z x"
return #"\0\0", "a\0b" == "a\0b", ("a\0b"):len(), "a\0b" < "a\0c"
return string.format("%s|%s|%s", 1, 1.0, "x"), string.format("%d", -0), string.format("%.3f", 2/3), string.format("%5.1f|", 3.14159), string.format("%03d", 7), string.format("%x", 255), string.format("%%")
return tostring(3) == "3", tostring(3.0), tostring(-3.5), 3 .. "", 3.0 .. "", 1e3 .. "", 2^63 .. "", 1e14 .. "", 1e15 .. ""
return math.floor(3.7), math.ceil(3.2), math.floor(-3.7), math.max(1, 5, 3), math.min(4, 2), math.abs(-7), math.fmod(7, 3), 7 % 3, -7 % 3, 2^0.5
return tonumber("5") + 1, "5" + 1, "5" * "2", 10 .. 20, "3" ^ "2", -"4", "0x1F" * 1
local function id(x) return x end local a, b, d = 1, "two", 4 b = id((not (b) == ((d) and (b) or (1)))) return b
local function id(x) return x end local a = 1 do local p, q = (id(1) == {a, y = "s"}) or not (not (false)), 2 a = {p, q} end return a
local p = false or not (not (false)) return p, nil or not false, 1 and not not nil
local function f(c) for v in pairs({1, 2}) do if v == ((1) and (nil) or (false)) then c = v end end return 1 end return f(1)
local function f(c) while true do break end for v in pairs({1, 2}) do if v == (1 and nil or false) then c = 1 end end return 1 end return f(1)
local n = 0 for i = 1, 3 do while true do n = n + 1 if n > 1 then break end end end return n
local n = 0 while n < 3 do n = n + 1 for i = 1, 2 do break end end return n
local n = 0 repeat while true do break end n = n + 1 until n == 3 return n
local n = 0 while n < 3 do repeat local done = true n = n + 1 until done end return n
local n = 0 while (nil or n < 3) do n = n + 1 if false then n = 9 end end return n
local n = 0 for i = 1, 3 do if nil then n = 9 elseif true then n = n + 1 end end return n
local function two() return 1, 2 end return 1 and two(), nil or two(), false and two(), "x" or two()
local function all(...) return true and ..., nil or ... end return all(7, 8)
local n = 0 for i = 1, 3 do do break end n = n + 1 end return n
local n = 0 for i = 1, 5 do if i == 2 then else while true do n = n + 1 if i < 4 then break else return n end end end end return n
