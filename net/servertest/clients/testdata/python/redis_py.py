"""What an application does with redis-py as Debian has it."""
import os
import threading

import redis


def main():
    client = redis.Redis(port=int(os.environ["PORT"]), decode_responses=True)
    client.flushall()
    assert client.ping()
    assert client.set("k", "v", ex=100) and client.get("k") == "v"
    assert 90 < client.ttl("k") <= 100
    assert client.get("absent") is None
    assert client.incr("n", 41) == 41
    assert client.incrbyfloat("n", 0.5) == 41.5
    assert client.hset("h", mapping={"a": 1, "b": 2}) == 2
    assert client.hgetall("h") == {"a": "1", "b": "2"}
    assert client.zadd("z", {"one": 1, "two": 2.5}) == 2
    assert client.zrange("z", 0, -1, withscores=True) == [("one", 1.0), ("two", 2.5)]
    assert client.sadd("s", 1, 2, 3) == 3 and client.smembers("s") == {"1", "2", "3"}
    assert client.setbit("bits", 7, 1) == 0 and client.bitcount("bits") == 1
    assert client.pfadd("hll", *range(100)) == 1 and 95 <= client.pfcount("hll") <= 105
    assert client.geoadd("geo", (13.361389, 38.115556, "Palermo", 15.087269, 37.502669, "Catania")) == 2
    assert 166 < client.geodist("geo", "Palermo", "Catania", "km") < 167

    entry = client.xadd("x", {"f": "v"})
    assert client.xrange("x") == [(entry, {"f": "v"})]
    info = client.info()
    assert info["redis_version"] and info["db0"]["keys"] == 9
    assert client.config_get("maxmemory") == {"maxmemory": "0"}
    assert client.client_list()[0]["db"] == "0"
    assert client.object("encoding", "s") == "intset"
    assert client.dump("k") and client.restore("copy", 0, client_bytes().dump("k")) == "OK"
    assert client.memory_usage("k") > 0

    with client.pipeline() as pipe:
        assert pipe.set("p", 1).incr("p").get("p").execute() == [True, 2, "2"]

    def bump(pipe):
        value = int(pipe.get("p"))
        pipe.multi()
        pipe.set("p", value + 1)

    threads = [threading.Thread(target=client.transaction, args=(bump, "p")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.get("p") == "10"

    listener = client.pubsub(ignore_subscribe_messages=True)
    listener.subscribe("news")
    listener.get_message(timeout=5)
    assert client.publish("news", "hello") == 1
    heard = listener.get_message(timeout=5)
    assert heard and heard["data"] == "hello"

    threading.Timer(0.1, lambda: client_bytes().rpush("queue", "job")).start()
    assert client.blpop("queue", timeout=5) == ("queue", "job")
    assert len(list(client.scan_iter(count=3))) == client.dbsize()

    with client.lock("lock", timeout=10):
        assert client.lock("lock").acquire(blocking=False) is False
    add = client.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1]) + 1")
    assert add(keys=["sum"], args=[41]) == 42
    try:
        client.lpush("k", 1)
        raise AssertionError("a list was pushed to a string")
    except redis.ResponseError as err:
        assert "WRONGTYPE" in str(err)
    print("ok")


def client_bytes():
    return redis.Redis(port=int(os.environ["PORT"]))


if __name__ == "__main__":
    main()
