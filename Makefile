# What can be done with this tree. Every target works from a fresh checkout;
# .ci/run calls the same targets, so that what passes here passes there.

GO        ?= go
BIND      ?= 127.0.0.1
PORT      ?= 6379
FUZZTIME  ?= 10s
BENCHARGS ?=
SAVE      ?=
ROUNDS    ?= 1000000
SHARDS    ?= 2
SEED      ?= 1

# A checkout that another user owns would make git, and with it the build, fail.
export GOFLAGS := -buildvcs=false $(GOFLAGS)

# The conversations with redis-server are many processes and take their time
# under the race detector.
TESTTIME  ?= 15m

LINT      := bin/golangci-lint
TROUPE    := bin/troupe

.DEFAULT_GOAL := help
.PHONY: help build run test test-needs vet test-race test-plain test-invariants \
	differential lint format tidy fuzz crash golden commands bench profile clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/troupe; GOAMD64=v3 for processors since 2015 and no others
	$(GO) build -o $(TROUPE) ./cmd/troupe

run: build ## build the server and start it on BIND and PORT; SAVE='60 1' keeps data in ./dump.rdb
	$(TROUPE) --bind $(BIND) --port $(PORT) --save "$(SAVE)"

test: test-needs vet test-race test-plain test-invariants differential ## run all tests; on Debian, installs what they need

test-needs: ## see to a C compiler (race detector) and redis-server (the oracle)
	@.ci/test-needs

vet: ## go vet
	$(GO) vet ./...

test-race: ## all tests with the race detector, packages and tests in random order
	$(GO) test -race -shuffle=on -timeout $(TESTTIME) ./...

# The race detector allocates, so the tests that count allocations leave that to
# this pass. The conversations were all held in the pass before.
test-plain: ## without the race detector: what hot paths allocate
	$(GO) test -shuffle=on -timeout $(TESTTIME) $$($(GO) list ./... | grep -v /net/servertest)

test-invariants: ## the data structures with their expensive checks switched on
	$(GO) test -tags invariants -timeout $(TESTTIME) ./shard/...

differential: test-needs ## compare ROUNDS random commands of each type with redis-server (SHARDS, SEED; SEED=0 draws one)
	$(GO) test ./net/servertest -run '^TestRandom$$' -count 1 -v -timeout $(TESTTIME) -rounds $(ROUNDS) -shards $(SHARDS) -seed $(SEED)

$(LINT): .ci/tools/go.mod .ci/tools/go.sum
	cd .ci/tools && $(GO) build -o $(CURDIR)/$(LINT) github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $(LINT)

lint: $(LINT) ## linters, formatting, and that go.mod is tidy
	$(LINT) run ./...
	$(GO) mod tidy -diff

format: $(LINT) ## format all Go files and group their imports
	$(LINT) fmt ./...

tidy: ## go mod tidy
	$(GO) mod tidy

fuzz: ## run every fuzz target for FUZZTIME
	@GO='$(GO)' FUZZTIME='$(FUZZTIME)' .ci/fuzz

crash: test-needs ## 1,000 kills under load, 100,000 crashes of a disk, every flipped bit (some 10 minutes)
	$(GO) test ./codec/aof -run LargePart -every -timeout 30m
	$(GO) test ./shard/journal -run CrashAtEveryStep -images 100000 -timeout 30m
	TROUPE_KILLS=1000 $(GO) test ./net/persist -run KilledAgain -v -timeout 60m

golden: test-needs ## ask redis-server again and write its replies into the conversations
	$(GO) test ./net/servertest -run '^TestRedis$$' -rewrite

commands: ## write docs/commands.md anew from the table of commands
	$(GO) test ./net/catalog -rewrite

bench: build ## compare with redis-server and other peers; writes docs/benchmarks/ (BENCHARGS='--quick')
	$(GO) run ./cmd/troupe-bench $(BENCHARGS)

profile: ## record the profile that the server is built with (see go.dev/doc/pgo)
	$(GO) run ./cmd/troupe-profile cmd/troupe/default.pgo

clean: ## remove what was built
	rm -rf bin
